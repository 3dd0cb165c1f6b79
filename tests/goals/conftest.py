"""A project in a folder, an engine with few tables, and what goals may speak of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from opsengine.goals import Known
from opsengine.project import Project
from opsengine.warehouse import DuckDBEngine


@dataclass(frozen=True)
class Metric:
    kind: str
    unit: str = "count"
    direction: str = "up"


KNOWN = Known(
    metrics={
        "gmv": Metric("flow", "yuan"),
        "new_fans": Metric("flow"),
        "ad_spend": Metric("flow", "yuan", "down"),
        "fans_total": Metric("stock"),
        "refund_rate": Metric("ratio", "ratio", "down"),
        "roi": Metric("ratio", "times"),
    },
    accounts={"tea", "bread"},
    teams={"east"},
    brands={"leaf"},
)
TABLES = {
    "raw.accounts": {**dict.fromkeys(("account_id", "team", "brand", "industry", "size", "region", "platform"), "VARCHAR"), "opened_on": "DATE"},
    "raw.metrics": {"metric": "VARCHAR", "kind": "VARCHAR", "numerator": "VARCHAR", "denominator": "VARCHAR"},
    "raw.calendar": {"day": "DATE", "weekday": "INTEGER"},
    "metrics.account_day": {"account_id": "VARCHAR", "day": "DATE", "metric": "VARCHAR", "value": "DECIMAL(24, 6)"},
    "scores.account_score": {"account_id": "VARCHAR", "day": "DATE", "scorecard": "VARCHAR", "score": "DOUBLE"},
    "scores.rank": {"account_id": "VARCHAR", "day": "DATE", "scorecard": "VARCHAR", "rank": "INTEGER"},
}


@pytest.fixture
def known():
    return KNOWN


@pytest.fixture
def project(tmp_path):
    (tmp_path / "goals").mkdir()
    (tmp_path / "opsengine.yaml").write_text("kind: project\n", encoding="utf-8")
    return Project(tmp_path)


@pytest.fixture
def write_goal(project):
    def write(name: str, text: str) -> Path:
        file = project.folder("goals") / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def fill():
    """An engine with the tables that this room reads; rows are given as `table: [{column: value}]`."""

    def filled(**tables: list[dict[str, object]]) -> DuckDBEngine:
        engine = DuckDBEngine()
        for table, columns in TABLES.items():
            given = tables.get(table.replace(".", "_"), [])
            engine.put(table, columns, [[row.get(column) for column in columns] for row in given])
        return engine

    return filled


@pytest.fixture
def calendar():
    first = date(2026, 5, 1)
    return [{"day": day, "weekday": day.isoweekday()} for day in (first + timedelta(days=number) for number in range(92))]
