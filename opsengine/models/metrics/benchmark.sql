-- What is usual among an account's peers: quartiles of each metric in the narrowest group of enough accounts.
-- grain: account_id, metric, days
with ordered as (
    select
        placed.level,
        placed.key,
        account_window.metric,
        account_window.days,
        account_window.value,
        row_number() over (
            partition by placed.level, placed.key, account_window.metric, account_window.days
            order by account_window.value, account_window.account_id
        ) as place,
        count(*) over (
            partition by placed.level, placed.key, account_window.metric, account_window.days
        ) as accounts
    from metrics.account_window as account_window
    inner join staging.peer_group as placed on placed.account_id = account_window.account_id
    where account_window.value is not null
),

quartiles as (
    select
        level,
        key,
        metric,
        days,
        max(accounts) as accounts,
        sum(value * greatest(0, 1 - abs(place - (1 + (accounts - 1) * 0.25)))) as p25,
        sum(value * greatest(0, 1 - abs(place - (1 + (accounts - 1) * 0.50)))) as p50,
        sum(value * greatest(0, 1 - abs(place - (1 + (accounts - 1) * 0.75)))) as p75
    from ordered
    group by level, key, metric, days
)

select
    placed.account_id,                                  -- the account
    quartiles.metric,                                   -- the metric
    quartiles.days,                                     -- length of the window
    placed.level,                                       -- how narrow the group is
    placed.key,                                         -- which group
    quartiles.accounts,                                 -- accounts in it that have the metric
    cast(quartiles.p25 as double) as p25,               -- a quarter of them are below
    cast(quartiles.p50 as double) as p50,               -- the middle
    cast(quartiles.p75 as double) as p75                -- a quarter of them are above
from staging.peer_group as placed
inner join quartiles on quartiles.level = placed.level and quartiles.key = placed.key
where quartiles.accounts >= 5
qualify row_number() over (
    partition by placed.account_id, quartiles.metric, quartiles.days order by placed.narrowness
) = 1
