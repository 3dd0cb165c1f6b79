"""Copies of the state: whole, made while it is in use, and never more than three."""

from __future__ import annotations

import shutil
import stat
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from opsengine import faults
from opsengine.state import Runs, back_up, backups, open_state, read_state

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)


@pytest.fixture
def file(tmp_path):
    file = tmp_path / ".opsengine" / "state.db"
    with open_state(file) as state:
        Runs(state).start("report", date(2026, 6, 21), {}, NOW)
    return file


def test_a_copy_is_made_while_the_state_is_open_and_can_be_put_back(file):
    with open_state(file) as state:
        Runs(state).start("report", date(2026, 6, 22), {}, NOW)
        assert back_up(file, NOW) == ""
        Runs(state).start("report", date(2026, 6, 23), {}, NOW)
    (copy,) = backups(file)
    shutil.copy(copy.file, file)

    with open_state(file) as state:
        assert [run.as_of.day for run in reversed(Runs(state).latest(9))] == [21, 22]
    assert copy.at == "20260622T080000Z"


def test_the_newest_three_are_kept(file):
    for hours in range(5):
        back_up(file, NOW + timedelta(hours=hours))

    assert [copy.at for copy in backups(file)] == ["20260622T120000Z", "20260622T110000Z", "20260622T100000Z"]


def test_who_may_not_read_the_state_may_not_read_its_copy(file):
    file.chmod(0o600)
    back_up(file, NOW)

    assert stat.S_IMODE(backups(file)[0].file.stat().st_mode) == 0o600


@pytest.mark.parametrize("fault", ["enospc@backup.write", "eio@backup.rename", "eio@fs.fsync_dir"])
def test_a_copy_that_fails_is_told_and_leaves_the_earlier_ones_and_no_draft(file, fault):
    back_up(file, NOW)
    faults.arm(fault)
    try:
        said = back_up(file, NOW + timedelta(hours=1))
    finally:
        faults.arm("")

    assert said
    assert backups(file)[-1].at == "20260622T080000Z"
    assert not list(file.parent.glob("backups/.*"))
    with read_state(backups(file)[0].file) as state:
        assert Runs(state).last()


def test_a_disk_without_room_for_two_gets_none(file, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=file.stat().st_size))

    assert back_up(file, NOW) == "the disk is too full"
    assert backups(file) == []


def test_nothing_is_copied_where_there_is_no_file(tmp_path):
    assert back_up(tmp_path / "state.db", NOW) == ""
    assert not (tmp_path / "backups").exists()


def test_the_run_that_began_last_is_known_whatever_the_clock_said(file):
    with open_state(file) as state:
        Runs(state).start("report", date(2027, 6, 22), {}, NOW + timedelta(days=365))
        Runs(state).start("report", date(2026, 6, 22), {}, NOW)

        assert Runs(state).last().as_of == date(2026, 6, 22)
        assert Runs(state).latest(1)[0].as_of == date(2027, 6, 22)
