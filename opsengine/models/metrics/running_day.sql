-- What every number has added up to since counting began, a row a day; likewise what scores look at. A window is the difference of two days, exactly, for numbers are decimals.
-- grain: account_id, day
-- made: in pieces
with days as (
    select firsts.account_id, counted.day
    from metrics.first_day as firsts
    inner join raw.accounts_made as made on made.account_id = firsts.account_id
    inner join raw.days_counted as counted on counted.day >= firsts.first_day
),

told as (
    select
        days.account_id,
        days.day,
        numbers.number__value,
        reading__first_number as reading__first,
        reading__second_number as reading__second
    from days
    left join metrics.number_day as numbers on numbers.account_id = days.account_id and numbers.day = days.day
    left join metrics.daily_cap as caps on caps.account_id = days.account_id
),

added as (
    select
        account_id,
        day,
        sum(number__value) over so_far as number__total,
        count(number__value) over so_far as number__days,
        sum(reading__first) over so_far as reading__first,
        sum(reading__second) over so_far as reading__second,
        count(reading__first) over so_far as reading__first_days
    from told
    window so_far as (partition by account_id order by day rows between unbounded preceding and current row)
)

select
    added.account_id,                                   -- the account
    added.day,                                          -- a day since it is known, told or not
    cast(coalesce(before.number__total, 0) + coalesce(added.number__total, 0) as decimal(24, 6)) as number__total, -- what its days add up to until then
    cast(coalesce(before.number__days, 0) + added.number__days as integer) as number__days, -- how many of them tell it
    cast(coalesce(before.reading__first, 0) + coalesce(added.reading__first, 0) as decimal(24, 6)) as reading__first, -- the flow, or the upper part of the ratio, as scores read it
    cast(coalesce(before.reading__second, 0) + coalesce(added.reading__second, 0) as decimal(24, 6)) as reading__second, -- the flow with no day above its cap, or the lower part
    cast(coalesce(before.reading__first_days, 0) + added.reading__first_days as integer) as reading__first_days -- how many days tell it
from added
left join raw.running_before as before on before.account_id = added.account_id
