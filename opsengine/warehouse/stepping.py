"""A select in steps: what it reads more than once is made first, for an engine that would work it out each time.

DuckDB works a common table out once; Spark writes its text in place of every mention, and a common table that each of sixty
metrics reads is worked out sixty times.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsengine.warehouse.models import Model

Tree = Any
"""A node of sqlglot's tree."""


def in_steps(model: Model) -> list[Model]:
    """The common tables of a model that are read more than once, in order, then the model that reads these; itself when none is.

    A step is a table beside the model's: `scores.rank` has the step `scores.rank_grouped`.
    """
    tree = sqlglot.parse_one(model.sql, dialect="duckdb")
    with_ = tree.args.get("with_") or tree.args.get("with")
    if with_ is None:
        return [model]
    mentions = Counter(table.name for table in tree.find_all(exp.Table) if not table.db)
    steps: list[Model] = []
    inlined: list[Tree] = []
    for common in with_.expressions:
        if mentions[common.alias] > 1 and common.this.find(exp.Table):
            table = f"{model.table}_{common.alias}"
            select = _with(common.this, [one for one in inlined if _mentions(common.this, one.alias, inlined)])
            steps.append(replace(model, table=table, sql=select.sql(dialect="duckdb"), is_view=False))
            _read_instead(tree, common.alias, table)
        else:
            inlined.append(common)
    if not steps:
        return [model]
    with_.pop()
    whole = _with(tree, [one for one in inlined if _mentions(tree, one.alias, inlined)])
    return [*steps, replace(model, sql=whole.sql(dialect="duckdb"))]


def _read_instead(tree: Tree, alias: str, table: str) -> None:
    """Read a table of its own wherever the common table is mentioned."""
    schema, _, name = table.partition(".")
    for mention in list(tree.find_all(exp.Table)):
        if mention.name == alias and not mention.db:
            mention.replace(exp.alias_(exp.table_(name, db=schema), mention.alias or alias, table=True))


def _mentions(select: Tree, alias: str, commons: list[Tree]) -> bool:
    """Whether a select reads a common table, or one of those that it reads does."""
    names = set(_names(select))
    for common in reversed(commons):
        if common.alias in names:
            names |= set(_names(common.this))
    return alias in names


def _names(select: Tree) -> Iterator[str]:
    return (table.name for table in select.find_all(exp.Table) if not table.db)


def _with(select: Tree, commons: list[Tree]) -> Tree:
    """A select of its own with the common tables that it reads."""
    copy = select.copy()
    if commons:
        copy.set("with_", exp.With(expressions=[common.copy() for common in commons]))
    return copy
