from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime

import pytest

from opsengine import faults
from opsengine.errors import DiskFailed, EngineError, Locked, UserError
from opsengine.state import Imports, Refused, Runs, open_state, read_state
from opsengine.state.sqlite import has_wal_fix

RECORD = {"sha256": "a" * 64, "source": "series", "rows": 3}


def test_every_commit_reaches_the_disk_before_it_is_acknowledged(file_state):
    assert file_state.read("PRAGMA synchronous")[0][0] == 2
    assert file_state.read("PRAGMA foreign_keys")[0][0] == 1


@pytest.mark.parametrize(
    ("version", "is_safe"),
    [
        ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False), ((3, 50, 6), False),
        ((3, 50, 7), True), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 54, 1), True),
    ],
)  # fmt: skip
def test_a_write_ahead_log_is_used_only_where_its_reset_is_mended(version, is_safe):
    assert has_wal_fix(version) is is_safe


def test_the_journal_is_the_safe_one_for_this_sqlite(file_state):
    expected = "wal" if has_wal_fix(sqlite3.sqlite_version_info) else "delete"

    assert file_state.read("PRAGMA journal_mode")[0][0] == expected


def test_a_transaction_happens_in_full_or_not_at_all(state):
    def half() -> None:
        with state.transaction():
            Imports(state).add([RECORD])
            raise KeyError

    with pytest.raises(KeyError):
        half()

    assert Imports(state).records() == []


def test_a_transaction_inside_another_can_fail_alone(state):
    with state.transaction():
        Imports(state).add([RECORD])
        with pytest.raises(Refused):
            Imports(state).add([RECORD])

    assert len(Imports(state).records()) == 1


@pytest.mark.parametrize("fault", ["enospc@state.commit", "eio@state.commit"])
def test_a_commit_that_fails_leaves_nothing_behind_and_says_why(state, fault):
    faults.arm(fault)

    with pytest.raises(OSError, match=r"state\.commit"):
        Imports(state).add([RECORD])

    faults.arm("")
    assert Imports(state).records() == []
    Imports(state).add([RECORD])


def test_a_full_disk_is_not_hidden_behind_a_second_error(file_state):
    file_state.read("PRAGMA max_page_count = 60")

    with pytest.raises(DiskFailed, match="full"):
        Imports(file_state).add([{"sha256": f"{n:064}", "source": "x" * 4000} for n in range(200)])

    assert Imports(file_state).records() == []


def test_a_change_outside_a_transaction_is_a_bug(state):
    with pytest.raises(EngineError):
        state.change("INSERT INTO blob (sha256, content) VALUES ('', x'')")


def test_a_file_that_is_no_database_is_called_damaged(tmp_path):
    file = tmp_path / "state.db"
    file.write_bytes(b"not a database, surely" * 100)

    with pytest.raises(EngineError, match="damaged"):
        open_state(file)


def test_a_database_of_a_newer_opsengine_is_left_alone(tmp_path):
    file = tmp_path / "state.db"
    with open_state(file) as state:
        state.read("PRAGMA user_version = 99")

    with pytest.raises(UserError, match="newer"):
        open_state(file)


def test_a_reader_sees_an_empty_state_before_the_first_run_and_makes_no_file(tmp_path):
    with read_state(tmp_path / "state.db") as state:
        assert Runs(state).latest(10) == []

    assert list(tmp_path.iterdir()) == []


def test_a_reader_does_not_finish_what_the_first_run_has_just_begun(tmp_path):
    file = tmp_path / "state.db"
    file.touch()

    with read_state(file) as state:
        assert Runs(state).latest(10) == []

    assert file.read_bytes() == b""


def test_a_reader_cannot_write(tmp_path):
    open_state(tmp_path / "state.db").close()

    with read_state(tmp_path / "state.db") as state, pytest.raises(EngineError):
        Imports(state).add([RECORD])


def test_a_reader_reads_while_somebody_writes(tmp_path, file_state):
    with file_state.transaction():
        Imports(file_state).add([RECORD])
        with read_state(tmp_path / "state.db") as reader:
            assert Imports(reader).records() == []


def test_a_second_writer_is_told_that_the_state_is_busy(tmp_path, file_state, monkeypatch):
    monkeypatch.setattr("opsengine.state.sqlite._BUSY_SECONDS", 0.01)
    with open_state(tmp_path / "state.db") as other, file_state.transaction(), pytest.raises(Locked), other.transaction():
        pass


def test_replacing_a_row_does_not_get_around_the_rules(file_state, now):
    Runs(file_state).start("report", date(2026, 6, 21), {}, now)

    with pytest.raises(Refused), file_state.transaction():
        file_state.change("REPLACE INTO run SELECT run_id, 'other', as_of, versions, started_at, NULL, '', '' FROM run")


def test_a_run_is_told_from_its_beginning_to_its_end(state, run_id, now):
    Runs(state).finish(run_id, "success", now, "f" * 64)

    (run,) = Runs(state).latest(5)
    assert run_id == "20260622T080003Z-1"
    assert (run.command, run.as_of, run.outcome, run.inputs_sha) == ("report", date(2026, 6, 21), "success", "f" * 64)


def test_a_run_ends_once(state, run_id, now):
    Runs(state).finish(run_id, "success", now)

    with pytest.raises(Refused):
        Runs(state).finish(run_id, "failed", now)


def test_runs_of_the_same_second_stand_in_their_order(state, now):
    ids = [Runs(state).start("report", date(2026, 6, 21), {}, now) for _ in range(12)]

    assert [run.run_id for run in Runs(state).latest(20)] == ids[::-1]


def test_a_moment_without_a_zone_is_refused(state):
    with pytest.raises(ValueError, match="zone"):
        Runs(state).start("report", date(2026, 6, 21), {}, datetime(2026, 6, 22, tzinfo=UTC).replace(tzinfo=None))


def test_an_import_keeps_its_place(state):
    records = Imports(state).add([RECORD, RECORD | {"sha256": "b" * 64}])

    assert [record["seq"] for record in records] == [1, 2]
    assert Imports(state).records() == records
