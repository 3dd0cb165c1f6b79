-- Every metric of every account over the last 7 and 28 days, beside the window just before.
-- grain: account_id, metric, days
with windows as (
    select 7 as days
    union all
    select 28 as days
),

recent as (
    select account_id, metric, day, value
    from metrics.account_day
    where day <= $as_of and date_diff('day', day, $as_of) < 56
),

parts as (
    select
        account_day.account_id,
        account_day.metric,
        windows.days,
        sum(account_day.value) filter (where date_diff('day', account_day.day, $as_of) < windows.days) as total,
        count(*) filter (where date_diff('day', account_day.day, $as_of) < windows.days) as days_with_data,
        max(account_day.day) filter (where date_diff('day', account_day.day, $as_of) < windows.days) as last_day,
        sum(account_day.value) filter (where date_diff('day', account_day.day, $as_of) >= windows.days) as previous_total,
        count(*) filter (where date_diff('day', account_day.day, $as_of) >= windows.days) as previous_days_with_data,
        max(account_day.day) filter (where date_diff('day', account_day.day, $as_of) >= windows.days) as previous_last_day
    from recent as account_day
    inner join windows on date_diff('day', account_day.day, $as_of) < 2 * windows.days
    group by account_day.account_id, account_day.metric, windows.days
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
    left join recent as latest
        on latest.account_id = parts.account_id and latest.metric = parts.metric and latest.day = parts.last_day
    left join recent as earlier
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
    days_with_data,                                     -- days of the window that have data
    cast(previous_numerator as double) / nullif(cast(previous_denominator as double), 0) as previous_value, -- of the window just before
    previous_days_with_data                             -- days of that window that have data
from everything
