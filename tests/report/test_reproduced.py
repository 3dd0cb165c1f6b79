"""A past brief again: from the same inputs the same bytes, whatever was briefed in between."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

from opsengine.demo import DemoPlan, write_exports, write_project
from opsengine.pipeline import Desk, Errand, run_reports
from opsengine.project import Project
from opsengine.settings import read_settings

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
PAST, LATER = date(2026, 6, 14), date(2026, 6, 21)


def run(folder: Path, *days: date) -> None:
    project = Project(folder)
    for day in days:
        run_reports(Desk(project, read_settings(project, {}), {}, NOW), Errand(day))


def papers(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in (folder / "briefs").rglob("2026-W24/*/*")}


def test_a_past_brief_comes_out_byte_for_byte(tmp_path):
    plan = DemoPlan(accounts=1, days=45)
    write_project(tmp_path / "one", plan)
    write_exports(tmp_path / "one", plan)
    shutil.copytree(tmp_path / "one", tmp_path / "other")

    run(tmp_path / "one", PAST)
    run(tmp_path / "other", LATER, PAST)

    assert papers(tmp_path / "one") == papers(tmp_path / "other")
    assert len(papers(tmp_path / "one")) >= 6
