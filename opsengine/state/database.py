"""The database of what must never be lost: opening it safely, and changing it whole or not at all.

It is a SQLite file that one host keeps for itself, or a schema on a PostgreSQL server that several hosts share. Statements are
written once, for both; what differs is handled in `sqlite` and `postgres`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from opsengine import faults
from opsengine.errors import EngineError, UserError
from opsengine.state import sqlite
from opsengine.state.line import Line, Refused, Row, Value
from opsengine.state.server import Server

__all__ = ["Refused", "Row", "State", "Value", "Where", "open_state", "read_state"]

Where = Path | Server
"""A file of one host, or a server that several share."""


class State:
    """An open state database. Use it as a context manager, or `close` it."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing of it. One inside another belongs to the outer.

        Raises Locked when somebody else keeps the database busy or has taken our place, EngineError when the disk or the
        connection fails.
        """
        savepoint = f"level_{self._depth}" if self._depth else ""
        if savepoint:
            self._line.run(f"SAVEPOINT {savepoint}")
        else:
            self._line.begin()
        self._depth += 1
        try:
            yield
            if self._depth == 1:
                faults.point("state.commit")
            self._line.run(f"RELEASE {savepoint}" if savepoint else "COMMIT")
        except BaseException:
            self._line.undo(savepoint)
            raise
        finally:
            self._depth -= 1
        if not self._depth:
            faults.point("state.committed")

    def change(self, statement: str, values: Sequence[Value] = ()) -> int:
        """Run one changing statement inside a transaction; how many rows it touched. Raises Refused, EngineError."""
        self._check_inside()
        return self._line.run(statement, values)

    def change_many(self, statement: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run one changing statement for every row, in their order, inside a transaction. Raises Refused, EngineError."""
        self._check_inside()
        self._line.run_many(statement, rows)

    def read(self, query: str, values: Sequence[Value] = ()) -> list[Row]:
        """All rows of a query. Raises EngineError when the file is damaged."""
        return self._line.read(query, values)

    def stream(self, query: str, values: Sequence[Value] = ()) -> Iterator[Row]:
        """The rows of a query one after the other, for what is looked at once. Raises EngineError when the file is damaged."""
        return self._line.stream(query, values)

    def first(self, query: str, values: Sequence[Value] = ()) -> Row | None:
        """The first row of a query, if there is one."""
        rows = self.read(query, values)
        return rows[0] if rows else None

    @property
    def is_shared(self) -> bool:
        """Whether other hosts may work on it in turn."""
        return self._line.is_shared

    def damage(self, table: str) -> str:
        """What is wrong with how a table is stored; empty when nothing is."""
        return self._line.damage(table)

    @contextmanager
    def unruled(self, tables: Sequence[str]) -> Iterator[None]:
        """A transaction in which rows are copied as they stand: the triggers of these tables look away, other rules do not."""
        with self.transaction(), self._line.unruled(tables):
            yield

    def close(self) -> None:
        """Let go of the database, and of the turn to work on it."""
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_inside(self) -> None:
        if not self._depth:
            raise EngineError("a change to the state database outside a transaction")


def open_state(where: Where) -> State:
    """The database for reading and writing, made when it does not exist. The caller holds the project's lock.

    On a server this takes the turn to work, which ends when the state is closed or its connection breaks: raises Locked while a
    worker on any host has it. Raises EngineError when the database is damaged or not reached, UserError when a newer opsengine
    made it.
    """
    if isinstance(where, Path):
        return State(sqlite.open_file(where))
    return State(_postgres().take_turn(where))


def read_state(where: Where) -> State:
    """The database for reading only; an empty one when there is none yet. Needs no lock.

    Raises EngineError when the database is damaged or not reached, UserError when a newer opsengine made it.
    """
    if isinstance(where, Path):
        return State(sqlite.read_file(where))
    line = _postgres().look_at(where)
    return State(line or sqlite.nothing())


def _postgres() -> Any:
    """The room's words for PostgreSQL, which not every installation has."""
    try:
        from opsengine.state import postgres  # noqa: PLC0415  only who shares a state pays for it
    except ImportError as error:
        hint = "run `pip install 'opsengine[postgres]'` in the environment that opsengine runs in"
        raise UserError("a shared state needs {package}", hint=hint, package=error.name or "psycopg") from None
    return postgres
