-- Every fan that a file tells of: how much they engage, the tier they are in and the one they were in seven days before, and what they bought.
-- grain: account_id, fan_id
with counted as (
    select account_id, fan_id, day, action, max(value) as value
    from raw.fan_events
    where day <= $as_of
    group by account_id, fan_id, day, action
),

orders as (
    select value, row_number() over (order by value, account_id, fan_id, day) as place, count(*) over () as orders
    from counted
    where action = 'order' and value > 0
),

usual as (
    select sum(value * greatest(0, 1 - abs(place - (1 + (orders - 1) * 0.5)))) as order_value from orders
),

weighed as (
    select
        counted.account_id,
        counted.fan_id,
        date_diff('day', counted.day, $as_of) as age,
        tiers.half_life_days,
        weights.weight * case
            when counted.action = 'order' and counted.value > 0 and usual.order_value > 0
                then 1 + 0.5 * ln(greatest(1 + cast(counted.value as double), 1)) / nullif(ln(greatest(1 + cast(usual.order_value as double), 1)), 0)
            else 1
        end as weight
    from counted
    inner join raw.fan_weights as weights on weights.action = counted.action
    cross join raw.fan_tiers as tiers
    cross join usual
),

engaged as (
    select
        account_id,
        fan_id,
        sum(cast(weight * pow(2, -cast(age as double) / nullif(half_life_days, 0)) as decimal(24, 12))) as engagement,
        sum(case when age >= 7 then cast(weight * pow(2, -cast(age - 7 as double) / nullif(half_life_days, 0)) as decimal(24, 12)) end) as engagement_before
    from weighed
    group by account_id, fan_id
),

entitled as (
    select account_id, fan_id, max(level) as level, max(level_before) as level_before
    from (
        select
            counted.account_id,
            counted.fan_id,
            rules.place,
            case when count(*) filter (where date_diff('day', counted.day, $as_of) < rules.days) >= rules.times then rules.level else 1 end as level,
            case
                when count(*) filter (where date_diff('day', counted.day, $as_of) between 7 and rules.days + 6) >= rules.times then rules.level
                else 1
            end as level_before
        from counted
        inner join raw.fan_rules as rules on rules.action = counted.action
        group by counted.account_id, counted.fan_id, rules.place, rules.times, rules.days, rules.level
    ) as by_rule
    group by account_id, fan_id
),

bought as (
    select
        account_id,
        fan_id,
        sum(value) filter (where date_diff('day', day, $as_of) < 28) as value,
        count(*) filter (where date_diff('day', day, $as_of) < 28) as orders
    from counted
    where action = 'order'
    group by account_id, fan_id
),

tiered_before as (
    select
        engaged.account_id,
        engaged.fan_id,
        engaged.engagement,
        coalesce(entitled.level, 1) as level,
        case
            when engaged.engagement_before is null then 0
            when engaged.engagement_before >= tiers.devoted then 3
            when engaged.engagement_before >= tiers.warm then greatest(2, coalesce(entitled.level_before, 1))
            else coalesce(entitled.level_before, 1)
        end as tier_before,
        tiers.warm,
        tiers.devoted,
        tiers.keep
    from engaged
    cross join raw.fan_tiers as tiers
    left join entitled on entitled.account_id = engaged.account_id and entitled.fan_id = engaged.fan_id
)

select
    tiered_before.account_id,                           -- the account
    tiered_before.fan_id,                               -- the fan, as a keyed hash
    cast(tiered_before.engagement as double) as engagement, -- points that fade by half
    tiered_before.tier_before,                          -- 3 devoted, 2 warm, 1 casual seven days before; 0 not seen yet
    greatest(tiered_before.level, case
        when tiered_before.engagement >= tiered_before.devoted
            or (tiered_before.tier_before = 3 and tiered_before.engagement >= tiered_before.keep * tiered_before.devoted) then 3
        when tiered_before.engagement >= tiered_before.warm
            or (tiered_before.tier_before >= 2 and tiered_before.engagement >= tiered_before.keep * tiered_before.warm) then 2
        else 1
    end) as tier,                                       -- the highest that a cut or a rule gives: 3 devoted, 2 warm, 1 casual
    cast(coalesce(bought.value, 0) as decimal(24, 6)) as value, -- yuan of orders within 28 days
    cast(coalesce(bought.orders, 0) as integer) as orders -- days with an order within 28 days
from tiered_before
left join bought on bought.account_id = tiered_before.account_id and bought.fan_id = tiered_before.fan_id
