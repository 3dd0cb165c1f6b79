"""Models are heard the same way by every engine: what is not portable is refused, by a walk over the parsed tree."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
import yaml
from sqlglot import exp

from opsengine.warehouse import read_models

MODELS = read_models()
PAIRS = yaml.safe_load((Path(__file__).parent / "portable_sql.yaml").read_text(encoding="utf-8"))

REFUSED_NODES = {
    exp.PercentileDisc: "no quantiles: one engine approximates them",
    exp.Quantile: "no quantiles: one engine approximates them",
    exp.DayOfWeek: "no weekday functions: join raw.calendar",
    exp.DayOfWeekIso: "no weekday functions: join raw.calendar",
    exp.Extract: "no extract: join raw.calendar",
    exp.DateAdd: "no date functions beside date_diff('day', …)",
    exp.DateSub: "no date functions beside date_diff('day', …)",
    exp.ToDays: "no date functions beside date_diff('day', …)",
    exp.Log: "log is base 10 here and base e there: ln",
    exp.Pivot: "no pivot",
    exp.Lambda: "no lambdas",
    exp.Unnest: "no unnest: join raw.calendar",
    exp.ArgMax: "no arg_max: row_number with a unique order",
    exp.ArgMin: "no arg_min: row_number with a unique order",
    exp.AnyValue: "no any_value: it is not repeatable",
    exp.CurrentDate: "no clock: $as_of",
    exp.CurrentTimestamp: "no clock: $as_of",
    exp.Rand: "no chance",
    exp.Ntile: "no ntile: identical rows land in different tiles",
    exp.GenerateSeries: "no series: join raw.calendar",
    exp.First: "no first: row_number with a unique order",
    exp.Last: "no last: row_number with a unique order",
}
REFUSED_NAMES = {"hash", "now", "today", "random", "isodow", "dayofweek", "list", "first", "last", "mode", "approx_quantile"}
WHOLE = {exp.DataType.Type.INT, exp.DataType.Type.BIGINT, exp.DataType.Type.SMALLINT, exp.DataType.Type.TINYINT}
LOOKS_LIKE_A_DATE = ("day", "as_of", "date")
MOST_DISTINCTS_BESIDE_OTHERS = 2


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
def test_a_model_is_heard_the_same_way_by_every_engine(model):
    assert complaints(model.sql) == []


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
def test_a_model_can_be_spelled_for_spark(model):
    assert sqlglot.transpile(model.sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)


@pytest.mark.parametrize("sql", PAIRS["refused"])
def test_what_engines_hear_differently_is_refused(sql):
    assert complaints(sql) != []


@pytest.mark.parametrize("sql", PAIRS["accepted"])
def test_what_engines_agree_on_is_accepted(sql):
    assert complaints(sql) == []


def complaints(sql: str) -> list[str]:
    """What is not portable in a select."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    found = [f"{node.sql()}: {why}" for kind, why in REFUSED_NODES.items() for node in tree.find_all(kind)]
    found += [f"{node.sql()}: {why}" for kinds, is_wrong, why in RULES for node in tree.find_all(*kinds) if is_wrong(node)]
    return found + [f"{column.sql()}: cast the sum" for column in tree.selects if isinstance(column.unalias(), exp.Sum)]


def is_unguarded(division: exp.Expression) -> bool:
    bare = division.expression.unnest()
    while isinstance(bare, exp.Cast):
        bare = bare.this.unnest()
    return not isinstance(bare, exp.Nullif) and not (isinstance(bare, exp.Literal) and float(bare.this) != 0)


def may_be_of_zero(logarithm: exp.Ln) -> bool:
    return not isinstance(logarithm.this.unnest(), exp.Greatest | exp.Nullif)


def has_other_unit_than_days(difference: exp.DateDiff) -> bool:
    return str(difference.args.get("unit")).strip("'").lower() != "day"


