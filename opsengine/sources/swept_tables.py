"""The tables that one sweep makes in the engine, and the text that it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsengine.sources.sheet import Row
from opsengine.warehouse import Model, text_literal

if TYPE_CHECKING:
    from opsengine.warehouse import Engine


Rows = Callable[[Sequence[int]], Sequence[Row]]


@dataclass(frozen=True, slots=True)
class SweptText:
    """The cells of a sheet, ready to be read by the engine."""

    table: str
    """Has the columns `c0`, `c1` …, each a text or a number."""
    columns: Sequence[bool]
    """Of each column, whether it holds numbers that are read already."""
    offset: int
    """The number of the header's row, as a spreadsheet counts."""
    lines: int | None = None
    """How many rows there are, where that is known."""
    has_cut_end: bool = False
    rows: Rows | None = None
    """Some rows as the file has them, counted from 0; without it a sheet is swept only when there is nothing to say about it."""


def one_of(values: Iterable[object]) -> str:
    """The type of texts that are one of these: written in half the time of other texts, and read as any text is."""
    return f"ENUM({', '.join(text_literal(text) for text in sorted(set(map(str, values))))})"


MOST_SAID = 1000
"""When there is something to say about more rows, or more cells of a column, the whole file is read row by row."""


class SweptTables:
    """Tables under names that no other sweep uses."""

    def __init__(self, engine: Engine, number: int) -> None:
        self._engine, self._prefix = engine, f"incoming.sweep{number}"
        self._made: list[str] = []

    def __getitem__(self, name: str) -> str:
        return f"{self._prefix}_{name}"

    def put(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> str:
        """Make a table from rows; its whole name."""
        self._engine.put(self[name], columns, rows)
        return self._noted(name)

    def make(self, name: str, select: str) -> str:
        """Make a table from a select; its whole name."""
        self._engine.make(self._model(name, select), date.min)
        return self._noted(name)

    def name(self, name: str, select: str) -> str:
        """Give a select a name; its whole name."""
        self._engine.name(self._model(name, select))
        return self._noted(name)

    def read(self, select: str) -> list[dict[str, Any]]:
        """The rows of a select."""
        return self._engine.read(select)

    def drop(self, *names: str) -> None:
        """Forget these, or all of them, those first that read others."""
        for table in [self[name] for name in names] or self._made[::-1]:
            self._engine.drop(table)
            self._made.remove(table)

    def _model(self, name: str, select: str) -> Model:
        return Model(self[name], Path(__file__), "A step of reading a sheet in one sweep.", "", select)

    def _noted(self, name: str) -> str:
        self._made.append(self[name])
        return self[name]
