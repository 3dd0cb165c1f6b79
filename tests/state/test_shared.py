"""A state on a PostgreSQL server: one worker of all hosts at a time, the same tables, and nothing lost on the way there."""

from __future__ import annotations

import dataclasses
import os
import re
import signal
import subprocess
import sys
from datetime import date

import pytest

from opsengine.errors import EngineError, Locked, UserError
from opsengine.secret import Secret
from opsengine.settings import Settings
from opsengine.state import (
    Entry,
    Imports,
    Kind,
    Ledger,
    Refused,
    Runs,
    Server,
    Status,
    confirmation,
    copy_state,
    move_state,
    open_state,
    read_state,
    where_is_state,
)
from opsengine.state.moving import TABLES

HOLD = """
import sys, time
from opsengine.state import Server, open_state
host, port, user, database, namespace = sys.argv[1:]
with open_state(Server(host, int(port), user, database, namespace, is_plain=True)):
    print("held", flush=True)
    time.sleep(60)
"""
GRANT = Entry(Kind.GRANT, "2026-W25", "weekly-gmv", 1, "shop-01", 100, "points", Status.PENDING)
RECORD = {"sha256": "a" * 64, "source": "series", "rows": 3}


@pytest.fixture
def place(postgres) -> Server:
    return postgres.server()


