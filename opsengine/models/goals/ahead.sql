-- Where each promise of a running or coming cycle will land, by backtests alone: what is there, and what is foreseen with its spread.
-- grain: measure_id, days_ago
with running as (
    select
        goals.measure_id,
        goals.metric,
        goals.kind,
        coalesce(whole.history, history.history) as history,
        under.history as history_below,
        whole.history is not null as is_typed,
        cast(date_diff('day', greatest(goals.start_day, whole.first_day), goals.end_day) + 1 as double) as days,
        goals.start_day > $as_of as is_coming,
        case when goals.start_day > $as_of then cast(date_diff('day', $as_of, goals.start_day) - 1 as integer) else 0 end as days_before,
        coalesce(metrics.numerator, goals.metric) as above,
        metrics.denominator as below,
        cast(date_diff('day', $as_of, goals.end_day) as integer) as days_ahead
    from raw.goals as goals
    left join raw.metrics as metrics on metrics.metric = goals.metric and goals.kind = 'ratio'
    left join goals.progress as told on told.measure_id = goals.measure_id
    left join goals.history as history
        on history.series = goals.subject_kind || ':' || goals.subject and history.metric = coalesce(metrics.numerator, goals.metric)
    left join goals.history as under on under.series = history.series and under.metric = metrics.denominator
    left join goals.history as whole
        on whole.series = goals.subject_kind || ':' || goals.subject
        and whole.metric = case when goals.kind = 'ratio' and goals.subject_kind = 'account' and told.days_typed > 0 then goals.metric end
    where goals.end_day > $as_of
        and case when whole.history is null then history.history is not null and coalesce(told.days_typed, 0) = 0 else true end
),

foreseen as (
    select history, metric, days_ahead, -backtest as days_ago, foreseen, size
    from goals.outlook
    where backtest <= 0
),

at_first as (
    select history, metric, days_ahead, foreseen
    from foreseen
    where days_ago = 0
),

parts as (
    select
        measure_id, kind, history, days_ahead,
        case when is_typed then metric else above end as metric,
        case when is_typed then 'whole' else 'above' end as part,
        case when kind in ('flow', 'ratio') then nullif(days_before, 0) end as days_before
    from running
    union all
    select measure_id, kind, history_below as history, days_ahead, below as metric, 'below' as part, nullif(days_before, 0) as days_before
    from running
    where below is not null and not is_typed
),

today as (
    select measure_id, part, so_far
    from goals.so_far
    where days_ago = 0
),

known as (
    select
        running.measure_id,
        running.kind,
        measured.account_id,
        measured.numerator,
        row_number() over (partition by running.measure_id, measured.account_id order by measured.day desc) as place
    from running
    inner join goals.measured_day as measured on measured.measure_id = running.measure_id
    where running.is_coming and running.kind in ('stock', 'score')
),

levels as (
    select measure_id, cast(sum(numerator) as double) / nullif(cast(case kind when 'score' then count(*) else 1 end as double), 0) as level
    from known
    where place = 1
    group by measure_id, kind
),

counted as (
    select
        parts.measure_id,
        parts.part,
        foreseen.days_ago,
        coalesce(so_far.so_far, 0) as so_far,
        coalesce(today.so_far, 0) - coalesce(so_far.so_far, 0) as since,
        foreseen.foreseen - coalesce(gap.foreseen, 0) as coming
    from parts
    inner join foreseen
        on foreseen.history = parts.history and foreseen.metric = parts.metric and foreseen.days_ahead = parts.days_ahead
    left join goals.so_far as so_far
        on so_far.measure_id = parts.measure_id and so_far.part = parts.part and so_far.days_ago = foreseen.days_ago
    left join today on today.measure_id = parts.measure_id and today.part = parts.part
    left join at_first as gap
        on gap.history = parts.history and gap.metric = parts.metric and gap.days_ahead = parts.days_before
    where (foreseen.days_ago = 0 or so_far.measure_id is not null)
        and (parts.days_before is null or gap.history is not null)
),

divided as (
    select measure_id, days_ago, so_far + coming as by_what
    from counted
    where part = 'below'
    union all
    select counted.measure_id, counted.days_ago, running.days as by_what
    from counted
    inner join running on running.measure_id = counted.measure_id
    where counted.part = 'whole'
),

lines as (
    select
        running.measure_id,
        running.history,
        running.metric,
        running.kind,
        scales.pool,
        running.days_ahead,
        above.days_ago,
        scales.backtests,
        scales.peers,
        case
            when running.kind = 'flow' then above.so_far
            when running.kind in ('stock', 'score')
                then coalesce(levels.level, cast(progress.numerator as double) / nullif(cast(progress.denominator as double), 0))
                    - above.since
            else above.so_far / nullif(divided.by_what, 0)
        end as there,
        case running.kind
            when 'ratio' then above.coming / nullif(divided.by_what, 0)
            else above.coming
        end as coming,
        settings.caution * greatest(scales.scale, 0.000000001) * case running.kind
            when 'ratio' then above.coming / nullif(divided.by_what, 0)
            else greatest(foreseen.size, 0)
                * case when foreseen.size = foreseen.foreseen then above.coming / nullif(foreseen.foreseen, 0) else 1 end
        end as spread,
        running.kind in ('flow', 'ratio') and foreseen.size = foreseen.foreseen as is_growing
    from running
    inner join counted as above on above.measure_id = running.measure_id and above.part in ('above', 'whole')
    left join divided on divided.measure_id = running.measure_id and divided.days_ago = above.days_ago
    left join goals.progress as progress on progress.measure_id = running.measure_id
    left join levels on levels.measure_id = running.measure_id
    inner join foreseen
        on foreseen.history = running.history
        and foreseen.metric = running.metric
        and foreseen.days_ahead = running.days_ahead
        and foreseen.days_ago = above.days_ago
    inner join goals.scale as scales
        on scales.history = running.history and scales.metric = running.metric and scales.days_ahead = running.days_ahead
    cross join raw.forecast as settings
    where scales.backtests >= settings.least_backtests or scales.peers >= settings.least_peers
)

select
    measure_id,                                         -- the promise
    history,                                            -- whose days it is foreseen by
    cast(days_ago as integer) as days_ago,              -- 0 as seen today, 1 as seen yesterday, …
    metric,                                             -- what is promised
    kind,                                               -- flow, stock, ratio or score
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
