"""The smallest trees of SQL that families are made of: a column of a member, a figure, a text, nothing."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

Tree = Any
"""A node of sqlglot's tree."""
NUMBER = "decimal(18, 6)"
"""The type of a number of a day."""


def where(condition: Tree, value: Tree) -> Tree:
    """The value where the condition holds, otherwise nothing."""
    return exp.case().when(condition, value.copy())


def is_there(tree: Tree) -> Tree:
    """Whether there is a value."""
    return exp.paren(exp.not_(exp.paren(tree.copy()).is_(exp.Null())))


def value_of(name: str, table: str = "") -> Tree:
    """The column of a member's value."""
    return exp.column(f"{name}__value", table=table or None, quoted=True)


def text_of(text: str) -> Tree:
    """A text as a literal."""
    return exp.Literal.string(text)


def figure_of(figure: float) -> Tree:
    """A figure as a literal; one with decimals is a double."""
    return exp.cast(exp.Literal.number(repr(float(figure))), "double") if isinstance(figure, float) else exp.Literal.number(figure)


def nothing() -> Tree:
    """A number that is not there."""
    return exp.cast(exp.Null(), NUMBER)
