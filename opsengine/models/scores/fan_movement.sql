-- How fans moved between tiers within seven days: from each tier into each.
-- grain: account_id, tier_before, tier
select
    account_id,                                         -- the account
    case tier_before when 3 then 'devoted' when 2 then 'warm' when 1 then 'casual' else 'unseen' end as tier_before, -- where they were; unseen: not yet there
    case tier when 3 then 'devoted' when 2 then 'warm' else 'casual' end as tier, -- where they are
    cast(fans as integer) as fans                       -- how many
from scores.fan_group