def cuts_a_fraction(cast: exp.Cast) -> bool:
    return cast.to.this in WHOLE and isinstance(cast.this.unnest(), exp.Div | exp.Mul | exp.Avg | exp.Sqrt | exp.Ln)


def subtracts_dates(node: exp.Sub) -> bool:
    sides = (node.this.unnest(), node.expression.unnest())
    return not any(isinstance(side, exp.Interval) for side in sides) and any(is_date(side) for side in sides)


def is_date(node: exp.Expression) -> bool:
    if isinstance(node, exp.Cast):
        return bool(node.to.this == exp.DataType.Type.DATE)
    name = parameter(node) if isinstance(node, exp.Parameter | exp.Placeholder) else node.name
    return name.endswith(LOOKS_LIKE_A_DATE) or name.endswith("_on")


def is_not_cast_to_date(interval: exp.Interval) -> bool:
    cast = interval.find_ancestor(exp.Cast)
    return not (isinstance(cast, exp.Cast) and cast.to.this == exp.DataType.Type.DATE)


def parameter(node: exp.Expression) -> str:
    return node.name or str(node.this)


def is_not_the_day(node: exp.Expression) -> bool:
    return parameter(node) != "as_of"


def has_a_refused_name(call: exp.Anonymous) -> bool:
    return call.name.lower() in REFUSED_NAMES


def is_unordered(window: exp.Window) -> bool:
    needs_order = exp.RowNumber | exp.Lag | exp.Lead | exp.FirstValue | exp.LastValue
    return isinstance(window.this, needs_order) and not _defined(window).args.get("order")


def _defined(window: exp.Window) -> exp.Window:
    """A window itself, or the one of its statement that it names."""
    named = window.find_ancestor(exp.Select).args.get("windows") or () if window.args.get("alias") else ()
    return next((one for one in named if one.name == window.alias), window)


def mixes_distincts(select: exp.Select) -> bool:
    aggregates = [node for column in select.expressions for node in column.find_all(exp.AggFunc)]
    distinct = [node for node in aggregates if isinstance(node.this, exp.Distinct)]
    return bool(distinct) and len(aggregates) - len(distinct) > MOST_DISTINCTS_BESIDE_OTHERS


def is_not_of_rows(median: exp.Median) -> bool:
    """A median over a frame of rows is exact here, and there as `percentile(x, 0.5)`; any other is a guess there."""
    window = median.parent
    return not (isinstance(window, exp.Window) and window.this is median and window.args.get("spec"))


def is_of_no_column(quantile: exp.PercentileCont) -> bool:
    """`quantile_cont(x, 0.25)` is exact here, and there as `percentile(x, 0.25)`; the spelling with `within group` is not."""
    return quantile.args.get("expression") is None or not isinstance(quantile.expression, exp.Literal | exp.Array)


RULES = [
    ((exp.PercentileCont,), is_of_no_column, "no quantiles but quantile_cont(x, 0.25): one engine approximates them"),
    ((exp.Median,), is_not_of_rows, "no quantiles but a median over a frame of rows: one engine approximates them"),
    ((exp.Anonymous,), has_a_refused_name, "not portable"),
    ((exp.Div, exp.IntDiv, exp.Mod), is_unguarded, "guard the divisor with nullif"),
    ((exp.Cast,), cuts_a_fraction, "floor or round before the cast"),
    ((exp.Ln,), may_be_of_zero, "ln(0) differs: ln(greatest(x, …)) or ln(nullif(x, 0))"),
    ((exp.DateDiff,), has_other_unit_than_days, "only days"),
    ((exp.Sub,), subtracts_dates, "date_diff('day', a, b)"),
    ((exp.Interval,), is_not_cast_to_date, "cast a moved date to date"),
    ((exp.Parameter, exp.Placeholder), is_not_the_day, "the one parameter is $as_of"),
    ((exp.Window,), is_unordered, "no such row without an order"),
    ((exp.Select,), mixes_distincts, "exact distincts apart: one query for them, one for the rest"),
]
"""Which nodes a rule looks at, when they are wrong, and what is written instead."""
