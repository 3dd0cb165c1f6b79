-- Every fan that a file tells of: how much they engage, the tier they are in and the one they were in seven days before, and what they bought.
-- grain: account_id, fan_id
-- kept: as a view
with amounts as (
    select value, sum(orders) over (order by value) as until_here, sum(orders) over () as all_orders
    from (select value, count(*) as orders from scores.fan_order where value > 0 group by value) as counted
),

usual as (
    select
        (
            cast(min(case when 2 * until_here >= all_orders then value end) as double)
            + cast(min(case when 2 * until_here > all_orders then value end) as double)
        ) / 2 as order_value
    from amounts
),

ordered as (
    select
        orders.account_id,
        orders.fan_id,
        orders.value,
        date_diff('day', orders.day, $as_of) as age,
        tiers.half_life_days,
        case when orders.value > 0 and usual.order_value > 0
            then coalesce(weights.weight, 0) * 0.5 * ln(greatest(1 + cast(orders.value as double), 1)) / nullif(ln(greatest(1 + usual.order_value, 1)), 0)
        end as bonus
    from scores.fan_order as orders
    cross join usual
    cross join raw.fan_tiers as tiers
    left join raw.fan_weights as weights on weights.action = 'order'
),

bought as (
    select
        account_id,
        fan_id,
        sum(cast(bonus * pow(2, -cast(age as double) / nullif(half_life_days, 0)) as decimal(24, 12))) as bonus,
        sum(case when age >= 7 then cast(bonus * pow(2, -cast(age - 7 as double) / nullif(half_life_days, 0)) as decimal(24, 12)) end) as bonus_before,
        sum(case when age < 28 then value end) as value,
        count(case when age < 28 then 1 end) as orders
    from ordered
    group by account_id, fan_id
),

entitled as (
    select account_id, fan_id, max(level) as level, max(level_before) as level_before
    from (
        select
            acted.account_id,
            acted.fan_id,
            case when count(case when acted.age < rules.days then 1 end) >= rules.times then rules.level else 1 end as level,
            case when count(case when acted.age between 7 and rules.days + 6 then 1 end) >= rules.times then rules.level else 1 end as level_before
        from raw.fan_rules as rules
        inner join (
            select distinct events.account_id, events.fan_id, events.action, date_diff('day', events.day, $as_of) as age
            from raw.fan_events as events
            inner join (select action, max(days) as days from raw.fan_rules group by action) as longest on longest.action = events.action
            where events.day <= $as_of and date_diff('day', events.day, $as_of) < longest.days + 7
        ) as acted on acted.action = rules.action
        group by acted.account_id, acted.fan_id, rules.place, rules.times, rules.level
    ) as by_rule
    group by account_id, fan_id
),

engaged as (
    select
        sums.account_id,
        sums.fan_id,
        round(sums.points * clock.point + coalesce(cast(bought.bonus as double), 0), 6) as engagement,
        round(sums.points_before * clock.point_before + coalesce(cast(bought.bonus_before as double), 0), 6) as engagement_before,
        date_diff('day', sums.first_day, $as_of) >= 7 as is_seen_before,
        date_diff('day', sums.last_day, $as_of) as idle_days,
        coalesce(entitled.level, 1) as level,
        coalesce(entitled.level_before, 1) as level_before,
        bought.value,
        bought.orders
    from scores.fan_sum as sums
    cross join raw.fan_clock as clock
    left join bought on bought.account_id = sums.account_id and bought.fan_id = sums.fan_id
    left join entitled on entitled.account_id = sums.account_id and entitled.fan_id = sums.fan_id
),

tiered_before as (
    select
        engaged.account_id,
        engaged.fan_id,
        engaged.engagement,
        engaged.level,
        engaged.idle_days,
        engaged.value,
        engaged.orders,
        case
            when not engaged.is_seen_before then 0
            when engaged.engagement_before >= tiers.devoted then 3
            when engaged.engagement_before >= tiers.warm then greatest(2, engaged.level_before)
            else engaged.level_before
        end as tier_before,
        tiers.warm,
        tiers.devoted,
        tiers.keep
    from engaged
    cross join raw.fan_tiers as tiers
)

select
    account_id,                                         -- the account
    fan_id,                                             -- the fan, as a keyed hash
    engagement,                                         -- points that fade by half
    tier_before,                                        -- 3 devoted, 2 warm, 1 casual seven days before; 0 not seen yet
    greatest(level, case
        when engagement >= devoted or (tier_before = 3 and engagement >= keep * devoted) then 3
        when engagement >= warm or (tier_before >= 2 and engagement >= keep * warm) then 2
        else 1
    end) as tier,                                       -- the highest that a cut or a rule gives: 3 devoted, 2 warm, 1 casual
    cast(idle_days as integer) as idle_days,            -- days since the last interaction; 0 for one of the day itself
    cast(coalesce(value, 0) as decimal(24, 6)) as value, -- yuan of orders within 28 days
    cast(coalesce(orders, 0) as integer) as orders      -- days with an order within 28 days
from tiered_before
