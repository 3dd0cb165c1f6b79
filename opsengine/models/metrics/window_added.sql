-- What the windows of few accounts add up to, from the days themselves: the rows of metrics.window_sum, when nothing is counted on from day to day.
-- grain: account_id, days
with lengths as (
    select distinct days from raw.window_blocks
),

told as (
    select numbers.account_id, signs.days, signs.now, signs.previous, number__value
    from metrics.number_day as numbers
    inner join raw.window_days as needed on needed.day = numbers.day
    inner join raw.window_blocks as signs on signs.block = needed.block
)

select
    firsts.account_id,                                   -- the account
    lengths.days,                                        -- length of the window, 7 or 28
    cast(coalesce(sum(case when told.now > 0 then told.number__value end), 0) as decimal(24, 6)) as number__total, -- what the days of the window add up to; 0 when none tells it
    cast(count(case when told.now > 0 then told.number__value end) as integer) as number__days, -- how many of them tell it
    cast(coalesce(sum(case when told.previous > 0 then told.number__value end), 0) as decimal(24, 6)) as number__previous_total, -- likewise of the window just before
    cast(count(case when told.previous > 0 then told.number__value end) as integer) as number__previous_days -- likewise
from metrics.first_day as firsts
cross join lengths
left join told on told.account_id = firsts.account_id and told.days = lengths.days
where firsts.first_day <= $as_of
group by firsts.account_id, lengths.days
