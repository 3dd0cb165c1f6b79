-- The funnel of the own audience within 28 days: won, kept, converted; each step with its share of the one before.
-- grain: account_id
-- kept: as a view
with flows as (
    select
        account_id,
        max(case when metric = 'new_fans' then value end) as settled,
        max(case when metric = 'lost_fans' then value end) as lost,
        max(case when metric = 'orders' then value end) as orders
    from metrics.account_window
    where days = 28 and metric in ('new_fans', 'lost_fans', 'orders')
    group by account_id
)

select
    flows.account_id,                                   -- the account
    flows.settled,                                      -- fans won
    greatest(flows.settled - flows.lost, 0) as kept,    -- fans won less fans lost
    greatest(flows.settled - flows.lost, 0) / nullif(flows.settled, 0) as kept_rate, -- kept over won
    fan_tier.devoted + fan_tier.warm + fan_tier.casual as known_fans, -- fans that a file tells of one by one
    fan_tier.buyers,                                    -- those of them who ordered
    cast(fan_tier.buyers as double) / nullif(cast(fan_tier.devoted + fan_tier.warm + fan_tier.casual as double), 0) as converted_rate, -- buyers over known fans
    flows.orders                                        -- orders of everybody, fans or not
from flows
left join scores.fan_tier as fan_tier on fan_tier.account_id = flows.account_id
