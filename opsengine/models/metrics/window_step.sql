-- The windows of a day, from those of the day before: one day enters each window, one moves to the window before it, one leaves that.
-- grain: account_id, days
with days as (
    select
        numbers.account_id,
        date_diff('day', numbers.day, $as_of) as age,
        numbers.number__value,
        reading__first_number as reading__first,
        reading__second_number as reading__second
    from metrics.number_day as numbers
    inner join raw.window_days as needed on needed.day = numbers.day
    left join metrics.daily_cap as caps on caps.account_id = numbers.account_id
),

lengths as (
    select 7 as days
    union all
    select 28 as days
),

windows as (
    select account_id, days from raw.window_sum_before
    union
    select days.account_id, lengths.days
    from days
    cross join lengths
    where days.age = 0
)

select
    windows.account_id,                                 -- the account
    windows.days,                                       -- length of the window, 7 or 28
    cast(
        coalesce(before.number__total, 0) + coalesce(today.number__value, 0) - coalesce(moving.number__value, 0) as decimal(24, 6)
    ) as number__total,                                 -- what the days of the window add up to; 0 when none tells it
    cast(
        coalesce(before.number__days, 0) + case when today.number__value is not null then 1 else 0 end
        - case when moving.number__value is not null then 1 else 0 end as integer
    ) as number__days,                                  -- how many of them tell it
    cast(
        coalesce(before.number__previous_total, 0) + coalesce(moving.number__value, 0) - coalesce(leaving.number__value, 0) as decimal(24, 6)
    ) as number__previous_total,                        -- likewise of the window just before
    cast(
        coalesce(before.number__previous_days, 0) + case when moving.number__value is not null then 1 else 0 end
        - case when leaving.number__value is not null then 1 else 0 end as integer
    ) as number__previous_days,                         -- likewise
    cast(
        coalesce(before.reading__first, 0) + coalesce(today.reading__first, 0) - coalesce(moving.reading__first, 0) as decimal(24, 6)
    ) as reading__first,                                -- the flow, or the upper part of the ratio, as scores read it
    cast(
        coalesce(before.reading__second, 0) + coalesce(today.reading__second, 0) - coalesce(moving.reading__second, 0) as decimal(24, 6)
    ) as reading__second,                               -- the flow with no day above its cap, or the lower part
    cast(
        coalesce(before.reading__first_days, 0) + case when today.reading__first is not null then 1 else 0 end
        - case when moving.reading__first is not null then 1 else 0 end as integer
    ) as reading__first_days,                           -- how many days tell it
    cast(
        coalesce(before.reading__previous_first, 0) + coalesce(moving.reading__first, 0) - coalesce(leaving.reading__first, 0) as decimal(24, 6)
    ) as reading__previous_first,                       -- likewise of the window just before
    cast(
        coalesce(before.reading__previous_second, 0) + coalesce(moving.reading__second, 0) - coalesce(leaving.reading__second, 0) as decimal(24, 6)
    ) as reading__previous_second,                      -- likewise
    cast(
        coalesce(before.reading__previous_first_days, 0) + case when moving.reading__first is not null then 1 else 0 end
        - case when leaving.reading__first is not null then 1 else 0 end as integer
    ) as reading__previous_first_days                   -- likewise
from windows
left join raw.window_sum_before as before on before.account_id = windows.account_id and before.days = windows.days
left join days as today on today.account_id = windows.account_id and today.age = 0
left join days as moving on moving.account_id = windows.account_id and moving.age = windows.days
left join days as leaving on leaving.account_id = windows.account_id and leaving.age = 2 * windows.days
