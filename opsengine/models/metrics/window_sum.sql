-- What every number adds up to over the last 7 and 28 days, beside the window just before: the difference of what it had added up to at both ends.
-- grain: account_id, days
-- kept: as a view
select
    latest.account_id,                                   -- the account
    7 as days,                                          -- length of the window, 7 or 28
    cast(latest.number__total - coalesce(middle.number__total, 0) as decimal(24, 6)) as number__total, -- what the days of the window add up to; 0 when none tells it
    latest.number__days - coalesce(middle.number__days, 0) as number__days, -- how many of them tell it
    cast(coalesce(middle.number__total, 0) - coalesce(earliest.number__total, 0) as decimal(24, 6)) as number__previous_total, -- likewise of the window just before
    coalesce(middle.number__days, 0) - coalesce(earliest.number__days, 0) as number__previous_days -- likewise
from metrics.running_day as latest
left join metrics.running_day as middle
    on middle.account_id = latest.account_id and middle.day = cast($as_of - interval 7 day as date)
left join metrics.running_day as earliest
    on earliest.account_id = latest.account_id and earliest.day = cast($as_of - interval 14 day as date)
where latest.day = $as_of
union all
select
    latest.account_id,
    28 as days,
    cast(latest.number__total - coalesce(middle.number__total, 0) as decimal(24, 6)) as number__total,
    latest.number__days - coalesce(middle.number__days, 0) as number__days,
    cast(coalesce(middle.number__total, 0) - coalesce(earliest.number__total, 0) as decimal(24, 6)) as number__previous_total,
    coalesce(middle.number__days, 0) - coalesce(earliest.number__days, 0) as number__previous_days
from metrics.running_day as latest
left join metrics.running_day as middle
    on middle.account_id = latest.account_id and middle.day = cast($as_of - interval 28 day as date)
left join metrics.running_day as earliest
    on earliest.account_id = latest.account_id and earliest.day = cast($as_of - interval 56 day as date)
where latest.day = $as_of
