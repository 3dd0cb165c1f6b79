-- Every number of an account that a play or an alert speaks of, by its name; what is not known has no row.
-- grain: account_id, name
with whole_enough as (
    select
        account_window.account_id,
        account_window.metric,
        account_window.days,
        metrics.kind,
        account_window.value,
        account_window.days_with_data,
        account_window.previous_value,
        account_window.previous_days_with_data
    from metrics.account_window as account_window
    inner join raw.metrics as metrics on metrics.metric = account_window.metric
    where metrics.kind <> 'flow' or 2 * account_window.days_with_data >= account_window.days
),

values_of_metrics as (
    select whole_enough.account_id, asked.name, whole_enough.value
    from whole_enough
    inner join raw.names_asked as asked
        on asked.metric = whole_enough.metric and asked.days = whole_enough.days and asked.part = 'value'
),

per_day as (
    select
        whole_enough.account_id,
        asked.name,
        case
            when kind = 'flow' then cast(value as double) / nullif(days_with_data, 0)
            else value
        end as present,
        case
            when kind = 'flow' then cast(previous_value as double) / nullif(previous_days_with_data, 0)
            else previous_value
        end as past
    from whole_enough
    inner join raw.names_asked as asked
        on asked.metric = whole_enough.metric and asked.days = whole_enough.days and asked.part = 'change'
    where kind <> 'flow' or 2 * previous_days_with_data >= whole_enough.days
),

changes as (
    select account_id, name, (present - past) / nullif(abs(past), 0) as value from per_day
),

usual as (
    select
        benchmark.account_id,
        asked.name,
        case asked.part when 'p25' then benchmark.p25 when 'p50' then benchmark.p50 else benchmark.p75 end as value
    from metrics.benchmark as benchmark
    inner join raw.names_asked as asked
        on asked.metric = benchmark.metric and asked.days = benchmark.days and asked.part in ('p25', 'p50', 'p75')
),

stock_of_fans as (
    select account_id, 'fans_total' as name, value
    from metrics.account_window
    where metric = 'fans_total' and days = 28
),

scores_of_today as (
    select account_id, scorecard || '_score' as name, score as value from scores.account_score where day = $as_of
    union all
    select today.account_id, today.scorecard || '_change_7d' as name, today.score - earlier.score as value
    from scores.account_score as today
    inner join scores.account_score as earlier
        on earlier.account_id = today.account_id
        and earlier.scorecard = today.scorecard
        and earlier.day = cast(today.day - interval 7 day as date)
    where today.day = $as_of
),

ranks_of_today as (
    select account_id, scorecard || '_rank' as name, cast(rank as double) as value from scores.rank where day = $as_of
    union all
    select account_id, scorecard || '_coverage' as name, coverage as value from scores.account_score where day = $as_of
),

doubts as (
    select told.account_id, 'doubted_days_28d' as name, cast(count(distinct doubted.day) as double) as value
    from (
        select distinct account_id from metrics.number_day where day <= $as_of and date_diff('day', day, $as_of) < 28
    ) as told
    left join metrics.doubted_day as doubted
        on doubted.account_id = told.account_id
        and doubted.day <= $as_of
        and date_diff('day', doubted.day, $as_of) < 28
    group by told.account_id
),

primary_goals as (
    select account_id, progress, gap from strategy.promise where role = 'primary'
),

promised as (
    select account_id, 'primary_progress' as name, progress as value from primary_goals
    union all
    select account_id, 'primary_gap' as name, gap as value from primary_goals
)

select
    account_id,                                         -- the account
    name,                                               -- the name that plays and alerts use
    cast(value as double) as value                      -- the number
from (
    select account_id, name, value from values_of_metrics
    union all
    select account_id, name, value from changes
    union all
    select account_id, name, value from usual
    union all
    select account_id, name, value from stock_of_fans
    union all
    select account_id, name, value from scores_of_today
    union all
    select account_id, name, value from ranks_of_today
    union all
    select account_id, name, value from doubts
    union all
    select account_id, name, value from promised
    union all
    select account_id, name, value from strategy.audience_state
    union all
    select account_id, name, value from strategy.content_state
    union all
    select account_id, name, value from strategy.spend_state
) as everything
where value is not null
