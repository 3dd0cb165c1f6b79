-- Sums over the last 7 and 28 days and the 28 before them, for every day, with the days that have data and can be believed.
-- grain: account_id, metric, day
with firsts as (
    select account_id, metric, min(day) as first_day
    from metrics.account_day
    where metric in (select metric from raw.scored_metrics)
    group by account_id, metric
),

grid as (
    select firsts.account_id, firsts.metric, calendar.day,
        case when doubted.day is null then account_day.value end as value,
        case when doubted.day is null then greatest(account_day.value - caps.cap, 0) end as excess
    from firsts
    inner join raw.calendar as calendar on calendar.day >= firsts.first_day and calendar.day <= $as_of
    left join metrics.account_day as account_day
        on account_day.account_id = firsts.account_id
        and account_day.metric = firsts.metric
        and account_day.day = calendar.day
    left join metrics.daily_cap as caps on caps.account_id = firsts.account_id and caps.metric = firsts.metric
    left join metrics.doubted_day as doubted
        on doubted.account_id = firsts.account_id
        and doubted.metric = firsts.metric
        and doubted.day = calendar.day
)

select
    account_id,                                         -- the account
    metric,                                             -- the metric
    day,                                                -- the last day of the windows
    sum(value) over week as sum_7,                      -- over 7 days, of the days with data
    coalesce(sum(excess) over week, 0) as excess_7,     -- how much of it lies above the most that a day counts
    count(value) over week as days_7,                   -- how many of the 7 have data
    sum(value) over month as sum_28,                    -- over 28 days
    coalesce(sum(excess) over month, 0) as excess_28,   -- likewise over 28 days
    count(value) over month as days_28,                 -- how many of the 28 have data
    sum(value) over before as previous_28,              -- over the 28 days before those
    coalesce(sum(excess) over before, 0) as previous_excess_28, -- likewise over the 28 days before
    count(value) over before as previous_days_28,       -- how many of them have data
    max(case when value is not null then day end) over (
        partition by account_id, metric order by day rows between unbounded preceding and current row
    ) as last_day                                       -- the newest day with data; NULL before the first
from grid
window
    week as (partition by account_id, metric order by day rows between 6 preceding and current row),
    month as (partition by account_id, metric order by day rows between 27 preceding and current row),
    before as (partition by account_id, metric order by day rows between 55 preceding and 28 preceding)
