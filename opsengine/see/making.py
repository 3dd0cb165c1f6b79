"""Metrics that people make from others: their checked expressions as one model, built as a tree and never as text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp

from opsengine.errors import Place
from opsengine.warehouse import read_models

if TYPE_CHECKING:
    from opsengine.see.catalogue import Catalogue
    from opsengine.warehouse import Formula, Model

_TABLE = "metrics.made_day"
_NUMBERS = """
    select account_id, day, metric, value, 1 as priority from metrics.base_day
    union all
    select account_id, day, metric, value, 2 as priority from metrics.sum_day
"""
Tree = Any
"""A node of sqlglot's tree."""
MOST = 10**15
"""A number beyond this is no number of a business, and does not fit the table."""


def made_metrics(catalogue: Catalogue) -> tuple[Model, ...]:
    """The model of all metrics with an expression, in the place of the empty one; none when nobody wrote one."""
    declared = [metric for metric in catalogue.metrics.values() if metric.expression]
    formulas = {metric.metric: catalogue.formula_of(metric, Place(metric.metric)) for metric in declared}
    if not formulas:
        return ()
    names = sorted({name for formula in formulas.values() for name in formula.names})
    parts = [_made(name, formula) for name, formula in sorted(formulas.items())]
    select = parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)
    numbers = sqlglot.parse_one(_NUMBERS, dialect="duckdb")
    tree = select.with_("numbers", as_=numbers).with_("wide", as_=_wide(names))
    return (replace(read_models()[_TABLE], sql=tree.sql(dialect="duckdb")),)


def _wide(names: list[str]) -> exp.Select:
    """One row for an account and a day, with a column for each number; what was counted or typed in wins over a sum."""
    found = [exp.alias_(exp.cast(_first(name), "double"), name, quoted=True) for name in names]
    return exp.select("account_id", "day", *found).from_("numbers").group_by("account_id", "day")


def _first(name: str) -> Tree:
    def of(priority: int) -> Tree:
        is_it = exp.and_(exp.column("metric").eq(exp.Literal.string(name)), exp.column("priority").eq(exp.Literal.number(priority)))
        return exp.func("max", exp.case().when(is_it, exp.column("value")))

    return exp.func("coalesce", of(1), of(2))


def _made(name: str, formula: Formula) -> exp.Select:
    value = exp.func("round", exp.paren(formula.tree()), exp.Literal.number(6))
    columns = (exp.alias_(exp.Literal.string(name), "metric"), exp.alias_(exp.cast(value, "decimal(24, 6)"), "value"))
    return (
        exp.select("account_id", "day", *columns)
        .from_("wide")
        .where(exp.func("abs", exp.paren(formula.tree())) < exp.Literal.number(MOST))
    )
