"""SQL models: finding them, understanding their headers, building them in the right order.

A model is one file `models/<schema>/<table>.sql` with one select. Its header says what it is, for a reader without SQL,
and `-- grain:` what one row is; the comment beside each final column is that column's documentation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from opsengine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from opsengine.warehouse.engine import Engine

FOLDER = Path(__file__).parent.parent / "models"
_GRAIN = re.compile(r"^-- grain: (?P<grain>.+)$", re.MULTILINE)
_VIEW = re.compile(r"^-- kept: as a view$", re.MULTILINE)
_PIECES = re.compile(r"^-- made: in pieces$", re.MULTILINE)
_FILES = re.compile(r"^-- kept: in files$", re.MULTILINE)
_FROM = re.compile(r"\b(?:from|join)\s+(?P<table>[a-z_]+\.[a-z_0-9]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Model:
    """One table and the select that makes it."""

    table: str
    file: Path
    sentence: str
    """What it is, for a reader without SQL."""
    grain: str
    """What one row is."""
    sql: str
    is_view: bool = False
    """Whether it is worked out anew by whoever reads it, and nothing is kept."""

    is_in_pieces: bool = False
    """Whether it is made of pieces, some accounts and days at a time, to keep within memory."""

    is_in_files: bool = False
    """Whether its rows go to the disk as they are made: there may be more of them than memory holds."""

    @property
    def reads(self) -> frozenset[str]:
        """The tables it selects from."""
        found = (match["table"].lower() for match in _FROM.finditer(_without_comments(self.sql)))
        return frozenset(table for table in found if not table.startswith("each."))

    @property
    def needs_as_of(self) -> bool:
        """Whether the day makes a difference to it."""
        return "$as_of" in _without_comments(self.sql)

    def on(self, as_of: date) -> Model:
        """The same select about one day, as a view has it: nobody can hand it a parameter later."""
        return replace(self, sql=re.sub(r"\$as_of\b", f"cast('{as_of.isoformat()}' as date)", self.sql))

    @property
    def tree(self) -> exp.Select:
        """Its select as a sqlglot tree."""
        return sqlglot.parse_one(self.sql, dialect="duckdb", into=exp.Select)

    @property
    def columns(self) -> Mapping[str, str]:
        """Its columns in order, each with the sentence beside it (empty where there is none)."""
        return {
            column.alias_or_name: " ".join(comment.strip() for comment in column.comments or ()).strip()
            for column in self.tree.selects
        }


@cache
def read_models() -> Mapping[str, Model]:
    """Every model, by its table's name. Raises EngineError when a header is incomplete."""
    found = [_read(file) for file in sorted(FOLDER.glob("*/*.sql"))]
    return {model.table: model for model in found}


def build_models(engine: Engine, as_of: date, *folders: str, instead: Iterable[Model] = ()) -> None:
    """Build every model of these folders, each after the models it reads; `instead` take the place of models of their name."""
    replaced = {model.table: model for model in instead}
    for model in in_order(*folders):
        engine.make(replaced.get(model.table, model), as_of)


def in_order(*folders: str) -> list[Model]:
    """The models of these folders, each after the ones it reads. Raises EngineError when two read each other."""
    models = {table: model for table, model in read_models().items() if table.partition(".")[0] in folders}
    try:
        order = TopologicalSorter({table: sorted(model.reads & models.keys()) for table, model in models.items()}).static_order()
        return [models[table] for table in order]
    except CycleError as error:
        raise EngineError("these models read each other: {tables}", tables=", ".join(error.args[1])) from None


def _read(file: Path) -> Model:
    text = file.read_text(encoding="utf-8")
    where = f"models/{file.parent.name}/{file.name}"
    first = text.partition("\n")[0]
    if not first.startswith("-- "):
        raise EngineError("no sentence in the first line: nobody can tell what this is", where=where)
    grain = _GRAIN.search(text)
    if grain is None:
        raise EngineError(
            "no grain: nobody can tell what one row is", where=where, hint="add a line like `-- grain: account_id` to the header"
        )
    sql = text.strip().removesuffix(";")
    marks = (pattern.search(text) is not None for pattern in (_VIEW, _PIECES, _FILES))
    return Model(f"{file.parent.name}.{file.stem}", file, first.removeprefix("-- "), grain["grain"], sql, *marks)


def _without_comments(sql: str) -> str:
    return re.sub(r"--[^\n]*", "", sql)
