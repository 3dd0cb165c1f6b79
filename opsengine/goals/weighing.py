"""Whether the numbers of a promise make sense: in their unit, beside each other, and within what can be reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from opsengine.errors import Problem
from opsengine.goals.goal import BEST_SCORE, LEAST_NUMBER, RANKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opsengine.errors import Field
    from opsengine.goals.goal import GoalFile, KnownMetric
    from opsengine.goals.terms import Direction, Promise
    from opsengine.project import Document

Path_ = tuple[str | int, ...]
"""Where something stands in a file."""
_LEVELS_HINT = "floor, target, stretch: each is harder to reach than the one before"
_NUMBERS = ("target", "floor", "stretch", "reach", "must_not_fall_below", "must_not_rise_above")
"""Keys of numbers that are told in the unit of their metric."""
_HAS_PERCENTS = ("ratio", "times")
"""Units in which a number may be written in percent."""


@dataclass(frozen=True, slots=True)
class Read:
    """A file on its way: its places, its contents, and what is wrong with it so far."""

    document: Document
    goal: GoalFile
    metrics: Mapping[str, KnownMetric]
    problems: list[Problem] = field(default_factory=list)

    def complain(self, path: Sequence[str | int], code: str, text: str, hint: str = "", **fields: Field) -> None:
        """Add a problem at a path of the file."""
        self.problems.append(Problem(self.document.place(tuple(path)), code, text, hint, fields))


def check_percents(read: Read, path: Path_, metric: KnownMetric) -> None:
    """A percentage is no number of what is counted in yuan or pieces."""
    if metric.unit in _HAS_PERCENTS:
        return
    for place in read.document.places:
        if place[: len(path)] != path or place[-1] not in _NUMBERS:
            continue
        number = read.document.written(place)
        if isinstance(number, str) and number.rstrip().endswith("%"):
            read.complain(
                place, "percent", "`{metric}` is not told in percent: {number} is no number of it",
                "write the number itself, or `growth` beside the metric for so much more than before",
                number=number, metric=str(read.document.written((*path, "metric"))),
            )  # fmt: skip


def check_levels(read: Read, path: Path_, promise: Promise, direction: Direction) -> None:
    """Floor, target and stretch are each harder to reach than the one before."""
    levels, sign, number = promise.levels, 1 if direction == "up" else -1, promise.number
    place = (*path, "levels")
    if number is None:
        return
    _check_reach(read, path, promise, direction)
    if levels.target is not None and levels.target != number:
        numbers = {"level": f"{levels.target:f}", "target": f"{number:f}"}
        text = "the target of the levels is {level}, but the target is {target}"
        read.complain((*place, "target"), "levels", text, "write the target once", **numbers)
    if levels.floor is not None and levels.floor * sign > number * sign:
        read.complain((*place, "floor"), "levels", "the floor is harder to reach than the target", _LEVELS_HINT)
    if levels.stretch is not None and levels.stretch * sign < number * sign:
        read.complain((*place, "stretch"), "levels", "the stretch is easier to reach than the target", _LEVELS_HINT)


def _check_reach(read: Read, path: Path_, promise: Promise, direction: Direction) -> None:
    """Dated steps lead on, and the number can be there: a score has an end, a rank a best place, a table its decimals."""
    metric, number = read.metrics[promise.metric], promise.number or Decimal(0)
    place = (*path, "steps" if promise.steps else "target")
    reaches = [step.reach for step in promise.steps]
    if reaches != sorted(reaches, reverse=direction == "down" and metric.kind != "flow"):
        hint = "write how much shall be there in all by each day"
        read.complain(place, "steps", "a later step asks for less than one before it", hint)
    if promise.metric in RANKS and number < 1:
        read.complain(place, "out-of-reach", "the best rank is 1", "write a place among the peers, such as 3")
    elif metric.kind == "score" and promise.metric not in RANKS and number > BEST_SCORE:
        read.complain(place, "out-of-reach", "no score is more than {most}", "write a score that can be reached", most=BEST_SCORE)
    elif number < LEAST_NUMBER:
        text = "{number} is too small to be told from nothing"
        read.complain(place, "out-of-range", text, "write at least 0.000001", number=f"{number:f}")
