"""Conditions that no account can ever meet: `fans_total < 100 and fans_total > 1000`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

if TYPE_CHECKING:
    from opsengine.warehouse import Condition

_MIRRORED = {exp.LT: exp.GT, exp.LTE: exp.GTE, exp.GT: exp.LT, exp.GTE: exp.LTE, exp.EQ: exp.EQ}


@dataclass
class _Range:
    """Where a number may still lie."""

    low: float = -math.inf
    high: float = math.inf
    is_open: bool = False
    """Whether an end that is shared by both sides is left out."""

    def narrow(self, kind: type, bound: float) -> None:
        if kind in (exp.GT, exp.GTE, exp.EQ) and bound >= self.low:
            self.is_open = (self.is_open and bound == self.low) or kind is exp.GT
            self.low = bound
        if kind in (exp.LT, exp.LTE, exp.EQ) and bound <= self.high:
            self.is_open = self.is_open or kind is exp.LT
            self.high = bound

    @property
    def is_empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and self.is_open)


def contradicted(condition: Condition) -> str | None:
    """A name of which the condition asks two things that cannot both be; None when there is none.

    Looks at comparisons of one name with a plain number that must all hold; what else may never hold is not found.
    """
    ranges: dict[str, _Range] = {}
    for part in _all_of(condition.tree()):
        found = _bound(part)
        if found is not None:
            name, kind, bound = found
            ranges.setdefault(name, _Range()).narrow(kind, bound)
    return next((name for name, one in sorted(ranges.items()) if one.is_empty), None)


def _all_of(tree: Any) -> Iterator[Any]:
    """The parts that must all be true."""
    while isinstance(tree, exp.Paren):
        tree = tree.this
    if isinstance(tree, exp.And):
        yield from _all_of(tree.this)
        yield from _all_of(tree.expression)
    else:
        yield tree


def _bound(part: Any) -> tuple[str, type, float] | None:
    """A comparison of a name with a plain number, the name on the left."""
    if type(part) not in _MIRRORED:
        return None
    left, right = _plain(part.this), _plain(part.expression)
    if isinstance(left, str) and isinstance(right, float):
        return left, type(part), right
    if isinstance(left, float) and isinstance(right, str):
        return right, _MIRRORED[type(part)], left
    return None


def _plain(node: Any) -> str | float | None:
    """A name, a plain number, or neither."""
    if isinstance(node, exp.Column):
        return str(node.name)
    if isinstance(node, exp.Literal):
        return float(node.this)
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        return -float(node.this.this)
    return None
