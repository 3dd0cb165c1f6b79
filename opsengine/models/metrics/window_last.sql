-- What everything that scores look at adds up to over the windows that end on the day that is looked at, where that is one day.
-- grain: account_id, day
with windows as (
    select
        latest.account_id,
        made.day,
        latest.week__first - coalesce(week_ago.week__first, 0) as week__first_7,
        latest.week__second - coalesce(week_ago.week__second, 0) as week__second_7,
        latest.week__first_days - coalesce(week_ago.week__first_days, 0) as week__days_7,
        latest.month__first - coalesce(month_ago.month__first, 0) as month__first_28,
        latest.month__second - coalesce(month_ago.month__second, 0) as month__second_28,
        latest.month__first_days - coalesce(month_ago.month__first_days, 0) as month__days_28,
        coalesce(month_ago.before__first, 0) - coalesce(long_ago.before__first, 0) as before__first_before,
        coalesce(month_ago.before__second, 0) - coalesce(long_ago.before__second, 0) as before__second_before,
        coalesce(month_ago.before__first_days, 0) - coalesce(long_ago.before__first_days, 0) as before__days_before
    from metrics.running_day as latest
    inner join raw.accounts_made as accounts_made on accounts_made.account_id = latest.account_id
    inner join raw.days_summed as made on made.day = latest.day
    left join metrics.running_day as week_ago
        on week_ago.account_id = latest.account_id and week_ago.day = cast($as_of - interval 7 day as date)
    left join metrics.running_day as month_ago
        on month_ago.account_id = latest.account_id and month_ago.day = cast($as_of - interval 28 day as date)
    left join metrics.running_day as long_ago
        on long_ago.account_id = latest.account_id and long_ago.day = cast($as_of - interval 56 day as date)
    where latest.day = $as_of
)

select
    windows.account_id,                                 -- the account
    windows.day,                                        -- the last day of the windows
    reading__first_number is not null as reading__is_told, -- whether this day tells the flow, or both parts of the ratio
    case when windows.week__days_7 > 0 then cast(windows.week__first_7 as decimal(24, 6)) end as week__first_7, -- the flow, or the upper part of the ratio, over 7 days
    case when windows.week__days_7 > 0 then cast(windows.week__second_7 as decimal(24, 6)) end as week__second_7, -- the flow with no day above its cap, or the lower part
    windows.week__days_7,                               -- how many of the 7 days tell it
    case when windows.month__days_28 > 0 then cast(windows.month__first_28 as decimal(24, 6)) end as month__first_28, -- likewise over 28 days
    case when windows.month__days_28 > 0 then cast(windows.month__second_28 as decimal(24, 6)) end as month__second_28, -- likewise
    windows.month__days_28,                             -- likewise
    case when windows.before__days_before > 0 then cast(windows.before__first_before as decimal(24, 6)) end as before__first_before, -- likewise over the 28 days before those
    case when windows.before__days_before > 0 then cast(windows.before__second_before as decimal(24, 6)) end as before__second_before, -- likewise
    windows.before__days_before                         -- likewise
from windows
left join metrics.number_day as numbers on numbers.account_id = windows.account_id and numbers.day = $as_of
left join metrics.daily_cap as caps on caps.account_id = windows.account_id
