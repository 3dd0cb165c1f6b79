"""What is in the repository is ours, for everybody's machine, and of a size that can be read."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_LINES = 400
"""A longer file has a room inside that wants its own door."""
MOST_LINES_OF_A_FUNCTION = 60
"""A longer function has a name inside that wants to be said."""
PLACES = ("/" + "work/", "/" + "root/", "/" + "home/")
REGISTRIES = ("py" + "pi.", "python" + "hosted", "npm" + "js.", "ana" + "conda.org", "index" + "-url", "extra" + "-index")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607  git of the machine
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts():
    for file in tracked():
        raw = file.read_bytes()
        if b"\0" not in raw:
            yield file.relative_to(ROOT), raw.decode("utf-8", "replace")


def test_no_file_knows_a_machine():
    found = [f"{file}: {place}" for file, text in texts() for place in PLACES if place in text]

    assert found == []


def test_no_file_names_a_package_registry():
    found = [f"{file}: {host}" for file, text in texts() for host in REGISTRIES if host in text]

    assert found == []


def test_files_and_functions_can_be_read_in_one_go():
    files = {file: file.read_text(encoding="utf-8") for file in sorted((ROOT / "opsengine").rglob("*.py"))}
    long = [str(file) for file, text in files.items() if text.count("\n") > MOST_LINES]
    long += [f"{file}:{node.lineno}: {node.name}" for file, text in files.items() for node in _long_functions(ast.parse(text))]

    assert long == []


@pytest.mark.parametrize("name", ["pyproject.toml", ".sqlfluff"])
def test_every_rule_that_is_left_out_says_why(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    if name == ".sqlfluff":
        rules = re.search(r"^exclude_rules = (.+)$", text, re.MULTILINE)
        silent = [rule for rule in rules[1].split(", ") if not re.search(rf"^#   {rule}  \S", text, re.MULTILINE)] if rules else []
    else:
        lines = text[text.index("ignore = [") : text.index("[tool.ruff.lint.pydocstyle]")].splitlines()
        silent = [line for line in lines if re.match(r'\s+"[A-Z]+\d*",', line) and "# " not in line]

    assert silent == []


def test_every_exception_to_a_rule_says_why():
    silent = [
        f"{file}:{number}"
        for file, text in texts()
        if file.suffix == ".py"
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(r"# noqa(?!: [A-Z]+\d+(, ?[A-Z]+\d+)*  \S)", line) and "re.search" not in line
    ]

    assert silent == []


def _long_functions(tree: ast.Module):
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return [node for node in functions if (node.end_lineno or 0) - node.lineno > MOST_LINES_OF_A_FUNCTION]