@pytest.fixture
def holder(place):
    words = [place.host, str(place.port), place.user, place.database, place.namespace]
    process = subprocess.Popen([sys.executable, "-c", HOLD, *words], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_worker_is_refused_and_told_who_works(place, holder):
    with pytest.raises(Locked, match=rf"process {holder.pid} on \S+, since \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00") as refusal:
        open_state(place)

    assert refusal.value.exit == 6


def test_a_turn_ends_with_the_process_that_has_it(place, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()

    for _ in range(100):
        try:
            open_state(place).close()
        except Locked:
            continue
        break
    else:
        pytest.fail("the turn outlived its process")


def test_a_reader_needs_no_turn_and_cannot_write(place, holder):
    with read_state(place) as state:
        assert Runs(state).latest(10) == []
        with pytest.raises(EngineError):
            Imports(state).add([RECORD])


def test_a_reader_sees_an_empty_state_before_the_first_run_and_makes_nothing(postgres, place):
    with read_state(place) as state:
        assert Runs(state).latest(10) == []

    assert postgres.ask(f"SELECT count(*) FROM information_schema.schemata WHERE schema_name = '{place.namespace}'") == "0\n"  # noqa: S608  a name of the test's own


def test_two_projects_on_one_server_do_not_wait_for_each_other(postgres, place):
    with open_state(place), open_state(postgres.server()):
        pass


def test_a_worker_whose_lock_was_lost_behind_its_back_is_fenced_off(place):
    with open_state(place) as old:
        old.read("SELECT pg_advisory_unlock_all()")  # as a go-between that shares sessions would
        with open_state(place) as new:
            with pytest.raises(Locked, match="another run"):
                Imports(old).add([RECORD])
            Imports(new).add([RECORD])


def test_a_schema_of_a_newer_opsengine_is_left_alone(postgres, place):
    open_state(place).close()
    postgres.ask(f"UPDATE {place.namespace}.state_step SET step = 99")  # noqa: S608  a name of the test's own

    with pytest.raises(UserError, match="newer"):
        open_state(place)
    with pytest.raises(UserError, match="newer"):
        read_state(place)


def test_a_server_that_is_not_there_is_named_and_its_password_is_not(place):
    gone = dataclasses.replace(place, port=1, password=Secret("hunter2"))

    with pytest.raises(EngineError, match=re.escape("127.0.0.1:1/postgres")) as refusal:
        open_state(gone)

    assert "hunter2" not in f"{refusal.value} {refusal.value.fields} {gone!r}"


def test_both_databases_have_the_same_tables_with_the_same_columns(postgres, place, tmp_path):
    open_state(place).close()
    with open_state(tmp_path / "state.db") as state:
        names = [row["name"] for row in state.read("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        of_file = {name: [row["name"] for row in state.read(f"PRAGMA table_info('{name}')")] for name in names}
    said = postgres.ask(
        "SELECT table_name || ' ' || string_agg(column_name, ',' ORDER BY ordinal_position) FROM information_schema.columns"  # noqa: S608  as above
        f" WHERE table_schema = '{place.namespace}' GROUP BY table_name"
    )
    of_server = {line.split()[0]: line.split()[1].split(",") for line in said.splitlines()}

    assert {name: of_server[name] for name in of_file} == of_file
    assert of_server.keys() - of_file.keys() == {"work_turn", "state_step"}
    assert set(TABLES) == of_file.keys() - {"outbox_move", "task_move"}


def test_both_databases_have_rules_with_the_same_words(tmp_path):
    with open_state(tmp_path / "state.db") as state:
        rules = "\n".join(row["sql"] for row in state.read("SELECT sql FROM sqlite_master WHERE type = 'trigger'"))
    from opsengine.state import postgres as module

    shared = (module.Path(module.__file__).with_name("shared") / "rules.sql").read_text(encoding="utf-8")

    for sentence in re.findall(r"RAISE\(ABORT, '([^']+)'\)", rules):
        assert f"'{sentence}'" in shared


def test_texts_stand_in_the_order_of_their_bytes_whatever_the_server_speaks(place, now):
    with open_state(place) as state:
        run_id = Runs(state).start("report", date(2026, 6, 21), {}, now)
        subjects = ["茶", "b", "B", "a-1", "a1", "é"]
        Ledger(state).append([dataclasses.replace(GRANT, subject=name) for name in subjects], run_id, now)

        assert [one.subject for one in Ledger(state).balance()] == sorted(subjects)


def test_a_zero_byte_in_an_answer_of_another_program_does_not_stop_the_day(place, now):
    with open_state(place) as state:
        run_id = Runs(state).start("report", date(2026, 6, 21), {}, now)
        Runs(state).finish(run_id, "odd\x00word", now)

        assert Runs(state).latest(1)[0].outcome == "odd\ufffdword"


def _filled(file, now):
    with open_state(file) as state:
        run_id = Runs(state).start("report", date(2026, 6, 21), {}, now)
        Imports(state).add([RECORD])
        Ledger(state).append([GRANT, confirmation(GRANT)], run_id, now)
        return Ledger(state).verify(), run_id


def test_a_state_moves_to_a_server_whole_and_its_file_is_set_aside(place, tmp_path, now):
    file = tmp_path / "state.db"
    before, run_id = _filled(file, now)

    moved = move_state(file, place)

    assert moved == 1 + 1 + 2 + 1
    assert [path.name for path in tmp_path.iterdir()] == ["state.db.moved"]
    with open_state(place) as state:
        assert Ledger(state).verify() == before
        assert [run.run_id for run in Runs(state).latest(5)] == [run_id]
        with pytest.raises(Refused), state.transaction():
            state.change("DELETE FROM ledger")
        Ledger(state).append([dataclasses.replace(GRANT, subject="shop-02")], run_id, now)


def test_a_state_is_not_moved_over_another(place, tmp_path, now):
    _filled(tmp_path / "state.db", now)
    with open_state(place) as state:
        Runs(state).start("report", date(2026, 6, 21), {}, now)

    with pytest.raises(UserError, match="in use"):
        move_state(tmp_path / "state.db", place)

    assert (tmp_path / "state.db").exists()


def test_a_state_that_was_left_behind_is_not_forgotten_by_mistake(place, tmp_path, now):
    _filled(tmp_path / "state.db", now)
    named = dataclasses.replace(place, file_before=tmp_path / "state.db")

    for opening in (open_state, read_state):
        with pytest.raises(UserError, match=r"is in .*state\.db") as refusal:
            opening(named)
        assert "opsengine state move" in (refusal.value.hint or "")


def test_a_rehearsal_works_on_a_copy_with_the_same_rules(place, tmp_path, now):
    with open_state(place) as state:
        run_id = Runs(state).start("report", date(2026, 6, 21), {}, now)
        Ledger(state).append([GRANT], run_id, now)
        expected = Ledger(state).verify()

    copy_state(place, tmp_path / "copy.db")

    with open_state(tmp_path / "copy.db") as copy:
        assert Ledger(copy).verify() == expected
        with pytest.raises(Refused), copy.transaction():
            copy.change("DELETE FROM ledger")


class _Project:
    rehearsal = None

    def __init__(self, root):
        self.root, self.state_file = root, root / ".opsengine" / "state.db"


def test_settings_name_the_server_and_the_environment_its_password(tmp_path):
    settings = Settings.model_validate(
        {"kind": "project", "version": 1, "state": {"url": "postgresql://ops@db.example:6432/facts", "password_env": "OPS_DB"}}
    )

    where = where_is_state(settings, _Project(tmp_path), {"OPS_DB": "hunter2"})

    assert isinstance(where, Server)
    assert (where.host, where.port, where.user, where.database, where.is_plain) == ("db.example", 6432, "ops", "facts", False)
    assert where.password
    assert where.password.reveal() == "hunter2"
    with pytest.raises(UserError, match="password of the shared state"):
        where_is_state(settings, _Project(tmp_path), {})


@pytest.mark.parametrize(
    "url",
    ["postgresql://ops:hunter2@db.example/facts", "mysql://ops@db.example/facts", "postgresql://db.example", "postgresql://db/x?y=z"],
)
def test_an_address_with_a_password_or_of_another_kind_is_refused(url):
    with pytest.raises(ValueError, match="state"):
        Settings.model_validate({"kind": "project", "version": 1, "state": {"url": url}})


def test_without_an_address_the_state_is_in_the_file(tmp_path):
    settings = Settings.model_validate({"kind": "project", "version": 1})

    assert where_is_state(settings, _Project(tmp_path), {}) == tmp_path / ".opsengine" / "state.db"
