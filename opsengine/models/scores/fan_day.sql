-- How many fans acted on each day, by kind of interaction and in all: each fan is counted once.
-- grain: account_id, day, action
with counted as (
    select acted.number, acted.day, acted.kinds, count(*) as fans
    from scores.fan_acted as acted
    inner join raw.fan_days as days on days.day = acted.day and days.is_new
    group by acted.number, acted.day, acted.kinds
)

select
    earlier.account_id,                                 -- the account
    earlier.day,                                        -- the day
    earlier.action,                                     -- the kind of interaction; `any` for all of them
    earlier.fans                                        -- how many fans
from raw.fan_day_before as earlier
inner join raw.fan_accounts as accounts on accounts.account_id = earlier.account_id and accounts.is_known
union all
select accounts.account_id, counted.day, kinds.action, cast(sum(counted.fans) as bigint) as fans
from counted
inner join raw.fan_accounts as accounts on accounts.number = counted.number
inner join raw.fan_kinds as kinds on (counted.kinds & kinds.bit) > 0
group by accounts.account_id, counted.day, kinds.action
