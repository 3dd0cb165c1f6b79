-- How far ahead each metric must be foreseen: to the last day of every running cycle that promises it.
-- grain: metric, days_ahead
with running as (
    select goals.metric, goals.kind, cast(date_diff('day', $as_of, goals.end_day) as integer) as days_ahead
    from raw.goals as goals
    where goals.start_day <= $as_of and goals.end_day > $as_of
),

parts as (
    select metric, kind, days_ahead
    from running
    where kind in ('flow', 'stock')
    union
    select metrics.numerator as metric, 'flow' as kind, running.days_ahead
    from running
    inner join raw.metrics as metrics on metrics.metric = running.metric
    where running.kind = 'ratio'
    union
    select metrics.denominator as metric, 'flow' as kind, running.days_ahead
    from running
    inner join raw.metrics as metrics on metrics.metric = running.metric
    where running.kind = 'ratio'
)

select
    metric,                                             -- a flow, or a stock whose growth is foreseen
    kind,                                               -- flow or stock
    days_ahead                                          -- days from the day looked at to the end of a cycle
from parts
