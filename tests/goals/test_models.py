"""Models by example: tables in, a table out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from opsengine.goals.forecasting import put_forecast, shipped_forecast
from opsengine.goals.measuring import COLUMNS
from opsengine.warehouse import DuckDBEngine, build_models

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.yaml"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_model_makes_of_its_tables_what_the_example_says(file, fill):
    example = yaml.safe_load(file.read_text(encoding="utf-8"))
    engine = fill(**{table.replace(".", "_"): rows for table, rows in example["given"].items() if table != "raw.goals"})
    put_goals(engine, example["given"]["raw.goals"])
    put_forecast(engine, shipped_forecast())
    build_models(engine, example["as_of"], "goals")

    found = engine.read(f"select * from {example['model']} order by all")  # noqa: S608  the name of a table, from our own file

    pairs = zip(found, example["expect"], strict=True)
    assert [{name: plain(row[name]) for name in wanted} for row, wanted in pairs] == example["expect"]


def put_goals(engine: DuckDBEngine, goals: list[dict[str, object]]) -> None:
    filled = [{"direction": "up", "target": 1, "floor": None, "stretch": None} | goal for goal in goals]
    engine.put("raw.selectors", {"subject": "VARCHAR", "attribute": "VARCHAR", "value": "VARCHAR", "attributes": "INTEGER"}, [])
    engine.put("raw.goals", COLUMNS, [[goal[column] for column in COLUMNS] for goal in filled])


def plain(value: object) -> float | str | date | None:
    return float(value) if isinstance(value, Decimal) else value
