-- How the forecasts of two measures that one subject promises for one cycle go wrong together: the correlation of their past errors.
-- grain: measure_id, other_id
with pairs as (
    select first.measure_id, second.measure_id as other_id
    from raw.goals as first
    inner join raw.goals as second
        on second.subject_kind = first.subject_kind
        and second.subject = first.subject
        and second.start_day = first.start_day
        and second.end_day = first.end_day
    where first.role in ('primary', 'secondary') and second.role in ('primary', 'secondary') and first.measure_id < second.measure_id
),

placed as (
    select
        pairs.measure_id,
        pairs.other_id,
        above.pool,
        above.metric,
        beside.metric as other,
        above.days_ahead
    from pairs
    inner join goals.landing as above on above.measure_id = pairs.measure_id and above.days_ago = 0
    inner join goals.landing as beside on beside.measure_id = pairs.other_id and beside.days_ago = 0
),

wanted as (
    select distinct pool, metric, other, days_ahead
    from placed
),

errors as (
    select
        history.series, residual.metric, residual.pool, residual.days_ahead, residual.backtest,
        greatest(-3, least(3, residual.standard)) as standard
    from goals.residual as residual
    inner join goals.history as history on history.history = residual.history
    where residual.standard is not null
        and (residual.metric in (select metric from wanted) or residual.metric in (select other from wanted))
),

together as (
    select
        wanted.pool,
        wanted.metric,
        wanted.other,
        wanted.days_ahead,
        count(*) as errors,
        sum(above.standard * beside.standard) / nullif(sqrt(sum(above.standard * above.standard) * sum(beside.standard * beside.standard)), 0)
            as correlation
    from wanted
    inner join errors as above
        on above.metric = wanted.metric and above.days_ahead = wanted.days_ahead and (wanted.pool = '' or above.pool = wanted.pool)
    inner join errors as beside
        on beside.series = above.series
        and beside.metric = wanted.other
        and beside.days_ahead = above.days_ahead
        and beside.backtest = above.backtest
    group by wanted.pool, wanted.metric, wanted.other, wanted.days_ahead
)

select
    placed.measure_id,                                  -- a promise
    placed.other_id,                                    -- another one of the same subject and cycle
    cast(together.errors as integer) as errors,         -- pairs of past errors that it rests on
    round(cast(together.correlation as double), 6) as correlation -- from -1, one high when the other is low, to 1
from placed
inner join together
    on together.pool = placed.pool
    and together.metric = placed.metric
    and together.other = placed.other
    and together.days_ahead = placed.days_ahead
