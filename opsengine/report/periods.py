"""The stretch of days that a brief looks back on, and the one it is held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from opsengine.errors import UserError
from opsengine.goals import Cycle, CycleKind, cycle_containing, parse_cycle, previous_cycle

if TYPE_CHECKING:
    from opsengine.goals import Campaign
    from opsengine.report.schedule import Schedule

Campaigns = Mapping[str, "Campaign"]
"""Campaigns by name."""

RECAP_WITHIN = timedelta(days=28)
"""A campaign that ended longer ago is not looked back on any more by a project that begins today."""
PERIODS_BACK = 3
"""A schedule holds a brief back for at most so many periods; `after` is shorter than that for every kind but days."""


@dataclass(frozen=True, slots=True)
class Today:
    """The last day that is looked at, the moment, and the project's zone."""

    as_of: date
    now: datetime
    zone: ZoneInfo


def newest_due(kind: str, schedule: Schedule, campaigns: Campaigns, today: Today) -> Cycle | None:
    """The newest period of a kind that is over and whose moment has come; None when there is none."""
    periods = _campaigns_over(campaigns, today.as_of) if kind == "campaign" else _back_from(today.as_of, CycleKind(kind), schedule)
    return next((period for period in periods if schedule.is_due(period, today.as_of, today.now, today.zone)), None)


def held_against(period: Cycle) -> Cycle:
    """The period that its scores are compared with: the one before; for a campaign as many days just before it."""
    if period.kind in (CycleKind.CAMPAIGN, CycleKind.CUSTOM):
        start, end = period.start - timedelta(days=period.days), period.start - timedelta(days=1)
        return Cycle(f"{start.isoformat()}..{end.isoformat()}", start, end, CycleKind.CUSTOM)
    return previous_cycle(period)


def counted_against(period: Cycle) -> Cycle:
    """The period that its numbers are compared with: a day with the same weekday a week ago, else as `held_against`."""
    if period.kind is CycleKind.DAY:
        return cycle_containing(period.start - timedelta(days=7), CycleKind.DAY)
    return held_against(period)


def _back_from(as_of: date, kind: CycleKind, schedule: Schedule) -> Iterator[Cycle]:
    period = cycle_containing(as_of, kind)
    for _ in range(PERIODS_BACK + (schedule.after + 31 if kind is CycleKind.DAY else schedule.after // 7 + 5)):
        yield period
        period = previous_cycle(period)


def _campaigns_over(campaigns: Campaigns, as_of: date) -> list[Cycle]:
    """Every campaign that ended lately, the newest first; one that goes by several names once, by the first of them."""
    named = {id(campaign): name for name, campaign in reversed(list(campaigns.items()))}
    cycles = [
        cycle
        for name in named.values()
        for year in (as_of.year - 1, as_of.year)
        if (cycle := _dated(name, year, campaigns)) and cycle.is_over(as_of) and as_of - cycle.end < RECAP_WITHIN
    ]
    return sorted(cycles, key=lambda cycle: (cycle.end, cycle.id), reverse=True)


def _dated(name: str, year: int, campaigns: Campaigns) -> Cycle | None:
    try:
        return parse_cycle(f"{name}-{year}", campaigns)
    except UserError:
        return None
