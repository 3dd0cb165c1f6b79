"""A new project works at once, and nothing is ever overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from opsengine.cli.kinds import KINDS
from opsengine.errors import Exit

SCAFFOLD = Path(__file__).parents[2] / "opsengine/cli/scaffold"


def test_a_new_project_has_every_folder_and_lists_what_it_wrote(opsengine, tmp_path):
    said = opsengine("init", tmp_path / "shop", "--format", "json").json

    assert said["project_dir"] == str(tmp_path / "shop")
    assert all((tmp_path / "shop" / name).is_file() for name in said["files"])
    folders = ("data", "goals", "scorecards", "playbook", "rewards", "alerts", "reports", "templates")
    assert [folder for folder in folders if not (tmp_path / "shop" / folder).is_dir()] == []


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_a_new_project_has_no_problem(opsengine, tmp_path, locale):
    opsengine("init", tmp_path / "shop", "--locale", locale)

    said = opsengine("validate", "--project-dir", tmp_path / "shop", "--format", "json")

    assert said.json == {"schema_version": 1, "ok": True, "problems": []}
    assert said.code == Exit.SUCCESS


def test_nothing_is_overwritten(opsengine, tmp_path):
    mine = tmp_path / "shop" / "accounts.csv"
    mine.parent.mkdir()
    mine.write_text("mine")

    said = opsengine("init", tmp_path / "shop")

    assert said.code == Exit.USAGE
    assert "accounts.csv exists already: nothing was written" in said.err
    assert [path.name for path in mine.parent.iterdir()] == ["accounts.csv"]
    assert mine.read_text() == "mine"


def test_editors_find_the_schema_that_the_first_line_names(project):
    for file in project.rglob("*.yaml"):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        named = first.partition("$schema=")[2]
        assert named, file
        assert (file.parent / named).is_file(), file


def test_both_languages_begin_with_the_same_settings():
    def data(locale):
        return {
            file.relative_to(SCAFFOLD / locale): yaml.safe_load(file.read_text(encoding="utf-8"))
            for file in (SCAFFOLD / locale).rglob("*.yaml")
        }

    english, chinese = data("en"), data("zh-CN")
    english[Path("opsengine.yaml")]["locale"] = "zh-CN"

    assert english == chinese
    assert {file.relative_to(SCAFFOLD / "en") for file in (SCAFFOLD / "en").rglob("*")} == {
        file.relative_to(SCAFFOLD / "zh-CN") for file in (SCAFFOLD / "zh-CN").rglob("*")
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_schema_that_refuses_unknown_keys(opsengine, kind):
    schema = opsengine("schema", kind).json

    assert schema["$schema"].startswith("https://json-schema.org/")
    assert schema["additionalProperties"] is False
