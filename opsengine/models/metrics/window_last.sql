-- What everything that scores look at adds up to over the windows that end on the day that is looked at.
-- grain: account_id, day
-- kept: as a view
with windows as (
    select
        account_id,
        max(case when days = 7 and week__first_days > 0 then week__first end) as week__first_7,
        max(case when days = 7 and week__first_days > 0 then week__second end) as week__second_7,
        max(case when days = 7 then week__first_days end) as week__days_7,
        max(case when days = 28 and month__first_days > 0 then month__first end) as month__first_28,
        max(case when days = 28 and month__first_days > 0 then month__second end) as month__second_28,
        max(case when days = 28 then month__first_days end) as month__days_28,
        max(case when days = 28 and before__previous_first_days > 0 then before__previous_first end) as before__first_before,
        max(case when days = 28 and before__previous_first_days > 0 then before__previous_second end) as before__second_before,
        max(case when days = 28 then before__previous_first_days end) as before__days_before
    from metrics.window_sum
    group by account_id
)

select
    firsts.account_id,                                  -- the account
    made.day,                                           -- the last day of the windows
    reading__first_number is not null as reading__is_told, -- whether this day tells the flow, or both parts of the ratio
    windows.week__first_7,                              -- the flow, or the upper part of the ratio, over 7 days
    windows.week__second_7,                             -- the flow with no day above its cap, or the lower part
    coalesce(windows.week__days_7, 0) as week__days_7,  -- how many of the 7 days tell it
    windows.month__first_28,                            -- likewise over 28 days
    windows.month__second_28,                           -- likewise
    coalesce(windows.month__days_28, 0) as month__days_28, -- likewise
    windows.before__first_before,                       -- likewise over the 28 days before those
    windows.before__second_before,                      -- likewise
    coalesce(windows.before__days_before, 0) as before__days_before -- likewise
from metrics.first_day as firsts
inner join raw.accounts_made as accounts_made on accounts_made.account_id = firsts.account_id
inner join raw.days_summed as made on made.day >= firsts.first_day
left join windows on windows.account_id = firsts.account_id
left join metrics.number_day as numbers on numbers.account_id = firsts.account_id and numbers.day = made.day
left join metrics.daily_cap as caps on caps.account_id = firsts.account_id
