-- What an account's published works say about it: how old the newest one is, and how unevenly they do.
-- grain: account_id, name
with heard as (
    select account_id, max(day) as last_day
    from staging.coverage
    where status = 'present' and day <= $as_of
    group by account_id
),

latest as (
    select account_id, max(published_on) as published_on from staging.works group by account_id
),

recent as (
    select
        account_id,
        count(*) as works,
        max(plays) as most_plays,
        sum(plays) as plays,
        count(*) filter (where likes < 10) as unseen,
        count(likes) as works_with_likes
    from staging.works
    where date_diff('day', published_on, $as_of) < 28
    group by account_id
)

select
    account_id,                                         -- the account
    name,                                               -- days_since_post, works_28d, ...
    cast(value as double) as value                      -- days, works or a share
from (
    select latest.account_id, 'days_since_post' as name, cast(date_diff('day', latest.published_on, $as_of) as double) as value
    from latest
    inner join heard on heard.account_id = latest.account_id and date_diff('day', heard.last_day, $as_of) <= 3
    union all
    select account_id, 'works_28d' as name, cast(works as double) as value from recent
    union all
    select account_id, 'top_work_share_28d' as name, cast(most_plays as double) / nullif(cast(plays as double), 0) as value
    from recent
    where works >= 3
    union all
    select
        account_id,
        'zero_interaction_share_28d' as name,
        cast(unseen as double) / nullif(works_with_likes, 0) as value
    from recent
    where works >= 3
) as everything
where value is not null
