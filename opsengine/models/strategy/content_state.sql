-- What an account's published works say about it: how long the last one is ago, and how unevenly they do.
-- grain: account_id, name
with told as (
    select account_id, max(day) as until
    from staging.coverage
    where source = 'creator_works' and status <> 'missing'
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
    select told.account_id, 'days_since_post' as name, cast(date_diff('day', latest.published_on, told.until) as double) as value
    from told
    inner join latest on latest.account_id = told.account_id
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
