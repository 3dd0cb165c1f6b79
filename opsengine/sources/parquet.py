"""Parquet files: their columns, and each cell as the text that a CSV file would have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.sources.recognising import Match
from opsengine.sources.rejection import Refused
from opsengine.warehouse import Model

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

TEXT = "incoming.text"
WHOLE = frozenset((
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
))  # fmt: skip
"""Types that keep every digit of an id."""
_MOST_EXACT = "1e15"
"""Beyond this a double has lost digits; it is written so that everybody sees it."""


def columns_of(engine: Engine, file: Path) -> dict[str, str]:
    """The columns of a Parquet file and their types. Raises EngineError when the file is damaged."""
    found = engine.read("select column_name, column_type from (describe select * from read_parquet($file))", file=str(file))
    return {row["column_name"]: row["column_type"] for row in found}


def refuse_lost_ids(match: Match, columns: Mapping[str, str]) -> None:
    """Raises Refused when a column of ids is of a type that does not keep every digit."""
    kinds = list(columns.values())
    for key, place in match.places.items():
        if match.preset.columns[key].unit in ("id", "hashed_id") and kinds[place] not in WHOLE | {"VARCHAR"}:
            raise Refused("{column} must be text: as {kind} it has lost its last digits", code="id-lost-digits",
                          hint="write it as text", column=match.header(key), kind=kinds[place])  # fmt: skip


def mount_as_text(engine: Engine, file: Path, columns: Mapping[str, str], numbers: Collection[int] = ()) -> list[bool]:
    """Make a table `incoming.text` of the file's cells as text, in the columns `c0`, `c1` …; of each whether it is left as it is.

    Those at `numbers` are, where whole numbers stand. Raises EngineError.
    """
    is_number = [place in numbers and kind in WHOLE for place, kind in enumerate(columns.values())]
    engine.mount("incoming.parquet", [file], columns)
    names = ['"' + name.replace('"', '""') + '"' for name in columns]
    cells = [
        f"{name if is_plain else _text_of(name, kind)} as c{place}"
        for place, (name, kind, is_plain) in enumerate(zip(names, columns.values(), is_number, strict=True))
    ]
    engine.name(Model(TEXT, Path(__file__), "A file's cells.", "", f"select {', '.join(cells)} from incoming.parquet"))  # noqa: S608  quoted above
    return is_number


def _text_of(column: str, kind: str) -> str:
    """A column's cells as text, in SQL; whole numbers without decimals."""
    if kind == "DOUBLE":
        is_whole = f"{column} = floor({column}) and abs({column}) < {_MOST_EXACT}"
        return f"case when {is_whole} then cast(cast({column} as bigint) as varchar) else cast({column} as varchar) end"
    return f"cast({column} as varchar)"
