"""The goals proposed for the next cycle, as a brief tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsengine.report.promises import LEVELS, SCORES, metric_of
from opsengine.report.undertaken import NextGoal, NextLevel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opsengine.goals import Ahead
    from opsengine.report.gathering import Row


def next_goals_of(foreseen: Iterable[Ahead], metrics: Mapping[str, Row]) -> dict[str, tuple[NextGoal, ...]]:
    """By account, what is proposed for its next cycle."""
    return {one.account_id: (_next_goal(one, metrics),) for one in foreseen}


def _next_goal(one: Ahead, metrics: Mapping[str, Row]) -> NextGoal:
    name = one.measure.metric
    return NextGoal(
        metric=metric_of(name, metrics),
        unit="score" if name in SCORES else metrics.get(name, {"unit": "count"})["unit"],
        cycle=one.cycle.id,
        start=one.cycle.start,
        end=one.cycle.end,
        levels=tuple(
            NextLevel(level, LEVELS[level], float(value), one.odds.get(level))  # type: ignore[arg-type]  # the three levels
            for level, value in one.levels.items()
        ),
        last=one.last,
        same_last_year=one.same_last_year,
    )
