"""Targets that are no number: made of earlier days of the subject, or of what its peers brought.

They rest on days before the cycle only, so they are the same on each of its days. Peers are the accounts of the industry
that have data on at least half of the days; fewer than five tell nobody anything, and there is no target then.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from opsengine.goals.measuring import measure_id_of, put_selectors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opsengine.goals.goal import Goal, Measure
    from opsengine.warehouse import Engine

LEAST_PEERS = 5
"""Fewer accounts could be told apart by their benchmark."""
_SIX_PLACES = Decimal("0.000001")


def with_targets(engine: Engine, goals: Sequence[Goal]) -> tuple[Goal, ...]:
    """These goals with every target that can be known; one that cannot stays open."""
    resting = [(goal, measure) for goal in goals for measure in goal.measures if measure.rests_on]
    if not resting:
        return tuple(goals)
    put_selectors(engine, goals)
    engine.put("raw.resting", _COLUMNS, [_row(goal, measure) for goal, measure in resting])
    known = {row["measure_id"]: row["target"] for row in engine.read(_TARGETS, least=LEAST_PEERS)}
    return tuple(_resolved(goal, known) for goal in goals)


def _resolved(goal: Goal, known: Mapping[str, float | None]) -> Goal:
    if not any(measure.rests_on for measure in goal.measures):
        return goal
    found = (_with_target(measure, known.get(measure_id_of(goal, measure))) for measure in goal.measures)
    return replace(goal, measures=tuple(found))


def _with_target(measure: Measure, target: float | None) -> Measure:
    if measure.rests_on is None or target is None or target <= 0:
        return measure
    return replace(measure, target=Decimal(str(target)).quantize(_SIX_PLACES))


def _row(goal: Goal, measure: Measure) -> tuple[object, ...]:
    rests = measure.rests_on
    if rests is None:
        raise TypeError(measure)
    days = (rests.last - rests.first).days + 1
    stretch = Decimal(goal.cycle.days) / days if measure.kind == "flow" else Decimal(1)
    return (
        measure_id_of(goal, measure), measure.metric, measure.kind, goal.subject.kind, goal.subject.key,
        rests.first, rests.last, days, rests.factor * stretch, rests.benchmark,
    )  # fmt: skip


_COLUMNS = {
    "measure_id": "VARCHAR", "metric": "VARCHAR", "kind": "VARCHAR", "subject_kind": "VARCHAR", "subject": "VARCHAR",
    "first_day": "DATE", "last_day": "DATE", "days": "INTEGER", "factor": "DOUBLE", "benchmark": "VARCHAR",
}  # fmt: skip
_TARGETS = """
with readings as (
    select resting.measure_id, account_day.account_id, account_day.day, resting.kind,
        max(case when account_day.metric = coalesce(metrics.numerator, resting.metric)
            then cast(account_day.value as double) end) as above,
        max(case when account_day.metric = metrics.denominator then cast(account_day.value as double) end) as below
    from raw.resting as resting
    left join raw.metrics as metrics on metrics.metric = resting.metric
    inner join metrics.account_day as account_day
        on account_day.day between resting.first_day and resting.last_day
        and (account_day.metric = coalesce(metrics.numerator, resting.metric) or account_day.metric = metrics.denominator)
    group by resting.measure_id, account_day.account_id, account_day.day, resting.kind
),

scores as (
    select resting.measure_id, score.account_id, score.day, resting.kind, score.score as above, cast(null as double) as below
    from raw.resting as resting
    inner join scores.account_score as score
        on score.scorecard || '_score' = resting.metric and score.day between resting.first_day and resting.last_day
    where score.score is not null
),

known as (
    select measure_id, account_id, kind, count(*) as days, sum(above) as above, sum(below) as below,
        max(day) as last_day
    from (select * from readings union all select * from scores) as everything
    where above is not null
    group by measure_id, account_id, kind
),

latest as (
    select known.measure_id, known.account_id, known.kind, known.days, known.below,
        case when known.kind in ('flow', 'ratio') then known.above else last.above end as above
    from known
    inner join (select * from readings union all select * from scores) as last
        on last.measure_id = known.measure_id and last.account_id = known.account_id and last.day = known.last_day
),

members as (
    select resting.measure_id, accounts.account_id, accounts.industry
    from raw.resting as resting
    inner join raw.accounts as accounts
        on (resting.subject_kind = 'account' and accounts.account_id = resting.subject)
        or (resting.subject_kind = 'team' and accounts.team = resting.subject)
        or (resting.subject_kind = 'brand' and accounts.brand = resting.subject)
        or (resting.subject_kind = 'accounts' and accounts.account_id in (
            select chosen.account_id from raw.accounts as chosen
            inner join raw.selectors as selectors
                on (selectors.attribute = 'industry' and selectors.value = chosen.industry)
                or (selectors.attribute = 'size' and selectors.value = chosen.size)
                or (selectors.attribute = 'region' and selectors.value = chosen.region)
                or (selectors.attribute = 'team' and selectors.value = chosen.team)
                or (selectors.attribute = 'brand' and selectors.value = chosen.brand)
                or (selectors.attribute = 'platform' and selectors.value = chosen.platform)
            where selectors.subject = resting.subject
            group by chosen.account_id, selectors.attributes
            having count(*) = selectors.attributes
        ))
),

own as (
    select resting.measure_id, case resting.kind
            when 'ratio' then sum(latest.above) / nullif(sum(latest.below), 0)
            when 'score' then avg(latest.above)
            else sum(latest.above)
        end as value,
        min(latest.days) * 2 >= resting.days as is_enough
    from raw.resting as resting
    inner join members on members.measure_id = resting.measure_id
    inner join latest on latest.measure_id = resting.measure_id and latest.account_id = members.account_id
    group by resting.measure_id, resting.kind, resting.days
),

peers as (
    select resting.measure_id, latest.account_id,
        case when resting.kind = 'ratio' then latest.above / nullif(latest.below, 0) else latest.above end as value
    from raw.resting as resting
    inner join latest on latest.measure_id = resting.measure_id and latest.days * 2 >= resting.days
    inner join raw.accounts as accounts on accounts.account_id = latest.account_id
    where resting.benchmark <> '' and accounts.industry in (
        select members.industry from members where members.measure_id = resting.measure_id
    )
),

ordered as (
    select measure_id, value, row_number() over (partition by measure_id order by value, account_id) as place,
        count(*) over (partition by measure_id) as accounts
    from peers
    where value is not null
),

benchmarks as (
    select ordered.measure_id, max(ordered.accounts) as accounts, sum(ordered.value * greatest(0, 1 - abs(
        ordered.place - (1 + (ordered.accounts - 1) * case resting.benchmark when 'p25' then 0.25 when 'p50' then 0.5 else 0.75 end)
    ))) as value
    from ordered
    inner join raw.resting as resting on resting.measure_id = ordered.measure_id
    group by ordered.measure_id
)

select resting.measure_id, resting.factor * case
    when resting.benchmark = '' and own.is_enough then own.value
    when resting.benchmark <> '' and benchmarks.accounts >= $least then benchmarks.value
end as target
from raw.resting as resting
left join own on own.measure_id = resting.measure_id
left join benchmarks on benchmarks.measure_id = resting.measure_id
"""
