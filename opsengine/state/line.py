"""What the state asks of a database: the few acts that SQLite and PostgreSQL are each taught once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar, Protocol

from opsengine.errors import EngineError

Value = str | int | bytes | None


class Refused(EngineError):
    """A rule of the schema forbids the change: nothing was written."""


class NamedRow(tuple[Any, ...]):  # noqa: SLOT001  a tuple of any length has no room for slots
    """A row that is asked by place or by the name of a column, as SQLite's own are."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, names: tuple[str, ...], values: Iterable[Any]) -> NamedRow:
        """The row of these values under these names."""
        row = cls(values)
        row.names = names
        return row

    def keys(self) -> tuple[str, ...]:
        """The names of the columns; with them `dict(row)` works."""
        return self.names

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.names.index(key) if isinstance(key, str) else key)


Row = sqlite3.Row | NamedRow


class Line(Protocol):
    """An open connection to wherever the state is kept.

    Marks in statements are `?` in their order, or numbered: `?1`, `?2`.
    Every act raises Refused, Locked or EngineError in our own words.
    """

    is_shared: ClassVar[bool]
    """Whether other hosts may work on it in turn."""

    def begin(self) -> None:
        """Begin a transaction as the only one who writes. Raises Locked when somebody else does."""

    def run(self, statement: str, values: Sequence[Value] = ()) -> int:
        """Run one statement; how many rows it touched."""

    def run_many(self, statement: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run one statement for every row, in their order."""

    def read(self, query: str, values: Sequence[Value] = ()) -> list[Any]:
        """All rows of a query."""

    def stream(self, query: str, values: Sequence[Value] = ()) -> Iterator[Any]:
        """The rows of a query one after the other."""

    def undo(self, savepoint: str) -> None:
        """Go back to a savepoint, or to where the transaction began when it is empty; nothing when there is none any more."""

    def unruled(self, tables: Sequence[str]) -> AbstractContextManager[None]:
        """While it is open, the triggers of these tables look away; only inside a transaction."""

    def damage(self, table: str) -> str:
        """What is wrong with how a table is stored; empty when nothing is."""

    def close(self) -> None:
        """Let go."""
