-- Every metric of every account over the last 7 and 28 days, beside the window just before.
-- grain: account_id, metric, days
-- kept: as a view
with windows as (
    select
        sums.account_id,
        sums.days,
        number__total,
        number__days,
        number__previous_total,
        number__previous_days,
        levels.stock__level,
        levels.stock__previous_level
    from metrics.window_sum as sums
    left join metrics.window_level as levels on levels.account_id = sums.account_id and levels.days = sums.days
)

select
    account_id,                                         -- the account
    cast($as_of as date) as ends_on,                    -- the last day of the window
    days,                                               -- length of the window, 7 or 28
    cast(metric__id as varchar) as metric,              -- the metric
    cast(metric__numerator as double) as numerator,     -- what was counted; for a ratio its upper part
    cast(metric__denominator as double) as denominator, -- 1 for a flow or a stock; for a ratio its lower part
    cast(metric__numerator as double) / nullif(cast(metric__denominator as double), 0) as value, -- the value of the window
    cast(metric__days as integer) as days_with_data,    -- days of the window that have data
    cast(metric__previous_numerator as double) / nullif(cast(metric__previous_denominator as double), 0) as previous_value, -- of the window just before
    cast(metric__previous_days as integer) as previous_days_with_data -- days of that window that have data
from windows
cross join each.metric
where metric__is_there
