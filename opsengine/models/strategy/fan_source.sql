-- How many new fans of each source came back or bought within thirty days, and what they spent within 30, 90 and 180 days.
-- grain: account_id, split, source
with later as (
    select
        new_fan.account_id,
        new_fan.fan_id,
        max(case when events.action in ('like', 'comment', 'share', 'favourite', 'message', 'group', 'live', 'order')
            and date_diff('day', new_fan.followed_on, events.day) between 1 and 30 then 1 else 0 end) as came_back,
        max(case when events.action = 'order'
            and date_diff('day', new_fan.followed_on, events.day) between 0 and 30 then 1 else 0 end) as bought,
        sum(case when date_diff('day', new_fan.followed_on, events.day) <= 30 then events.paid else 0 end) as paid30,
        sum(case when date_diff('day', new_fan.followed_on, events.day) <= 90 then events.paid else 0 end) as paid90,
        sum(case when date_diff('day', new_fan.followed_on, events.day) <= 180 then events.paid else 0 end) as paid180
    from strategy.new_fan as new_fan
    inner join (
        select
            account_id,
            fan_id,
            day,
            action,
            cast(case
                when action = 'order' then coalesce(value, 0)
                when action = 'refund' then -abs(coalesce(value, 0))
                else 0
            end as decimal(18, 6)) as paid
        from raw.fan_events
        where day <= $as_of
    ) as events
        on events.account_id = new_fan.account_id
        and events.fan_id = new_fan.fan_id
        and events.day >= new_fan.followed_on
    group by new_fan.account_id, new_fan.fan_id
),

fans as (
    select
        new_fan.account_id,
        new_fan.source,
        new_fan.ads,
        date_diff('day', new_fan.followed_on, $as_of) as seen_for,
        coalesce(later.came_back, 0) as came_back,
        coalesce(later.bought, 0) as bought,
        coalesce(later.paid30, 0) as paid30,
        coalesce(later.paid90, 0) as paid90,
        coalesce(later.paid180, 0) as paid180
    from strategy.new_fan as new_fan
    left join later on later.account_id = new_fan.account_id and later.fan_id = new_fan.fan_id
),

splits as (
    select account_id, 'all' as split, 'all' as source, seen_for, came_back, bought, paid30, paid90, paid180 from fans
    union all
    select account_id, 'touch' as split, source, seen_for, came_back, bought, paid30, paid90, paid180 from fans
    union all
    select account_id, 'ads' as split, ads as source, seen_for, came_back, bought, paid30, paid90, paid180 from fans
)

select
    account_id,                                         -- the account
    split,                                              -- all, touch (what was done before following) or ads (what ads spent that day)
    source,                                             -- the source within the split
    cast(count(*) as integer) as fans,                  -- new fans within a year
    cast(count(*) filter (where seen_for >= 30) as integer) as fans30, -- those who followed at least 30 days ago
    cast(count(*) filter (where seen_for >= 90) as integer) as fans90, -- at least 90 days ago
    cast(count(*) filter (where seen_for >= 180) as integer) as fans180, -- at least 180 days ago
    cast(count(*) filter (where seen_for >= 30 and greatest(came_back, bought) = 1) as integer) as active, -- of the first: who came back or bought within 30 days
    cast(count(*) filter (where seen_for >= 30 and bought = 1) as integer) as bought, -- of the first: who bought within 30 days
    cast(sum(case when seen_for >= 30 then paid30 end) as double) as paid30, -- what the first spent within 30 days, refunds taken off, in yuan
    cast(sum(case when seen_for >= 90 then paid90 end) as double) as paid90, -- the second within 90
    cast(sum(case when seen_for >= 180 then paid180 end) as double) as paid180 -- the third within 180
from splits
group by account_id, split, source
