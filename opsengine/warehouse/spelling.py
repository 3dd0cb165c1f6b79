"""One select, as Apache Spark hears it: DuckDB's dialect is the one that models are written in, and differences are met here.

sqlglot knows most of the other dialect. What it does not know is what the same words *mean* there:

* A table is named `schema.table` here and is a view of one name there.
* `round(x, 6)` of a double multiplies, rounds and divides here, and goes through decimal digits there: `2.675` is 2.67 here.
* `pow(x, 2)` is a product, which is exact, instead of what a library of either side makes of it.
* A median over a frame of rows is `percentile(x, 0.5)`, which is exact.
* Parameters are values, written as literals of their type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlglot
from sqlglot import exp

from opsengine.errors import EngineError

Tree = Any
"""A node of sqlglot's tree."""
DIALECT = "spark"
_TYPES = {"VARCHAR": "STRING", "INTEGER": "INT", "TIMESTAMP": "TIMESTAMP_NTZ", '"NULL"': "INT", "HUGEINT": "BIGINT"}
"""Types by their other name; the rest have the same on both sides."""


def spell(sql: str, names: Callable[[str], str], parameters: Mapping[str, object]) -> str:
    """A select of DuckDB's dialect in Spark's; `names` gives the view of a table `schema.table`."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    for parameter in list(tree.find_all(exp.Parameter, exp.Placeholder)):
        parameter.replace(literal(parameters[parameter.name or str(parameter.this)]))
    for table in [table for table in tree.find_all(exp.Table) if table.db]:
        view = exp.to_table(names(f"{table.db}.{table.name}"))
        table.replace(exp.alias_(view, table.alias or table.name, table=True))
    for node in list(tree.find_all(exp.Round, exp.Pow, exp.Median)):
        if spelled := _SPELLINGS[type(node)](node):
            node.replace(spelled)
    return tree.sql(dialect=DIALECT)


def tables_of(sql: str) -> frozenset[str]:
    """The tables `schema.table` that a select reads."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    return frozenset(f"{table.db}.{table.name}" for table in tree.find_all(exp.Table) if table.db)


def type_of(kind: str) -> str:
    """A type of DuckDB by its name in Spark. Raises EngineError for one that tables of ours do not have."""
    if kind in _TYPES:
        return _TYPES[kind]
    if kind.startswith("DECIMAL(") or kind in {"BIGINT", "SMALLINT", "TINYINT", "DOUBLE", "FLOAT", "BOOLEAN", "DATE"}:
        return kind
    raise EngineError("a column of {kind} cannot be kept by this engine", kind=kind)


def quoted(name: str) -> str:
    """A name of a column, quoted."""
    return "`" + name.replace("`", "``") + "`"


def literal(value: object) -> Tree:
    """A value as a literal of its type. Raises EngineError for one that no query of ours is asked with."""
    if value is None:
        return exp.Null()
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, str):
        return exp.Literal.string(value)
    if isinstance(value, datetime):
        return exp.cast(exp.Literal.string(value.isoformat(sep=" ")), "timestamp")
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date")
    if isinstance(value, int | float | Decimal):
        return exp.cast(exp.Literal.number(repr(value)), "double") if isinstance(value, float) else exp.Literal.number(str(value))
    raise EngineError("a parameter of {kind} cannot be passed to this engine", kind=type(value).__name__)


def _round(node: Tree) -> Tree | None:
    """Multiplied, rounded and divided; models round doubles alone."""
    digits = node.args.get("decimals")
    if digits is None:
        return None
    power = exp.Literal.number(f"1e{digits.name}")
    whole = exp.Round(this=exp.Mul(this=exp.paren(node.this.copy()), expression=power), decimals=exp.Literal.number(0))
    return exp.paren(exp.Div(this=whole, expression=power.copy(), typed=True))


def _square(node: Tree) -> Tree | None:
    """The product of a square."""
    if node.expression.name != "2":
        return None
    return exp.paren(exp.Mul(this=exp.paren(node.this.copy()), expression=exp.paren(node.this.copy())))


def _median(node: Tree) -> Tree:
    return exp.Anonymous(this="percentile", expressions=[node.this.copy(), exp.Literal.number("0.5")])


_SPELLINGS: Mapping[type[Any], Callable[[Tree], Tree | None]] = {exp.Round: _round, exp.Pow: _square, exp.Median: _median}
"""What is written otherwise."""
