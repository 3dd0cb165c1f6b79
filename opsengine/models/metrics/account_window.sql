-- Every metric of every account over the last 7 and 28 days, beside the window just before.
-- grain: account_id, metric, days
with windows as (
    select 1 as weeks, 7 as days
    union all
    select 4 as weeks, 28 as days
),

weeks as (
    select
        account_id,
        cast(floor(date_diff('day', day, $as_of) / cast(7 as double)) as integer) as weeks_ago,
        sum(number__value) as number__total,
        count(number__value) as number__days,
        max(case when number__value is not null then day end) as number__last_day
    from metrics.number_day
    where day <= $as_of and date_diff('day', day, $as_of) < 56
    group by account_id, cast(floor(date_diff('day', day, $as_of) / cast(7 as double)) as integer)
),

summed as (
    select
        weeks.account_id,
        windows.days,
        sum(case when weeks.weeks_ago < windows.weeks then weeks.number__total end) as number__total,
        sum(case when weeks.weeks_ago < windows.weeks then weeks.number__days else 0 end) as number__days,
        max(case when weeks.weeks_ago < windows.weeks then weeks.number__last_day end) as number__last_day,
        sum(case when weeks.weeks_ago >= windows.weeks then weeks.number__total end) as number__previous_total,
        sum(case when weeks.weeks_ago >= windows.weeks then weeks.number__days else 0 end) as number__previous_days,
        max(case when weeks.weeks_ago >= windows.weeks then weeks.number__last_day end) as number__previous_last_day
    from weeks
    inner join windows on weeks.weeks_ago < 2 * windows.weeks
    group by weeks.account_id, windows.days
),

parts as (
    select
        account_id,
        cast(number__id as varchar) as metric,
        days,
        number__total as total,
        number__days as days_with_data,
        number__last_day as last_day,
        number__previous_total as previous_total,
        number__previous_days as previous_days_with_data,
        number__previous_last_day as previous_last_day
    from summed
    cross join each.number
    where number__days + number__previous_days > 0
),

levels as (
    select numbers.account_id, cast(stock__id as varchar) as metric, numbers.day, stock__value as value
    from metrics.number_day as numbers
    cross join each.stock
    where numbers.day <= $as_of and date_diff('day', numbers.day, $as_of) < 56 and stock__value is not null
),

plain as (
    select
        parts.account_id,
        parts.metric,
        parts.days,
        case when metrics.kind = 'stock' then latest.value else parts.total end as total,
        case when metrics.kind = 'stock' then earlier.value else parts.previous_total end as previous_total,
        parts.days_with_data,
        parts.previous_days_with_data
    from parts
    inner join raw.metrics as metrics on metrics.metric = parts.metric and metrics.kind <> 'ratio'
    left join levels as latest
        on latest.account_id = parts.account_id and latest.metric = parts.metric and latest.day = parts.last_day
    left join levels as earlier
        on earlier.account_id = parts.account_id and earlier.metric = parts.metric and earlier.day = parts.previous_last_day
),

typed_ratios as (
    select
        parts.account_id,
        parts.metric,
        parts.days,
        parts.total as numerator,
        parts.days_with_data as denominator,
        parts.previous_total as previous_numerator,
        parts.previous_days_with_data as previous_denominator,
        parts.days_with_data,
        parts.previous_days_with_data
    from parts
    inner join raw.metrics as metrics on metrics.metric = parts.metric and metrics.kind = 'ratio'
),

counted_ratios as (
    select
        above.account_id,
        metrics.metric,
        above.days,
        above.total as numerator,
        below.total as denominator,
        above.previous_total as previous_numerator,
        below.previous_total as previous_denominator,
        least(above.days_with_data, below.days_with_data) as days_with_data,
        least(above.previous_days_with_data, below.previous_days_with_data) as previous_days_with_data
    from raw.metrics as metrics
    inner join plain as above on above.metric = metrics.numerator
    inner join plain as below
        on below.metric = metrics.denominator and below.account_id = above.account_id and below.days = above.days
    left join typed_ratios
        on typed_ratios.account_id = above.account_id
        and typed_ratios.metric = metrics.metric
        and typed_ratios.days = above.days
    where metrics.kind = 'ratio' and typed_ratios.metric is null
),

everything as (
    select account_id, metric, days, total as numerator, cast(1 as decimal(24, 6)) as denominator,
        previous_total as previous_numerator, cast(1 as decimal(24, 6)) as previous_denominator,
        days_with_data, previous_days_with_data
    from plain
    union all
    select account_id, metric, days, numerator, denominator, previous_numerator, previous_denominator,
        days_with_data, previous_days_with_data
    from counted_ratios
    union all
    select account_id, metric, days, numerator, denominator, previous_numerator, previous_denominator,
        days_with_data, previous_days_with_data
    from typed_ratios
)

select
    account_id,                                         -- the account
    cast($as_of as date) as ends_on,                    -- the last day of the window
    days,                                               -- length of the window, 7 or 28
    metric,                                             -- the metric
    cast(numerator as double) as numerator,             -- what was counted; for a ratio its upper part
    cast(denominator as double) as denominator,         -- 1 for a flow or a stock; for a ratio its lower part
    cast(numerator as double) / nullif(cast(denominator as double), 0) as value, -- the value of the window
    cast(days_with_data as integer) as days_with_data,  -- days of the window that have data
    cast(previous_numerator as double) / nullif(cast(previous_denominator as double), 0) as previous_value, -- of the window just before
    cast(previous_days_with_data as integer) as previous_days_with_data -- days of that window that have data
from everything
