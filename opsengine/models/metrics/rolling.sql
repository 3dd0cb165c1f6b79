-- Sums over the last 7 and 28 days and the 28 before them, for every day, with the days that have data and can be believed. The part of a ratio counts on days that have its other part too.
-- grain: account_id, metric, beside, day
with believed as (
    select account_day.account_id, account_day.metric, account_day.day, account_day.value
    from metrics.account_day as account_day
    left join metrics.doubted_day as doubted
        on doubted.account_id = account_day.account_id
        and doubted.metric = account_day.metric
        and doubted.day = account_day.day
    where doubted.day is null and account_day.metric in (select metric from raw.scored_metrics)
),

known as (
    select believed.account_id, scored.metric, scored.beside, believed.day, believed.value
    from raw.scored_metrics as scored
    inner join believed on believed.metric = scored.metric
    inner join believed as other
        on other.account_id = believed.account_id and other.metric = scored.beside and other.day = believed.day
),

firsts as (
    select account_day.account_id, scored.metric, scored.beside, min(account_day.day) as first_day
    from raw.scored_metrics as scored
    inner join metrics.account_day as account_day on account_day.metric = scored.metric
    group by account_day.account_id, scored.metric, scored.beside
),

grid as (
    select firsts.account_id, firsts.metric, firsts.beside, calendar.day, known.value,
        greatest(known.value - caps.cap, 0) as excess
    from firsts
    inner join raw.calendar as calendar on calendar.day >= firsts.first_day and calendar.day <= $as_of
    left join known
        on known.account_id = firsts.account_id
        and known.metric = firsts.metric
        and known.beside = firsts.beside
        and known.day = calendar.day
    left join metrics.daily_cap as caps on caps.account_id = firsts.account_id and caps.metric = firsts.metric
)

select
    account_id,                                         -- the account
    metric,                                             -- the metric
    beside,                                             -- the other part of the ratio; the metric itself where there is none
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
        partition by account_id, metric, beside order by day rows between unbounded preceding and current row
    ) as last_day                                       -- the newest day with data; NULL before the first
from grid
window
    week as (partition by account_id, metric, beside order by day rows between 6 preceding and current row),
    month as (partition by account_id, metric, beside order by day rows between 27 preceding and current row),
    before as (partition by account_id, metric, beside order by day rows between 55 preceding and 28 preceding)
