"""Models by example: each file in `examples/` gives tables and says what the model makes of them.

Only the columns that an example names are compared; rows in any order. Types are guessed from the values: dates look like
2026-06-21, decimals have a point. An example of a wide model names the members of its families and the SQL of their parts.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlglot
import yaml

from opsengine.warehouse import DuckDBEngine, Families, Member, read_models, widen

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.yaml"))
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class _Loader(yaml.SafeLoader):
    """Dates stay texts until a column is made of them."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("file", EXAMPLES, ids=[file.stem for file in EXAMPLES])
def test_a_model_does_what_its_example_says(file):
    example = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  a SafeLoader that leaves dates alone
    engine = DuckDBEngine(threads=1, is_telling=True)
    for table, rows in example["given"].items():
        put(engine, table, rows)

    model, as_of = widen(read_models()[example["model"]], families(example.get("families", {}))), date.fromisoformat(example["as_of"])
    engine.make(model.on(as_of) if model.is_view else model, as_of)

    names = list(example["expect"][0])
    found = [tuple(plain(row[name]) for name in names) for row in engine.read(f"select * from {example['model']}")]  # noqa: S608  an example names its table
    expected = [tuple(plain(row[name]) for name in names) for row in example["expect"]]
    assert sorted(found, key=str) == sorted(expected, key=str)


def families(declared: dict[str, dict[str, dict[str, str]]]) -> Families:
    """The families that an example speaks of: their members, and what stands in place of a member's parts."""
    return {
        family: [
            Member(name, {part: sqlglot.parse_one(str(sql), dialect="duckdb") for part, sql in parts.items()})
            for name, parts in members.items()
        ]
        for family, members in declared.items()
    }


def put(engine: DuckDBEngine, table: str, rows: list[dict[str, object]]) -> None:
    columns = {name: kind([row.get(name) for row in rows]) for row in rows for name in row}
    engine.put(table, columns, [[row.get(name) for name in columns] for row in rows if row != {}])


def kind(values: list[object]) -> str:
    known = [value for value in values if value is not None]
    if any(isinstance(value, bool) for value in known):
        return "BOOLEAN"
    if any(isinstance(value, float) for value in known):
        return "DOUBLE"
    if known and all(isinstance(value, int) for value in known):
        return "DECIMAL(18,6)" if not all(abs(value) < 10 for value in known) else "INTEGER"
    return "DATE" if known and all(_DAY.fullmatch(str(value)) for value in known) else "VARCHAR"


def plain(value: object) -> object:
    if isinstance(value, Decimal | float | int) and not isinstance(value, bool):
        return round(float(value), 6)
    return value.isoformat() if isinstance(value, date) else value
