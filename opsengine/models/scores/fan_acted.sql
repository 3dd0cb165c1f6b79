-- What each fan of the accounts at hand did on each of the days at hand: one of each kind of interaction counts a day.
-- grain: number, fan_id, day
select
    accounts.number,                                    -- the account, by its number among those at hand
    events.fan_id,                                      -- the fan, as a keyed hash
    events.day,                                         -- the day
    bit_or(kinds.bit) as kinds                          -- the kinds of interaction, a bit each
from raw.fan_events as events
inner join raw.fan_accounts as accounts on accounts.account_id = events.account_id
inner join raw.fan_kinds as kinds on kinds.action = events.action
inner join raw.fan_days as days on days.day = events.day
group by accounts.number, events.fan_id, events.day
