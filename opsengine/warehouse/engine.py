"""What every engine can do, in ten verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from opsengine.warehouse.models import Model


def text_literal(text: str) -> str:
    """A text as a statement of DuckDB's dialect has it, in single quotes."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Writing:
    """How a text file writes a table: UTF-8, quoted with `"` as RFC 4180 has it, nothing guessed."""

    delimiter: str
    skipped: int
    """Lines above the first row."""
    missing: tuple[str, ...] = ("",)
    """What stands where there is no value; in every column."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days since one day and before another, as far as there are such ends."""

    since: date | None
    before: date | None

    @property
    def condition(self) -> str:
        """What holds of their rows, in the words of a query."""
        ends = ((">=", self.since), ("<", self.before))
        return " and ".join(f"day {sign} date '{day.isoformat()}'" for sign, day in ends if day) or "true"


class Engine(Protocol):
    """Tables are named `schema.table`; column types are DuckDB's names, which every engine translates."""

    wants_pieces: bool
    """Whether a large table is to be made some accounts or days at a time; an engine that parts its work itself does not."""

    def expect(self, *, little: bool) -> None:
        """Say whether little is to be worked out from now on: then a second thread costs more than it brings."""

    def put(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Make or replace a table from rows in the order of `columns`; None is NULL."""

    def mount(self, table: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make a table over Parquet files; with no files it is an empty table of these columns.

        Columns are found by their names: a file that lacks one that another file has is NULL there.
        """

    def mount_text(self, table: str, file: Path, columns: Mapping[str, str], writing: Writing) -> None:
        """Make a table over a text file, read strictly whenever the table is.

        Reading raises EngineError when a row has more or fewer cells than there are columns, or a cell is not of its column's type.
        """

    def columns_of(self, files: Sequence[Path]) -> list[str]:
        """The names of all columns that any of these Parquet files has, in the order of the alphabet."""

    def columns(self, table: str) -> list[str]:
        """The names of the columns of a table, in order."""

    def name(self, model: Model) -> None:
        """Give a model's select the name of its table: it is worked out each time somebody reads it."""

    def settle(self, table: str) -> None:
        """Work out once what a name stands for and keep its rows, before several readers each do; nothing to do for a table."""

    def mount_parts(self, table: str, parts: Sequence[tuple[Path, date | None]], columns: Sequence[str]) -> None:
        """Make a table over Parquet files, each of which counts for the days before a day (its column `day`), or for all."""

    def make(self, model: Model, as_of: date) -> None:
        """Make or replace a model's table, or its view, from its select."""

    def add(self, model: Model, as_of: date) -> None:
        """Add the rows of a model's select to its table, which is there."""

    def read(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of a query in DuckDB's dialect with `$name` parameters. Only for what fits on one screen per account."""

    def save(self, table: str, file: Path, days: Days | None = None) -> None:
        """Write a table, or some days of it, to one Parquet file that survives a power cut once this returns.

        Days without an end are written so that each can be read without the others; those since a day are put in order first.
        """

    def drop(self, table: str) -> None:
        """Forget a table, if there is one."""

    def has(self, table: str) -> bool:
        """Whether there is such a table."""
