-- One day of metrics.running_day: what the day before had added up to, and the day.
-- grain: account_id, day
with today as (
    select
        numbers.account_id,
        numbers.number__value,
        reading__first_number as reading__first,
        reading__second_number as reading__second
    from metrics.number_day as numbers
    left join metrics.daily_cap as caps on caps.account_id = numbers.account_id
    where numbers.day = $as_of
)

select
    firsts.account_id,                                  -- the account
    $as_of as day,                                      -- the day
    cast(coalesce(before.number__total, 0) + coalesce(today.number__value, 0) as decimal(24, 6)) as number__total, -- what its days add up to until then
    cast(coalesce(before.number__days, 0) + case when today.number__value is not null then 1 else 0 end as integer) as number__days, -- how many of them tell it
    cast(coalesce(before.reading__first, 0) + coalesce(today.reading__first, 0) as decimal(24, 6)) as reading__first, -- the flow, or the upper part of the ratio, as scores read it
    cast(coalesce(before.reading__second, 0) + coalesce(today.reading__second, 0) as decimal(24, 6)) as reading__second, -- the flow with no day above its cap, or the lower part
    cast(coalesce(before.reading__first_days, 0) + case when today.reading__first is not null then 1 else 0 end as integer) as reading__first_days -- how many days tell it
from metrics.first_day as firsts
left join raw.running_before as before on before.account_id = firsts.account_id
left join today on today.account_id = firsts.account_id
where firsts.first_day <= $as_of
