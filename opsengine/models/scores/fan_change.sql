-- What the days at hand add to the points of each fan: one interaction of each kind counts a day.
-- grain: account_id, fan_id
with counted as (
    select distinct accounts.number, events.fan_id, acts.place
    from raw.fan_events as events
    inner join raw.fan_accounts as accounts on accounts.account_id = events.account_id
    inner join raw.fan_acts as acts on acts.day = events.day and acts.action = events.action
),

summed as (
    select
        counted.number,
        counted.fan_id,
        min(acts.day) as first_day,
        sum(acts.points) as points,
        sum(acts.points_before) as points_before
    from counted
    inner join raw.fan_acts as acts on acts.place = counted.place
    group by counted.number, counted.fan_id
)

select
    accounts.account_id,                                -- the account
    summed.fan_id,                                      -- the fan, as a keyed hash
    summed.first_day,                                   -- the first day with an interaction
    cast(summed.points as bigint) as points,            -- what the kinds of interaction weigh, as whole parts of a point on the anchor day
    cast(summed.points_before as bigint) as points_before -- likewise of what happened until seven days before
from summed
inner join raw.fan_accounts as accounts on accounts.number = summed.number
