"""Beginning a report, and the archive as a site, from the command line."""

from __future__ import annotations

import pytest

from opsengine.errors import Exit


@pytest.fixture
def folder(opsengine, tmp_path):
    assert opsengine("init", tmp_path / "shop").code == Exit.SUCCESS
    return tmp_path / "shop"


def test_a_report_begins_as_a_copy_of_a_shipped_one(opsengine, folder):
    said = opsengine("report", "new", "flash", "--like", "daily", "--project-dir", folder, "--format", "json")

    assert said.json["file"] == "reports/flash.yaml"
    assert "period: day" in (folder / "reports" / "flash.yaml").read_text(encoding="utf-8")
    assert opsengine("validate", "--project-dir", folder).code == Exit.SUCCESS


@pytest.mark.parametrize(("name", "period"), [("monthly", "month"), ("recap", "week")])
def test_a_report_called_like_a_shipped_one_is_its_copy(opsengine, folder, name, period):
    assert opsengine("report", "new", name, "--project-dir", folder).code == Exit.SUCCESS
    assert f"period: {period}" in (folder / "reports" / f"{name}.yaml").read_text(encoding="utf-8")


def test_a_report_that_there_is_not_is_no_pattern(opsengine, folder):
    said = opsengine("report", "new", "flash", "--like", "dayly", "--project-dir", folder)

    assert said.code == Exit.USAGE
    assert "daily" in said.err


def test_a_wrong_condition_is_found_before_anything_runs(opsengine, folder):
    (folder / "reports" / "mine.yaml").write_text("kind: report\nskip_when: alerst = 0\n", encoding="utf-8")

    said = opsengine("validate", "--project-dir", folder, "--format", "json")

    assert said.code == Exit.FINDINGS
    assert [(one["file"], one["line"], one["column"]) for one in said.json["problems"]] == [("reports/mine.yaml", 2, 1)]
    assert opsengine("report", "--project-dir", folder).code == Exit.USAGE


def test_an_empty_archive_is_a_site_too(opsengine, folder, tmp_path):
    said = opsengine("report", "--site", tmp_path / "public", "--project-dir", folder, "--format", "json")

    assert said.code == Exit.SUCCESS
    assert (said.json["briefs"], said.json["runs"]) == (0, 0)
    assert (tmp_path / "public" / "index.html").is_file()
