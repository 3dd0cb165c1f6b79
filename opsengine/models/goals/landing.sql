-- Where each running promise will land: what is there, and what is foreseen with its spread; and the odds of its target.
-- grain: measure_id
with running as (
    select
        goals.measure_id,
        goals.metric,
        goals.kind,
        goals.direction,
        cast(goals.target as double) as target,
        goals.subject_kind || ':' || goals.subject as series,
        goals.start_day,
        coalesce(metrics.numerator, goals.metric) as above,
        metrics.denominator as below,
        cast(date_diff('day', $as_of, goals.end_day) as integer) as days_ahead
    from raw.goals as goals
    left join raw.metrics as metrics on metrics.metric = goals.metric and goals.kind = 'ratio'
    where goals.start_day <= $as_of and goals.end_day > $as_of and goals.kind in ('flow', 'ratio', 'stock')
),

so_far as (
    select
        running.measure_id,
        case when running.kind = 'stock' then max(cast(progress.numerator as double))
        else sum(case when series_day.metric = running.above then series_day.value else 0 end) end as above,
        sum(case when series_day.metric = running.below then series_day.value else 0 end) as below
    from running
    inner join goals.series_day as series_day
        on series_day.series = running.series
        and (series_day.metric = running.above or series_day.metric = running.below)
        and series_day.day >= running.start_day
    inner join goals.progress as progress on progress.measure_id = running.measure_id
    group by running.measure_id, running.kind
),

scales as (
    select distinct series, metric, days_ahead, backtests, scale
    from goals.residual
),

lines as (
    select
        running.measure_id,
        running.metric,
        running.kind,
        running.direction,
        running.target,
        running.days_ahead,
        scales.backtests,
        greatest(scales.scale, 0.000000001) as scale,
        so_far.above / nullif(case when running.kind = 'ratio' then so_far.below + outlook.below else 1 end, 0) as there,
        outlook.below * outlook.foreseen
        / nullif(case when running.kind = 'ratio' then so_far.below + outlook.below else 1 end, 0) as coming
    from running
    inner join so_far on so_far.measure_id = running.measure_id
    inner join goals.outlook as outlook
        on outlook.series = running.series
        and outlook.metric = running.metric
        and outlook.days_ahead = running.days_ahead
        and outlook.backtest = 0
    inner join scales
        on scales.series = running.series and scales.metric = running.metric and scales.days_ahead = running.days_ahead
    inner join raw.forecast as settings on scales.backtests >= settings.least_backtests
    where running.kind <> 'ratio' or running.metric not in (select metric from metrics.account_day)
),

possible as (
    select
        lines.measure_id,
        lines.kind,
        lines.direction,
        lines.target,
        lines.backtests,
        lines.there,
        spread.step,
        lines.there + greatest(0, lines.coming * (1 + lines.scale * spread.standard)) as lands
    from lines
    inner join goals.spread as spread on spread.metric = lines.metric and spread.days_ahead = lines.days_ahead
)

select
    measure_id,                                         -- the promise
    cast(max(backtests) as integer) as backtests,       -- forecasts of the past that the spread rests on
    round(max(case when step = 5 then lands end), 4) as p025, -- with 2.5 in 100 chances it lands at or below
    round(max(case when step = 20 then lands end), 4) as p10, -- with 10 in 100 chances at or below
    round(max(case when step = 100 then lands end), 4) as p50, -- as likely above as below
    round(max(case when step = 180 then lands end), 4) as p90, -- with 90 in 100 chances at or below
    round(max(case when step = 195 then lands end), 4) as p975, -- with 97.5 in 100 chances at or below
    case
        when kind = 'flow' and direction = 'up' and there >= target then 1
        when kind = 'flow' and direction = 'down' and there > target then 0
        else round(cast(
            count(*) filter (where (direction = 'up' and lands >= target) or (direction = 'down' and lands <= target)) + 0.5 as double
        ) / nullif(count(*) + 1, 0), 4)
    end as odds                                         -- the probability of the target; never quite sure before it is there
from possible
group by measure_id, kind, direction, target, there
