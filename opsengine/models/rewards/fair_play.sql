-- What would make an honest person look twice at what an account earned in a cycle.
-- grain: account_id, start_day, end_day
with fans as (
    select
        earning.account_id,
        earning.start_day,
        earning.end_day,
        max(daily.value) as most,
        cast(sum(daily.value) as decimal(24, 6)) as all_days,
        count(*) as days
    from raw.earning as earning
    inner join metrics.account_day as daily
        on
            daily.account_id = earning.account_id
            and daily.metric = 'new_fans'
            and daily.day >= earning.start_day
            and daily.day <= earning.end_day
    group by earning.account_id, earning.start_day, earning.end_day
),

each_hour as (
    select
        earning.account_id,
        earning.start_day,
        earning.end_day,
        date_trunc('hour', events.at) as hour,
        count(*) as actions
    from raw.earning as earning
    inner join raw.fan_events as events
        on
            events.account_id = earning.account_id
            and events.day >= earning.start_day
            and events.day <= earning.end_day
    where events.action in ('like', 'comment', 'share', 'favourite', 'message')
    group by earning.account_id, earning.start_day, earning.end_day, date_trunc('hour', events.at)
),

hours as (
    select account_id, start_day, end_day, max(actions) as most, cast(sum(actions) as bigint) as actions
    from each_hour
    group by account_id, start_day, end_day
),

each_buyer as (
    select earning.account_id, earning.start_day, earning.end_day, events.fan_id, count(*) as orders
    from raw.earning as earning
    inner join raw.fan_events as events
        on
            events.account_id = earning.account_id
            and events.day >= earning.start_day
            and events.day <= earning.end_day
    where events.action = 'order'
    group by earning.account_id, earning.start_day, earning.end_day, events.fan_id
),

buyers as (
    select account_id, start_day, end_day, max(orders) as most, cast(sum(orders) as bigint) as orders
    from each_buyer
    group by account_id, start_day, end_day
),

sales as (
    select
        earning.account_id,
        earning.start_day,
        earning.end_day,
        cast(sum(case when daily.metric = 'gmv' and daily.day <= earning.end_day then daily.value else 0 end) as decimal(24, 6))
            as sold,
        cast(sum(case when daily.metric = 'live_refund_gmv' and daily.day > earning.end_day then daily.value else 0 end)
            as decimal(24, 6)) as refunded_after
    from raw.earning as earning
    inner join metrics.account_day as daily
        on
            daily.account_id = earning.account_id
            and daily.metric in ('gmv', 'live_refund_gmv')
            and daily.day >= earning.start_day
            and date_diff('day', earning.end_day, daily.day) <= 15
            and daily.day <= $as_of
    group by earning.account_id, earning.start_day, earning.end_day
)

select
    earning.account_id,                                 -- the account
    earning.start_day,                                  -- the first day of the cycle
    earning.end_day,                                    -- its last day
    cast(fans.most as double) as fans_most,             -- new fans on the day that brought the most
    cast(fans.all_days - fans.most as double) / nullif(fans.days - 1, 0) as fans_usual, -- new fans on the mean of the other days
    cast(hours.most as bigint) as hour_most,            -- interactions within the hour that brought the most
    hours.actions as interactions,                      -- interactions in the cycle, where single fans are known
    cast(buyers.most as bigint) as buyer_most,          -- orders of the buyer with the most
    buyers.orders,                                      -- orders in the cycle, where single fans are known
    cast(sales.sold as double) as sold,                 -- sales in the cycle, in yuan
    cast(sales.refunded_after as double) as refunded_after -- refunded within 15 days after its end, in yuan
from raw.earning as earning
left join fans
    on fans.account_id = earning.account_id and fans.start_day = earning.start_day and fans.end_day = earning.end_day
left join hours
    on hours.account_id = earning.account_id and hours.start_day = earning.start_day and hours.end_day = earning.end_day
left join buyers
    on buyers.account_id = earning.account_id and buyers.start_day = earning.start_day and buyers.end_day = earning.end_day
left join sales
    on sales.account_id = earning.account_id and sales.start_day = earning.start_day and sales.end_day = earning.end_day
