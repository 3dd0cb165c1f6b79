"""Documentation is tested: pages made from the code are current, commands and links that are named exist."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from docs.generate import pages
from opsengine.cli.main import front_door
from opsengine.cli.speaking import paragraphs

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def commands(group: click.Group, ctx: click.Context) -> dict[str, click.Command]:
    """Every command by its words."""
    found = {}
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {below}": child for below, child in commands(command, ctx).items()}
    return found


COMMANDS = commands(front_door(), click.Context(front_door()))


@pytest.mark.parametrize("name", pages())
def test_a_page_made_from_the_code_is_current(name):
    assert TEXTS[ROOT / "docs" / name] == pages()[name], "run `make docs`"


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_and_option_is_documented_and_explained(words):
    page = TEXTS[ROOT / "docs/cli.md"]

    assert f"# opsengine {words}\n" in page
    assert paragraphs(COMMANDS[words].help)
    for param in COMMANDS[words].params:
        assert not isinstance(param, click.Option) or (param.help and param.opts[0] in page)


@every_page
def test_commands_that_a_page_names_exist(page):
    said = re.findall(r"(?:^|`| {4})opsengine ((?:[a-z]+ ?){1,2})", TEXTS[page], re.MULTILINE)
    unknown = [words for words in said if words.strip() not in COMMANDS and words.split()[0] not in COMMANDS]

    assert unknown == []


@every_page
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[page]):
        file, _, anchor = target.partition("#")
        assert not target.startswith("http"), "documentation is read offline"
        where = (page.parent / file) if file else page
        assert where.is_file(), f"{page.name}: {target}"
        if anchor:
            heads = re.findall(r"^#+ (.+)$", where.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-") for head in heads}, f"{page.name}: {target}"


def test_every_dependency_has_earned_its_place_in_a_sentence():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = project[project.index("dependencies = [") : project.index("[project.scripts]")]
    names = re.findall(r'"([a-z0-9-]+)[>=<~]', listed)

    assert [name for name in names if f"| {name} |" not in TEXTS[ROOT / "docs/decisions.md"]] == []


def test_what_is_installed_is_pinned():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    names = {name.lower().replace("_", "-") for name in re.findall(r'^    "([a-zA-Z0-9-]+)[>="]', project[: project.index("[tool.")], re.MULTILINE)}
    pinned = re.findall(r"^([\w.-]+)==[\w.]+$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)

    assert names - {name.lower().replace("_", "-") for name in pinned} == set()
