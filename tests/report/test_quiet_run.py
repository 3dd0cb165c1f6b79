"""A run with nothing to do looks at no day; whatever could make a difference is looked at."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta

import pytest

from opsengine.demo import DemoPlan, write_exports, write_project
from opsengine.errors import UserError
from opsengine.pipeline import Desk, Errand, run_reports
from opsengine.project import Project
from opsengine.report import Clock, Repeat, Wanted
from opsengine.settings import read_settings
from opsengine.state import Entry, Kind, Ledger, Runs, TaskEvent, Tasks, backups, open_state

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
DAY = date(2026, 6, 21)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("quiet") / "demo"
    plan = DemoPlan(accounts=1, days=45)
    write_project(folder, plan)
    write_exports(folder, plan)
    run(folder)
    return folder


@pytest.fixture
def folder(made, tmp_path):
    """A project whose briefs are delivered, and whose tables are gone: whoever looks at a day has to make them again."""
    copy = shutil.copytree(made, tmp_path / "demo")
    shutil.rmtree(copy / ".opsengine" / "builds")
    return copy


def run(folder, *, as_of=DAY, wanted=None, repeat=Repeat.NEVER, now=NOW):
    project = Project(folder)
    return run_reports(Desk(project, read_settings(project, {}), {}, now), Errand(as_of, wanted or Wanted(), repeat))


def has_looked(folder):
    return (folder / ".opsengine" / "builds").exists()


def test_a_run_with_nothing_due_opens_no_tables_and_tells_the_same(folder):
    told = run(folder).as_json()

    assert not has_looked(folder)
    assert told["already_delivered"] == len(told["briefs"]) > 0
    assert told["planned"] == told["rendered"] == told["delivered"] == 0
    assert all(line["state"] == "sent" and line["paths"]["html"] for line in told["briefs"])


def test_a_brief_that_somebody_deleted_is_put_back(folder):
    shutil.rmtree(folder / "briefs")

    told = run(folder).as_json()

    assert not has_looked(folder)
    assert (folder / "briefs" / "index.html").is_file()
    assert all((folder / line["paths"]["html"]).is_file() for line in told["briefs"])


def test_another_day_is_looked_at(folder):
    run(folder, as_of=DAY + timedelta(days=1), now=NOW + timedelta(days=1))

    assert has_looked(folder)


def test_a_file_that_somebody_changed_is_looked_at(folder):
    goal = next((folder / "goals").glob("*.yaml"))
    goal.write_text(goal.read_text(encoding="utf-8") + "\n# reworded\n", encoding="utf-8")

    run(folder)

    assert has_looked(folder)


def test_an_export_that_arrived_is_looked_at(folder):
    export = next(file for file in (folder / "data").rglob("*.csv"))
    lines = export.read_bytes().splitlines(keepends=True)
    (export.parent / f"short-{export.name}").write_bytes(b"".join(lines[:-1]))

    run(folder)

    assert has_looked(folder)


def test_a_word_about_a_task_is_looked_at(folder):
    with open_state(folder / ".opsengine" / "state.db") as state:
        Tasks(state).say([TaskEvent("nobody/nothing/2026-06-21", "nobody", "nothing", "dismissed", DAY, "Li", {"until": "2026-06-30", "reason": "other"})], NOW)

    run(folder)

    assert has_looked(folder)


def test_an_entry_in_the_ledger_is_looked_at(folder):
    with open_state(folder / ".opsengine" / "state.db") as state, state.transaction():
        run_id = Runs(state).start("rewards", DAY, {}, NOW)
        entry = Entry(Kind.ADJUSTMENT, "2026-06", "by-hand", 1, "nobody", 100, "point")
        Ledger(state).append([entry], run_id, NOW)

    run(folder)

    assert has_looked(folder)


def test_what_git_came_to_know_of_the_files_is_looked_at(folder):
    for words in (["init", "-q"], ["add", "goals"], ["-c", "user.name=Li", "-c", "user.email=li@brand.example", "commit", "-qm", "goals"]):
        subprocess.run(["git", *words], cwd=folder, check=True)  # noqa: S607  found where everybody has it

    run(folder)

    assert has_looked(folder)


def test_what_is_to_be_sent_again_is_looked_at(folder):
    run(folder, repeat=Repeat.FORCED)

    assert has_looked(folder)


def test_a_run_for_one_report_does_not_stand_for_a_run_for_all(made, tmp_path):
    folder = shutil.copytree(made, tmp_path / "demo")
    goal = next((folder / "goals").glob("*.yaml"))
    goal.write_text(goal.read_text(encoding="utf-8") + "\n# reworded\n", encoding="utf-8")
    run(folder, wanted=Wanted(reports=("weekly",)))
    shutil.rmtree(folder / ".opsengine" / "builds")

    run(folder)

    assert has_looked(folder)


def test_a_run_that_sent_something_left_a_copy_of_the_state_and_a_quiet_one_makes_none(folder):
    before = [copy.file for copy in backups(folder / ".opsengine" / "state.db")]
    run(folder, now=NOW + timedelta(hours=1))

    assert len(before) == 1
    assert [copy.file for copy in backups(folder / ".opsengine" / "state.db")] == before


def test_a_clock_that_went_back_stops_a_run_before_it_does_anything(folder):
    before = (folder / ".opsengine" / "state.db").read_bytes()

    with pytest.raises(UserError, match="the clock of this machine went back"):
        run(folder, as_of=DAY - timedelta(days=7), now=NOW - timedelta(days=7))

    assert (folder / ".opsengine" / "state.db").read_bytes() == before
    assert not has_looked(folder)


def test_a_clock_that_was_wrong_before_is_trusted_once_and_held_against_the_last_run_again(folder):
    earlier = NOW - timedelta(days=7)
    project = Project(folder)
    run_reports(Desk(project, read_settings(project, {}), {}, earlier), Errand(DAY, clock=Clock.TRUSTED))

    run(folder, now=earlier + timedelta(hours=1))

    with pytest.raises(UserError):
        run(folder, now=earlier)
