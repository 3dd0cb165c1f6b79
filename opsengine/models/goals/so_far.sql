-- What each running promise has brought since its cycle began, as seen today and on the days before; missing days as they are estimated.
-- grain: measure_id, part, days_ago
with running as (
    select
        goals.measure_id,
        goals.kind,
        goals.metric,
        goals.subject_kind || ':' || goals.subject as series,
        goals.start_day,
        coalesce(metrics.numerator, goals.metric) as above,
        metrics.denominator as below
    from raw.goals as goals
    left join raw.metrics as metrics on metrics.metric = goals.metric and goals.kind = 'ratio'
    where goals.end_day > $as_of and goals.start_day <= $as_of
),

parts as (
    select measure_id, kind, series, start_day, above as metric, 'above' as part from running
    union all
    select measure_id, kind, series, start_day, below as metric, 'below' as part from running where below is not null
    union all
    select measure_id, kind, series, start_day, metric, 'whole' as part from running where kind = 'ratio'
),

histories as (
    select parts.measure_id, parts.part, parts.kind, history.history, date_diff('day', parts.start_day, $as_of) as days_since
    from parts
    inner join goals.history as history on history.series = parts.series and history.metric = parts.metric
    where history.account_id is not null
    union all
    select parts.measure_id, parts.part, parts.kind, history.history, date_diff('day', parts.start_day, $as_of) as days_since
    from parts
    inner join (select distinct series, account_id from goals.promised where subject_kind <> 'account') as members
        on members.series = parts.series
    inner join goals.history as history on history.account_id = members.account_id and history.metric = parts.metric
),

daily as (
    select
        histories.measure_id,
        histories.part,
        filled.days_ago,
        case histories.kind when 'score' then avg(filled.value) else sum(filled.value) end as value
    from histories
    inner join goals.filled_day as filled on filled.history = histories.history and filled.days_ago <= histories.days_since
    group by histories.measure_id, histories.part, histories.kind, filled.days_ago
),

growing as (
    select
        measure_id,
        part,
        days_ago,
        sum(value) over (
            partition by measure_id, part order by days_ago desc rows between unbounded preceding and current row
        ) as so_far
    from daily
)

select
    measure_id,                                         -- the promise
    part,                                               -- above; of a ratio also what is below the line, or the whole where days tell it as it is
    days_ago,                                           -- 0 as seen today, 1 as seen yesterday, …
    cast(so_far as double) as so_far                    -- what had come by then
from growing
where days_ago <= (select memory_days from raw.forecast)
