"""Taking a whole state from one database to another: from a host's own file to a shared server, or out for a rehearsal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from opsengine.errors import EngineError, UserError
from opsengine.state.database import State, Where, open_state, read_state
from opsengine.state.ledger import Ledger
from opsengine.state.server import Server

TABLES = (
    "run", "import", "blob", "brief", "brief_part", "brief_inputs", "outbox", "ledger", "ledger_head", "promise", "handover",
    "task_event", "alert_life", "alert_history", "notice",
)  # fmt: skip
"""Everything that is kept, each after what it names."""
_AT_ONCE = 1000


def copy_state(source: Where, file: Path) -> None:
    """Make a file with everything that a state holds, its rules included. Raises EngineError, UserError."""
    with read_state(source) as before, open_state(file) as after:
        _pour(before, after)


def move_state(file: Path, target: Where) -> int:
    """Bring everything from a file to a database in which nothing has happened yet, and set the file aside; how many rows.

    All or nothing. Raises UserError when something has happened there, Locked, EngineError when the ledger does not arrive whole.
    """
    if isinstance(target, Server):
        target = replace(target, file_before=None)
    with read_state(file) as before, open_state(target) as after:
        if after.read("SELECT run_id FROM run LIMIT 1"):
            raise UserError("the state at {place} is in use already", hint="name another `state.namespace`", place=str(target))
        moved = _pour(before, after)
    file.rename(file.with_name(f"{file.name}.moved"))
    return moved


def _pour(before: State, after: State) -> int:
    moved = 0
    with after.unruled(TABLES):
        after.change("DELETE FROM ledger_head")
        for table in TABLES:
            moved += _pour_table(before, after, table)
        found, expected = Ledger(after).verify(), Ledger(before).verify()
        if (found.head, found.ok) != (expected.head, True):
            raise EngineError("the ledger did not arrive as it was written: {reason}", reason=found.first_difference or "")
    return moved


def _pour_table(before: State, after: State, table: str) -> int:
    moved, insert = 0, ""
    batch: list[tuple[object, ...]] = []
    order = "seq" if table in ("import", "ledger", "promise", "handover", "task_event", "alert_history", "notice") else "1"
    for row in before.stream(f"SELECT * FROM {table} ORDER BY {order}"):  # noqa: S608  names of ours
        names = tuple(row.keys())
        insert = insert or f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608  as above
        batch.append(tuple(row))
        moved += 1
        if len(batch) == _AT_ONCE:
            after.change_many(insert, batch)  # type: ignore[arg-type]  # rows of one state are rows of another
            batch = []
    if batch:
        after.change_many(insert, batch)  # type: ignore[arg-type]  # as above
    return moved
