-- The days on which each fan ordered, with the largest order: those known on an earlier day, and those of the days since.
-- grain: account_id, fan_id, day
-- kept: in files
select
    earlier.account_id,                                 -- the account
    earlier.fan_id,                                     -- the fan, as a keyed hash
    earlier.day,                                        -- the day
    earlier.value                                       -- yuan; none where the file does not say
from raw.fan_order_before as earlier
inner join raw.fan_accounts as accounts on accounts.account_id = earlier.account_id and accounts.is_known
union all
select events.account_id, events.fan_id, events.day, max(events.value) as value
from raw.fan_events as events
inner join raw.fan_accounts as accounts on accounts.account_id = events.account_id and accounts.is_known
inner join raw.fan_known as known on events.day > known.day
where events.action = 'order' and events.day <= $as_of
group by events.account_id, events.fan_id, events.day
union all
select events.account_id, events.fan_id, events.day, max(events.value) as value
from raw.fan_events as events
inner join raw.fan_accounts as accounts on accounts.account_id = events.account_id and not accounts.is_known
where events.action = 'order' and events.day <= $as_of
group by events.account_id, events.fan_id, events.day
