-- What is usual among the peers in each component on the day, in the group in which the account is ranked.
-- grain: account_id, scorecard, component
-- kept: as a view
with members as (
    select component.account_id, component.scorecard, component.component, component.value, component.share, rank.level, rank.key
    from scores.component as component
    inner join scores.rank as rank
        on rank.account_id = component.account_id and rank.day = component.day and rank.scorecard = component.scorecard
    where component.day = $as_of and component.value is not null
),

ordered as (
    select
        account_id,
        scorecard,
        component,
        level,
        key,
        value,
        row_number() over (partition by scorecard, component, level, key order by value, account_id) as place,
        count(*) over (partition by scorecard, component, level, key) as accounts,
        rank() over (partition by scorecard, component, level, key order by share) as at_or_above,
        count(*) over (partition by scorecard, component, level, key, share) as equals
    from members
),

quartiles as (
    select
        scorecard,
        component,
        level,
        key,
        max(accounts) as accounts,
        sum(value * greatest(0, 1 - abs(place - (1 + (accounts - 1) * 0.25)))) as p25,
        sum(value * greatest(0, 1 - abs(place - (1 + (accounts - 1) * 0.50)))) as p50,
        sum(value * greatest(0, 1 - abs(place - (1 + (accounts - 1) * 0.75)))) as p75
    from ordered
    group by scorecard, component, level, key
)

select
    ordered.account_id,                                 -- the account
    ordered.scorecard,                                  -- business or popularity
    ordered.component,                                  -- the component
    cast(quartiles.accounts as integer) as accounts,    -- peers with a value, the account among them
    cast(ordered.at_or_above - 1 + (ordered.equals - 1) / cast(2 as double) as double)
    / nullif(cast(quartiles.accounts - 1 as double), 0) as percentile_peers, -- share of the peers it is ahead of, ties count half
    cast(quartiles.p25 as double) as p25,               -- a quarter of the peers are below
    cast(quartiles.p50 as double) as p50,               -- the middle
    cast(quartiles.p75 as double) as p75                -- a quarter of the peers are above
from ordered
inner join quartiles
    on quartiles.scorecard = ordered.scorecard and quartiles.component = ordered.component
    and quartiles.level = ordered.level and quartiles.key = ordered.key
