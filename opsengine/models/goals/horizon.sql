-- How far ahead each metric must be foreseen: to the last day of every cycle that runs or will soon, and to the day before it.
-- grain: metric, days_ahead
with ahead as (
    select goals.metric, goals.kind, cast(date_diff('day', $as_of, goals.end_day) as integer) as days_ahead
    from raw.goals as goals
    where goals.end_day > $as_of and date_diff('day', $as_of, goals.start_day) <= 92
    union
    select goals.metric, goals.kind, cast(date_diff('day', $as_of, goals.start_day) - 1 as integer) as days_ahead
    from raw.goals as goals
    where date_diff('day', $as_of, goals.start_day) between 2 and 92
),

parts as (
    select metric, kind, days_ahead
    from ahead
    where kind in ('flow', 'stock', 'score')
    union
    select metrics.numerator as metric, 'flow' as kind, ahead.days_ahead
    from ahead
    inner join raw.metrics as metrics on metrics.metric = ahead.metric
    where ahead.kind = 'ratio'
    union
    select metrics.denominator as metric, 'flow' as kind, ahead.days_ahead
    from ahead
    inner join raw.metrics as metrics on metrics.metric = ahead.metric
    where ahead.kind = 'ratio'
    union
    select metric, 'flow' as kind, days_ahead
    from ahead
    where kind = 'ratio'
)

select
    metric,                                             -- a flow, a stock or score whose growth is foreseen, or a ratio where days tell it as it is
    kind,                                               -- flow, stock or score
    days_ahead                                          -- days from the day looked at to the end of a cycle, or to the day before it
from parts
