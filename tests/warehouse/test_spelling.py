"""What is spelled otherwise for Spark, as pairs; and a model in steps."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from opsengine.errors import EngineError
from opsengine.warehouse import DuckDBEngine, Model, read_models
from opsengine.warehouse.spelling import spell, tables_of, type_of
from opsengine.warehouse.stepping import in_steps

PAIRS = [
    ("select round(x, 2) as y from raw.t", "SELECT (ROUND((x) * 1e2, 0) / 1e2) AS y FROM raw__t AS t"),
    ("select pow(a - b, 2) as y from raw.t", "SELECT ((a - b) * (a - b)) AS y FROM raw__t AS t"),
    ("select pow(2, x) as y from raw.t as u", "SELECT POWER(2, x) AS y FROM raw__t AS u"),
    (
        "select median(x) over (order by day rows between 3 preceding and current row) as y from raw.t",
        "SELECT PERCENTILE(x, 0.5) OVER (ORDER BY day NULLS LAST rows BETWEEN 3 preceding AND CURRENT ROW) AS y FROM raw__t AS t",
    ),
    ("select x from raw.t order by x desc", "SELECT x FROM raw__t AS t ORDER BY x DESC"),
    ("select \"plays/posts__value\" as v from raw.t", "SELECT `plays/posts__value` AS v FROM raw__t AS t"),
    ("select x from raw.t where day <= $as_of", "SELECT x FROM raw__t AS t WHERE day <= CAST('2026-06-21' AS DATE)"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "spelled"), PAIRS, ids=[written for written, _ in PAIRS])
def test_a_select_is_spelled_for_spark(written, spelled):
    assert spell(written, lambda table: table.replace(".", "__"), {"as_of": date(2026, 6, 21)}) == spelled


@pytest.mark.parametrize("model", read_models().values(), ids=read_models().keys())
def test_every_model_can_be_spelled(model):
    assert spell(model.sql, lambda table: table.replace(".", "__"), {"as_of": date(2026, 6, 21)})


def test_a_text_with_quotes_and_backslashes_stays_what_it_is():
    assert spell("select 'it''s a\\b' as t", str, {}) == "SELECT 'it\\'s a\\\\b' AS t"


def test_a_type_that_no_table_of_ours_has_is_refused():
    with pytest.raises(EngineError):
        type_of("STRUCT(a INTEGER)")


TWICE = """
    with few as (select account_id, n from raw.t where n > 1),
    more as (select few.account_id, sum(few.n) as total from few group by few.account_id),
    pairs as (select one.account_id, other.total from more as one inner join more as other on other.account_id = one.account_id)
    select account_id, cast(total as bigint) as total from pairs
"""


def test_what_is_read_more_than_once_is_made_first():
    model = Model("scores.sum", Path(), "", "", TWICE)

    step, whole = in_steps(model)

    assert step.table == "scores.sum_more"
    assert tables_of(step.sql) == {"raw.t"}
    assert tables_of(whole.sql) == {"scores.sum_more"}


def test_steps_make_the_same_table():
    engines = DuckDBEngine(), DuckDBEngine()
    model = Model("scores.sum", Path(), "", "", TWICE)
    for engine in engines:
        engine.put("raw.t", {"account_id": "VARCHAR", "n": "INTEGER"}, [("a", 1), ("a", 2), ("b", 3), ("b", 5)])
    engines[0].make(model, date(2026, 6, 21))
    for step in in_steps(model):
        engines[1].make(step, date(2026, 6, 21))

    found = [sorted(engine.read("select account_id, total from scores.sum"), key=str) for engine in engines]
    assert found[0] == found[1] == [{"account_id": "a", "total": 2}, {"account_id": "b", "total": 8}]


def test_a_model_that_reads_nothing_twice_is_one_step():
    model = Model("scores.plain", Path(), "", "", "with few as (select n from raw.t) select n from few")

    assert in_steps(model) == [model]


def test_files_in_a_folder_for_each_day_are_read_as_one_table(tmp_path):
    engine = DuckDBEngine()
    for day in ("2026-06-20", "2026-06-21"):
        engine.put("raw.part", {"account_id": "VARCHAR", "n": "INTEGER"}, [("a", int(day[-2:]))])
        engine.save("raw.part", tmp_path / "t.parquet" / f"day={day}" / "part-0.parquet")

    engine.mount("raw.t", [tmp_path / "t.parquet"], {"account_id": "", "day": "", "n": ""})

    assert engine.read("select day, n from raw.t order by day") == [{"day": date(2026, 6, 20), "n": 20}, {"day": date(2026, 6, 21), "n": 21}]
