-- Fans by how much they engage: devoted, warm and casual, and how many moved up or down within seven days.
-- grain: account_id
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

tiered_before as (
    select
        engaged.account_id,
        engaged.fan_id,
        engaged.engagement,
        case
            when engaged.engagement_before is null then 0
            when engaged.engagement_before >= tiers.devoted then 3
            when engaged.engagement_before >= tiers.warm then 2
            else 1
        end as tier_before,
        tiers.warm,
        tiers.devoted,
        tiers.keep
    from engaged
    cross join raw.fan_tiers as tiers
),

tiered as (
    select
        account_id,
        fan_id,
        tier_before,
        case
            when engagement >= devoted or (tier_before = 3 and engagement >= keep * devoted) then 3
            when engagement >= warm or (tier_before >= 2 and engagement >= keep * warm) then 2
            else 1
        end as tier
    from tiered_before
)

select
    account_id,                                         -- the account
    cast(count(*) filter (where tier = 3) as integer) as devoted, -- devoted fans
    cast(count(*) filter (where tier = 2) as integer) as warm, -- warm fans
    cast(count(*) filter (where tier = 1) as integer) as casual, -- casual fans
    cast(count(*) filter (where tier_before = 3) as integer) as previous_devoted, -- devoted seven days before
    cast(count(*) filter (where tier_before = 2) as integer) as previous_warm, -- warm seven days before
    cast(count(*) filter (where tier_before = 1) as integer) as previous_casual, -- casual seven days before
    cast(count(*) filter (where tier > tier_before and tier_before > 0) as integer) as upgraded, -- moved up since
    cast(count(*) filter (where tier < tier_before) as integer) as downgraded, -- moved down since
    cast(count(*) filter (where tier_before = 0) as integer) as arrived -- seen for the first time since
from tiered
group by account_id
