-- Where each promise of a running or coming cycle will land: what is there, and what is foreseen with its spread.
-- grain: measure_id, days_ago
with running as (
    select
        goals.measure_id,
        goals.metric,
        goals.kind,
        goals.subject_kind || ':' || goals.subject as series,
        goals.start_day,
        greatest(cast(date_diff('day', $as_of, goals.start_day) - 1 as integer), 0) as days_before,
        coalesce(metrics.numerator, goals.metric) as above,
        metrics.denominator as below,
        cast(date_diff('day', $as_of, goals.end_day) as integer) as days_ahead
    from raw.goals as goals
    left join raw.metrics as metrics on metrics.metric = goals.metric and goals.kind = 'ratio'
    where goals.end_day > $as_of and goals.kind in ('flow', 'ratio', 'stock')
        and (goals.kind <> 'ratio' or goals.metric not in (select metric from metrics.account_day))
),

parts as (
    select measure_id, kind, series, start_day, days_before, days_ahead, above as metric, 'above' as part from running
    union all
    select measure_id, kind, series, start_day, days_before, days_ahead, below as metric, 'below' as part
    from running
    where below is not null
),

counted as (
    select
        parts.measure_id,
        parts.part,
        -outlook.backtest as days_ago,
        seen.total - coalesce(before.total, 0) as so_far,
        latest.total - seen.total as since,
        outlook.foreseen - coalesce(gap.foreseen, 0) as coming
    from parts
    inner join goals.outlook as outlook
        on outlook.series = parts.series
        and outlook.metric = parts.metric
        and outlook.days_ahead = parts.days_ahead
        and outlook.backtest <= 0
    inner join goals.history as history on history.series = parts.series and history.metric = parts.metric
    inner join goals.series_state as latest on latest.history = history.history and latest.place = history.days
    inner join goals.series_state as seen
        on seen.history = history.history and seen.place = history.days + outlook.backtest
    left join goals.series_state as before
        on before.history = history.history
        and before.place = least(date_diff('day', history.first_day, parts.start_day), history.days + outlook.backtest)
    left join goals.outlook as gap
        on gap.series = parts.series
        and gap.metric = parts.metric
        and gap.days_ahead = parts.days_before
        and gap.backtest = 0
        and parts.days_before > 0
    where (outlook.backtest = 0 or date_diff('day', parts.start_day, $as_of) + outlook.backtest >= 0)
        and (parts.days_before = 0 or gap.series is not null)
),

scales as (
    select series, metric, pool, days_ahead, max(backtests) as backtests, max(peers) as peers, max(scale) as scale
    from goals.residual
    group by series, metric, pool, days_ahead
),

lines as (
    select
        running.measure_id,
        running.metric,
        running.kind,
        scales.pool,
        running.days_ahead,
        above.days_ago,
        scales.backtests,
        scales.peers,
        case running.kind
            when 'flow' then above.so_far
            when 'stock' then cast(progress.numerator as double) - above.since
            else above.so_far / nullif(below.so_far + below.coming, 0)
        end as there,
        case running.kind
            when 'ratio' then above.coming / nullif(below.so_far + below.coming, 0)
            else above.coming
        end as coming,
        settings.caution * greatest(scales.scale, 0.000000001) * case running.kind
            when 'ratio' then above.coming / nullif(below.so_far + below.coming, 0)
            else greatest(outlook.size, 0) * case when outlook.size = outlook.foreseen then above.coming / nullif(outlook.foreseen, 0) else 1 end
        end as spread,
        running.kind <> 'stock' and outlook.size = outlook.foreseen as is_growing
    from running
    inner join counted as above on above.measure_id = running.measure_id and above.part = 'above'
    left join counted as below
        on below.measure_id = running.measure_id and below.part = 'below' and below.days_ago = above.days_ago
    left join goals.progress as progress on progress.measure_id = running.measure_id
    inner join goals.outlook as outlook
        on outlook.series = running.series
        and outlook.metric = running.metric
        and outlook.days_ahead = running.days_ahead
        and outlook.backtest = -above.days_ago
    inner join scales
        on scales.series = running.series and scales.metric = running.metric and scales.days_ahead = running.days_ahead
    cross join raw.forecast as settings
    where scales.backtests >= settings.least_backtests or scales.peers >= settings.least_peers
)

select
    measure_id,                                         -- the promise
    cast(days_ago as integer) as days_ago,              -- 0 as seen today, 1 as seen yesterday, …
    metric,                                             -- what is promised
    pool,                                               -- the peers whose errors it is spread by
    days_ahead,                                         -- days until the cycle ends
    cast(backtests as integer) as backtests,            -- forecasts of the past that the spread rests on
    cast(peers as integer) as peers,                    -- histories of the pool whose forecasts of the past it rests on as well
    cast(there as double) as there,                     -- what is there already
    cast(coming as double) as coming,                   -- what is foreseen to come
    cast(spread as double) as spread,                   -- how far off that usually is
    is_growing                                          -- whether what comes can only add
from lines
where there is not null and coming is not null
