-- What every number adds up to over the last 7 and 28 days, beside the window just before; likewise what scores look at. Days that enter a window are added to what was known, days that leave it are taken off.
-- grain: account_id, days
with days as (
    select
        numbers.account_id,
        needed.block,
        numbers.number__value,
        reading__first_number as reading__first,
        reading__second_number as reading__second
    from metrics.number_day as numbers
    inner join raw.window_days as needed on needed.day = numbers.day
    left join metrics.daily_cap as caps on caps.account_id = numbers.account_id
),

blocks as (
    select
        account_id,
        block,
        sum(number__value) as number__total,
        count(number__value) as number__days,
        sum(reading__first) as reading__first,
        sum(reading__second) as reading__second,
        count(reading__first) as reading__first_days
    from days
    group by account_id, block
),

moved as (
    select
        blocks.account_id,
        signs.days,
        signs.now * coalesce(number__total, 0) as number__total,
        signs.now * number__days as number__days,
        signs.previous * coalesce(number__total, 0) as number__previous_total,
        signs.previous * number__days as number__previous_days,
        signs.now * coalesce(reading__first, 0) as reading__first,
        signs.now * coalesce(reading__second, 0) as reading__second,
        signs.now * reading__first_days as reading__first_days,
        signs.previous * coalesce(reading__first, 0) as reading__previous_first,
        signs.previous * coalesce(reading__second, 0) as reading__previous_second,
        signs.previous * reading__first_days as reading__previous_first_days
    from blocks
    inner join raw.window_blocks as signs on signs.block = blocks.block
    union all
    select
        account_id,
        days,
        number__total,
        number__days,
        number__previous_total,
        number__previous_days,
        reading__first,
        reading__second,
        reading__first_days,
        reading__previous_first,
        reading__previous_second,
        reading__previous_first_days
    from raw.window_sum_before
)

select
    account_id,                                         -- the account
    days,                                               -- length of the window, 7 or 28
    cast(sum(number__total) as decimal(24, 6)) as number__total, -- what the days of the window add up to; 0 when none tells it
    cast(sum(number__days) as integer) as number__days, -- how many of them tell it
    cast(sum(number__previous_total) as decimal(24, 6)) as number__previous_total, -- likewise of the window just before
    cast(sum(number__previous_days) as integer) as number__previous_days, -- likewise
    cast(sum(reading__first) as decimal(24, 6)) as reading__first, -- the flow, or the upper part of the ratio, as scores read it
    cast(sum(reading__second) as decimal(24, 6)) as reading__second, -- the flow with no day above its cap, or the lower part
    cast(sum(reading__first_days) as integer) as reading__first_days, -- how many days tell it
    cast(sum(reading__previous_first) as decimal(24, 6)) as reading__previous_first, -- likewise of the window just before
    cast(sum(reading__previous_second) as decimal(24, 6)) as reading__previous_second, -- likewise
    cast(sum(reading__previous_first_days) as integer) as reading__previous_first_days -- likewise
from moved
group by account_id, days
