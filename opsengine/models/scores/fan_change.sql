-- What the days at hand add to the points of each fan.
-- grain: account_id, fan_id
with mixes as (
    select acted.kinds, cast(sum(kinds.weight) as double) as weight
    from (select distinct kinds from scores.fan_acted) as acted
    inner join raw.fan_kinds as kinds on (acted.kinds & kinds.bit) > 0
    group by acted.kinds
),

summed as (
    select
        acted.number,
        acted.fan_id,
        min(acted.day) as first_day,
        max(acted.day) as last_day,
        sum(cast(round(mixes.weight * days.points) as bigint)) as points,
        sum(cast(round(mixes.weight * days.points_before) as bigint)) as points_before
    from scores.fan_acted as acted
    inner join mixes on mixes.kinds = acted.kinds
    inner join raw.fan_days as days on days.day = acted.day
    group by acted.number, acted.fan_id
)

select
    accounts.account_id,                                -- the account
    summed.fan_id,                                      -- the fan, as a keyed hash
    summed.first_day,                                   -- the first day with an interaction
    summed.last_day,                                    -- the last day with one
    cast(summed.points as bigint) as points,            -- what the kinds of interaction weigh, as whole parts of a point on the anchor day
    cast(summed.points_before as bigint) as points_before -- likewise of what happened until seven days before
from summed
inner join raw.fan_accounts as accounts on accounts.number = summed.number
