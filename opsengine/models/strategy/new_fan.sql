-- Every fan who followed within the last year, and where the fan came from: what was done last before following, and how much ads spent that day.
-- grain: account_id, fan_id
with followed as (
    select follows.account_id, follows.fan_id, min(follows.at) as followed_at, min(follows.day) as day
    from raw.fan_events as follows
    where follows.action = 'follow' and follows.day <= $as_of and date_diff('day', follows.day, $as_of) < 365
    group by follows.account_id, follows.fan_id
),

acts_before as (
    select
        followed.account_id,
        followed.fan_id,
        events.action,
        row_number() over (
            partition by followed.account_id, followed.fan_id order by events.at desc, events.action asc
        ) as place
    from followed
    inner join raw.fan_events as events
        on events.account_id = followed.account_id
        and events.fan_id = followed.fan_id
        and events.at <= followed.followed_at
        and date_diff('day', events.day, followed.day) between 0 and 1
        and events.action not in ('follow', 'unfollow', 'refund')
),

spent as (
    select account_id, day, value
    from metrics.account_day
    where metric = 'ad_spend' and date_diff('day', day, $as_of) between 0 and 364 and value is not null
),

usual as (
    select account_id, cast(sum(value) as double) / nullif(count(*), 0) as value from spent group by account_id
)

select
    followed.account_id,                                -- the account
    followed.fan_id,                                    -- the fan, as a keyed hash
    followed.day as followed_on,                        -- the day of the first follow within the year
    case
        when acts_before.action = 'live' then 'live'
        when acts_before.action = 'order' then 'order'
        when acts_before.action in ('message', 'group') then 'owned'
        when acts_before.action is not null then 'video'
        else 'unseen'
    end as source,                                      -- live, order, owned (message or group), video; unseen: nothing on the day or the day before
    case
        when spent.value is null then 'unknown'
        when cast(spent.value as double) > usual.value then 'much'
        else 'little'
    end as ads                                          -- whether ads spent more that day than on the account's usual day
from followed
left join acts_before
    on acts_before.account_id = followed.account_id and acts_before.fan_id = followed.fan_id and acts_before.place = 1
left join spent on spent.account_id = followed.account_id and spent.day = followed.day
left join usual on usual.account_id = followed.account_id
