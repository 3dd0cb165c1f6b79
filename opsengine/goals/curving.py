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
from itertools import accumulate
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
    """What a curve expects, day by day."""

    shares: tuple[Decimal, ...]
    """How much of the way by the end of each day of the cycle, 0 to 1; empty where it cannot be told and the pace is linear."""
    remark: Remark | None = None

    def share(self, days_elapsed: int) -> Decimal | None:
        """Of the way, after so many days of the cycle; None where the curve cannot be told."""
        return self.shares[days_elapsed - 1] if self.shares and days_elapsed else None


def shares_due(engine: Engine, goals: Sequence[Goal], as_of: date) -> Mapping[str, Due]:
    """By measure id, for every measure whose cycle has begun and whose pace is not linear."""
    due: dict[str, Due] = {}
    learned: list[tuple[Goal, Measure]] = []
    for goal in goals:
        for measure in goal.measures if goal.cycle.has_begun(as_of) else ():
            if measure.steps or goal.plan.curve:
                due[measure_id_of(goal, measure)] = Due(_along(_of_steps(measure) or goal.plan.curve, goal.cycle))
            elif goal.plan.pace == "workdays":
                due[measure_id_of(goal, measure)] = by_workdays(goal.cycle)
            elif goal.plan.pace in LEARNED:
                learned.append((goal, measure))
    return due | _learned(engine, learned) if learned else due


def by_workdays(cycle: Cycle) -> Due:
    """Each workday of a cycle the same."""
    days = _days(cycle)
    worked = [is_workday(day) for day in days]
    unknown = next((day.year for day in days if not is_announced(day.year)), None)
    remark = None
    if unknown is not None:
        text = "the holidays of {year} are not announced: Monday to Friday count as workdays"
        remark = Remark(text, {"year": unknown})
    return Due(_grown([Decimal(one) for one in worked]), remark)


def linear(cycle: Cycle) -> tuple[Decimal, ...]:
    """Each day the same."""
    return tuple(Decimal(number + 1) / cycle.days for number in range(cycle.days))


def _days(cycle: Cycle) -> list[date]:
    return [cycle.start + timedelta(days=number) for number in range(cycle.days)]


def _grown(weights: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """What the days add up to, as shares of all; nothing where they are nothing together, or one is below zero."""
    total = sum(weights, Decimal(0))
    if total <= 0 or min(weights) < 0:
        return ()
    return tuple(part / total for part in accumulate(weights))


def _of_steps(measure: Measure) -> tuple[tuple[date, Decimal], ...]:
    return tuple((day, reach / measure.target) for day, reach in measure.steps)


def _along(points: Sequence[tuple[date, Decimal]], cycle: Cycle) -> tuple[Decimal, ...]:
    """The share at the end of each day, in a straight line from point to point, from nothing before the first day."""
    shares: list[Decimal] = []
    before, share = cycle.start - timedelta(days=1), Decimal(0)
    for day, next_share in points:
        width = (day - before).days
        shares += [share + (next_share - share) * (number + 1) / width for number in range(width)]
        before, share = day, next_share
    return tuple(shares)


def _learned(engine: Engine, measures: Sequence[tuple[Goal, Measure]]) -> dict[str, Due]:
    columns = dict.fromkeys(("measure_id", "metric", "pace"), "VARCHAR") | {
        "day": "DATE",
        "weekday": "INTEGER",
        "number": "INTEGER",
    }
    engine.put("raw.paced_days", columns, [row for goal, measure in measures for row in _days_to_weigh(goal, measure)])
    weights: dict[str, dict[int, float]] = {}
    for row in engine.read(_WEIGHTS):
        weights.setdefault(row["measure_id"], {})[row["number"]] = row["weight"]
    return {measure_id_of(goal, measure): _told(goal, weights.get(measure_id_of(goal, measure), {})) for goal, measure in measures}


def _told(goal: Goal, weights: Mapping[int, float]) -> Due:
    """The curve of learned weights; those of another cycle are laid over this one day for day by the share of its days."""
    source = goal.cycle if goal.plan.pace == "weekdays" or goal.plan.earlier is None else goal.plan.earlier
    grown = _grown([Decimal(str(round(weights.get(number, 0.0), 6))) for number in range(source.days)])
    if not grown:
        return Due((), Remark("nothing is known to draw the curve from: the pace is linear", {}))
    days = goal.cycle.days
    past = [(number + 1) * source.days // days for number in range(days)]
    return Due(tuple(grown[one - 1] if one else Decimal(0) for one in past))


def _days_to_weigh(goal: Goal, measure: Measure) -> Iterator[tuple[object, ...]]:
    """The days that the curve is made of: of this cycle for a weekly shape, else those of the cycle before."""
    name, metric, pace = measure_id_of(goal, measure), measure.metric, goal.plan.pace
    if pace == "weekdays":
        for number, day in enumerate(_days(goal.cycle)):
            yield name, metric, pace, goal.cycle.start, day.isoweekday(), number
    elif goal.plan.earlier is not None:
        for number, day in enumerate(_days(goal.plan.earlier)):
            yield name, metric, pace, day, day.isoweekday(), number


_WEIGHTS = """
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
    select paced.measure_id, paced.number, weekly.weight
    from raw.paced_days as paced
    inner join weekly on weekly.measure_id = paced.measure_id and weekly.weekday = paced.weekday
    where paced.pace = 'weekdays'
    union all
    select paced.measure_id, paced.number, cast(account_day.value as double) as weight
    from raw.paced_days as paced
    inner join parts on parts.measure_id = paced.measure_id
    inner join metrics.account_day as account_day
        on account_day.account_id = parts.account_id and account_day.metric = paced.metric and account_day.day = paced.day
    where paced.pace = 'last'
    union all
    select paced.measure_id, paced.number, cast(account_day.value as double) as weight
    from raw.paced_days as paced
    inner join (select distinct measure_id, industry from parts) as trades on trades.measure_id = paced.measure_id
    inner join raw.accounts as accounts on accounts.industry = trades.industry
    inner join metrics.account_day as account_day
        on account_day.account_id = accounts.account_id and account_day.metric = paced.metric and account_day.day = paced.day
    where paced.pace = 'peers' and accounts.account_id not in (
        select parts.account_id from parts where parts.measure_id = paced.measure_id
    )
)

select measure_id, number, sum(weight) as weight
from weighed
group by measure_id, number
order by measure_id, number
"""
