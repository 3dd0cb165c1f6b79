"""The goals that would be proposed for the next cycle of many accounts, foreseen together; no file is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from opsengine.goals.campaigns import read_declared
from opsengine.goals.checking import measure_goals
from opsengine.goals.cycle import CycleKind, next_cycle, previous_cycle
from opsengine.goals.goal import RANKS, Goal
from opsengine.goals.presets import read_campaigns
from opsengine.goals.proposing import LEVELS, round_target
from opsengine.goals.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from opsengine.goals.cycle import Cycle
    from opsengine.goals.goal import Measure
    from opsengine.goals.result import GoalResult
    from opsengine.project import Project
    from opsengine.warehouse import Engine

AHEAD = timedelta(days=10)
"""So long before a cycle ends its successor is thought about."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a goal for a cycle to come might be, and its odds; a person reviews it before it counts."""

    account_id: str
    measure: Measure
    cycle: Cycle
    levels: Mapping[str, Decimal]
    odds: Mapping[str, float]
    last: float | None
    """What the last finished cycle came to; None where days were missing."""
    same_last_year: float | None


def look_ahead(
    engine: Engine, project: Project, goals: Sequence[Goal], accounts: Collection[str], as_of: date
) -> tuple[Ahead, ...]:
    """For each account whose last goal ends within ten days, what would be proposed next.

    Accounts of which too little is known are left out. It measures goals of its own; the tables are of those afterwards.
    """
    declared = read_declared(project)
    drafts = [_draft(goal, cycle) for goal, cycle in _ending(project, goals, accounts, as_of)]
    if not drafts:
        return ()
    foreseen = {result.goal.name: result for result in measure_goals(engine, drafts, as_of, declared)}
    levelled = [goal for draft in drafts if (goal := _levelled(draft, foreseen[draft.name])) is not None]
    judged = {result.goal.name: result for result in measure_goals(engine, levelled, as_of, declared)} if levelled else {}
    came = _came(engine, levelled, as_of)
    return tuple(_ahead(goal, judged[goal.name], came) for goal in levelled)


def _ending(project: Project, goals: Sequence[Goal], accounts: Collection[str], as_of: date) -> Iterator[tuple[Goal, Cycle]]:
    """The newest goal of each account that ends soon or just ended, and the cycle after it."""
    campaigns = read_campaigns(project)
    newest: dict[str, Goal] = {}
    for goal in goals:
        account = goal.subject.account
        if account is None or account not in accounts:
            continue
        if goal.primary and goal.primary.metric not in RANKS and goal.cycle.kind is not CycleKind.CAMPAIGN:
            known = newest.get(account)
            newest[account] = goal if known is None or goal.cycle.end > known.cycle.end else known
    for account in sorted(newest):
        goal = newest[account]
        if goal.cycle.has_begun(as_of) and as_of + AHEAD >= goal.cycle.end:
            cycle = next_cycle(goal.cycle, campaigns)
            while cycle.start <= as_of:
                cycle = next_cycle(cycle, campaigns)
            yield goal, cycle


def _draft(goal: Goal, cycle: Cycle) -> Goal:
    account = goal.subject.account
    assert account is not None  # noqa: S101  `_ending` yields no others
    assert goal.primary is not None  # noqa: S101  likewise
    measure = replace(goal.primary, target=Decimal(1), floor=None, stretch=None, steps=(), rests_on=None)
    return Goal(f"next-{account}", "", "", Subject(account=account), cycle, "", "", (measure,))


def _levelled(draft: Goal, result: GoalResult) -> Goal | None:
    """The draft with its levels where the landing is expected with three, two and one chances in four."""
    if result.forecast is None:
        return None
    measure = draft.measures[0]
    quantiles = list(LEVELS.values()) if measure.direction == "up" else list(reversed(LEVELS.values()))
    values = [round_target(getattr(result.forecast.landing, quantile)) for quantile in quantiles]
    floor, target, stretch = values
    if target <= 0:
        return None
    return replace(draft, measures=(replace(measure, target=target, floor=floor, stretch=stretch),))


def _came(engine: Engine, goals: Sequence[Goal], as_of: date) -> dict[str, float]:
    """What the last finished cycle, and the same a year ago, came to: by the names of the goals asked."""
    asked = [replace(goal, name=f"{goal.name}|{kind}", cycle=cycle) for goal in goals for kind, cycle in _earlier(goal, as_of)]
    results = measure_goals(engine, asked, as_of) if asked else ()
    return {one.goal.name: float(one.actual) for one in results if one.actual is not None and one.has_complete_data}


def _earlier(goal: Goal, as_of: date) -> Iterator[tuple[str, Cycle]]:
    last = previous_cycle(goal.cycle)
    while last.end > as_of:
        last = previous_cycle(last)
    yield "last", last
    if goal.cycle.kind is CycleKind.MONTH:
        year = goal.cycle
        for _ in range(12):
            year = previous_cycle(year)
        yield "year", year


def _ahead(goal: Goal, result: GoalResult, came: Mapping[str, float]) -> Ahead:
    measure = goal.measures[0]
    levels = {"floor": measure.floor, "target": measure.target, "stretch": measure.stretch}
    told = {name: value for name, value in levels.items() if value is not None}
    odds = dict(result.forecast.levels) if result.forecast else {}
    account = goal.subject.account or ""
    last, year = (came.get(f"{goal.name}|{kind}") for kind in ("last", "year"))
    return Ahead(account, measure, goal.cycle, told, odds, last, year)
