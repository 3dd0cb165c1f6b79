"""Single days of a large table: they are written so that one can be read alone, and nothing of the table is lost by that."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from opsengine.warehouse import DuckDBEngine, Kept, Model, keep_build, open_build

FIRST = date(2026, 6, 1)
ROWS = [(f"a{n}", FIRST + timedelta(days=day), 10 * n + day) for n in range(5) for day in range(10)]
COLUMNS = {"account_id": "VARCHAR", "day": "DATE", "value": "INTEGER"}


@pytest.mark.parametrize("since", [FIRST - timedelta(days=1), FIRST + timedelta(days=6), FIRST + timedelta(days=20)], ids=str)
def test_a_table_whose_newest_days_are_kept_one_by_one_is_whole(tmp_path, since):
    engine = DuckDBEngine()
    engine.put("scores.day", COLUMNS, ROWS)
    keep_build(engine, tmp_path, "build", Kept((), grown={"scores.day": ()}, by_day={"scores.day": since}))

    again = DuckDBEngine()
    assert open_build(again, tmp_path, "build")
    found = again.read("select account_id, day, value from scores.day")
    assert sorted(tuple(row.values()) for row in found) == sorted(ROWS)
    newest = [row["day"] for row in found if row["day"] >= since]
    assert newest == sorted(newest)


def test_what_is_settled_is_worked_out_once_and_read_by_the_same_name():
    engine = DuckDBEngine()
    engine.put("raw.day", COLUMNS, ROWS)
    engine.name(_view("scores.total", "select sum(value) as total from raw.day"))
    engine.name(_view("scores.twice", "select 2 * total as total from scores.total"))
    before = engine.read("select total from scores.twice")
    engine.settle("scores.total")
    engine.settle("raw.day")
    engine.put("raw.day", COLUMNS, [])

    assert engine.read("select total from scores.twice") == before


def test_a_view_is_made_for_its_own_name_alone():
    engine = DuckDBEngine()
    engine.put("raw.day", COLUMNS, ROWS)
    engine.name(_view("scores.day_more", "select value from raw.day"))
    engine.name(_view("scores.day", "select nothing_of_that_name from raw.day"))

    assert len(engine.read("select value from scores.day_more")) == len(ROWS)


def _view(table, sql):
    return Model(table, Path(__file__), "", "", sql, is_view=True)
