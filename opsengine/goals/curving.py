"""How much of the way is expected by now, by the curve that a goal file declares.

    linear      each day the same; told as None, for that is what a pace is where nothing is said
    steps       from dated step to dated step
    curve       as drawn by hand
    workdays    each workday the same, the other days nothing
    weekdays    each day as its weekday brought on average in the eight weeks before the cycle
    last        as the cycle before went, a campaign as a year ago, day for day by the share of its days
    peers       as that went for the accounts of the same industry

A curve rests on days before the cycle only, so a new day never changes what was expected. It ends at 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from opsengine.goals.measuring import measure_id_of
from opsengine.goals.remark import Remark
from opsengine.goals.workdays import is_announced, is_workday

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from opsengine.goals.cycle import Cycle
    from opsengine.goals.goal import Goal, Measure
    from opsengine.warehouse import Engine

LEARNED = ("weekdays", "last", "peers")
"""The paces that the warehouse knows."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a curve expects by the end of a day."""

    share: Decimal | None
    """Of the way, 0 to 1; None where the curve cannot be told and the pace is linear."""
    remark: Remark | None = None


def shares_due(engine: Engine, goals: Sequence[Goal], as_of: date) -> Mapping[str, Due]:
    """By measure id, for every running measure whose pace is not linear."""
    due: dict[str, Due] = {}
    learned: list[tuple[Goal, Measure]] = []
    for goal, measure in _running(goals, as_of):
        if measure.steps:
            due[measure_id_of(goal, measure)] = Due(_along(_of_steps(measure), goal.cycle.start, as_of))
        elif goal.plan.curve:
            due[measure_id_of(goal, measure)] = Due(_along(goal.plan.curve, goal.cycle.start, as_of))
        elif goal.plan.pace == "workdays":
            due[measure_id_of(goal, measure)] = by_workdays(goal.cycle, as_of)
        elif goal.plan.pace in LEARNED:
            learned.append((goal, measure))
    return due | _learned(engine, learned, as_of) if learned else due


def by_workdays(cycle: Cycle, as_of: date) -> Due:
    """The share of the workdays of a cycle that are past."""
    days = [cycle.start + timedelta(days=number) for number in range(cycle.days)]
    worked = [is_workday(day) for day in days]
    unknown = next((day.year for day in days if not is_announced(day.year)), None)
    remark = None
    if unknown is not None:
        text = "the holidays of {year} are not announced: Monday to Friday count as workdays"
        remark = Remark(text, {"year": unknown})
    if not any(worked):
        return Due(None, remark)
    return Due(Decimal(sum(worked[: cycle.days_elapsed(as_of)])) / sum(worked), remark)


def _running(goals: Sequence[Goal], as_of: date) -> Iterator[tuple[Goal, Measure]]:
    for goal in goals:
        if goal.cycle.has_begun(as_of) and not goal.cycle.is_over(as_of):
            yield from ((goal, measure) for measure in goal.measures)


def _of_steps(measure: Measure) -> tuple[tuple[date, Decimal], ...]:
    return tuple((day, reach / measure.target) for day, reach in measure.steps)


def _along(points: Sequence[tuple[date, Decimal]], start: date, as_of: date) -> Decimal:
    """The share at the end of a day, in a straight line from point to point, from nothing before the first day."""
    before, share = start - timedelta(days=1), Decimal(0)
    for day, next_share in points:
        if as_of < day:
            return share + (next_share - share) * (as_of - before).days / (day - before).days
        before, share = day, next_share
    return share


def _learned(engine: Engine, measures: Sequence[tuple[Goal, Measure]], as_of: date) -> dict[str, Due]:
    columns = {
        "measure_id": "VARCHAR", "metric": "VARCHAR", "pace": "VARCHAR", "day": "DATE", "weekday": "INTEGER", "is_past": "BOOLEAN",
    }  # fmt: skip
    rows = [row for goal, measure in measures for row in _days_to_weigh(goal, measure, as_of)]
    engine.put("raw.paced_days", columns, rows)
    known = {row["measure_id"]: row["share"] for row in engine.read(_SHARES)}
    return {
        measure_id_of(goal, measure): _told(known.get(measure_id_of(goal, measure))) for goal, measure in measures
    }


def _told(share: float | None) -> Due:
    if share is None:
        return Due(None, Remark("nothing is known to draw the curve from: the pace is linear", {}))
    return Due(Decimal(str(round(share, 9))))


def _days_to_weigh(goal: Goal, measure: Measure, as_of: date) -> Iterator[tuple[object, ...]]:
    """The days that the curve is made of: of this cycle for a weekly shape, else those of the cycle before."""
    name, metric, pace = measure_id_of(goal, measure), measure.metric, goal.plan.pace
    elapsed = goal.cycle.days_elapsed(as_of)
    if pace == "weekdays":
        for number in range(goal.cycle.days):
            day = goal.cycle.start + timedelta(days=number)
            yield name, metric, pace, goal.cycle.start, day.isoweekday(), number < elapsed
    elif goal.plan.earlier is not None:
        earlier = goal.plan.earlier
        for number in range(earlier.days):
            day = earlier.start + timedelta(days=number)
            yield name, metric, pace, day, day.isoweekday(), (number + 1) * goal.cycle.days <= elapsed * earlier.days


_SHARES = """
with parts as (
    select distinct paced.measure_id, promised.account_id, accounts.industry
    from raw.paced_days as paced
    inner join goals.promised as promised on promised.measure_id = paced.measure_id
    inner join raw.accounts as accounts on accounts.account_id = promised.account_id
),

starts as (
    select distinct measure_id, metric, day as start_day
    from raw.paced_days
    where pace = 'weekdays'
),

weekly as (
    select starts.measure_id, calendar.weekday, avg(cast(account_day.value as double)) as weight
    from starts
    inner join parts on parts.measure_id = starts.measure_id
    inner join metrics.account_day as account_day
        on account_day.account_id = parts.account_id and account_day.metric = starts.metric
        and account_day.day < starts.start_day and date_diff('day', account_day.day, starts.start_day) <= 56
    inner join raw.calendar as calendar on calendar.day = account_day.day
    group by starts.measure_id, calendar.weekday
),

weighed as (
    select paced.measure_id, paced.is_past, weekly.weight
    from raw.paced_days as paced
    inner join weekly on weekly.measure_id = paced.measure_id and weekly.weekday = paced.weekday
    where paced.pace = 'weekdays'
    union all
    select paced.measure_id, paced.is_past, cast(account_day.value as double) as weight
    from raw.paced_days as paced
    inner join parts on parts.measure_id = paced.measure_id
    inner join metrics.account_day as account_day
        on account_day.account_id = parts.account_id and account_day.metric = paced.metric and account_day.day = paced.day
    where paced.pace = 'last'
    union all
    select paced.measure_id, paced.is_past, cast(account_day.value as double) as weight
    from raw.paced_days as paced
    inner join (select distinct measure_id, industry from parts) as trades on trades.measure_id = paced.measure_id
    inner join raw.accounts as accounts on accounts.industry = trades.industry
    inner join metrics.account_day as account_day
        on account_day.account_id = accounts.account_id and account_day.metric = paced.metric and account_day.day = paced.day
    where paced.pace = 'peers' and accounts.account_id not in (
        select parts.account_id from parts where parts.measure_id = paced.measure_id
    )
)

select measure_id, sum(case when is_past then weight else 0 end) / nullif(sum(weight), 0) as share
from weighed
group by measure_id
having min(weight) >= 0
"""
