-- The market: how high each number is in an industry and over all, how it moved, and how far accounts lie apart.
-- grain: level, key, name, days
-- kept: as a view
with numbers as (
    select
        today.account_id,
        today.scorecard || '_score' as name,
        today.score as value,
        earlier.score as previous_value
    from scores.account_score as today
    left join scores.account_score as earlier
        on earlier.account_id = today.account_id and earlier.scorecard = today.scorecard
        and earlier.day = cast($as_of - interval 28 day as date)
    where today.day = $as_of and today.score is not null
),

ordered as (
    select
        placed.level,
        placed.key,
        numbers.name,
        numbers.value,
        numbers.previous_value,
        row_number() over (
            partition by placed.level, placed.key, numbers.name order by numbers.value, numbers.account_id
        ) as place,
        row_number() over (
            partition by placed.level, placed.key, numbers.name order by numbers.previous_value nulls last, numbers.account_id
        ) as previous_place,
        count(*) over (partition by placed.level, placed.key, numbers.name) as accounts,
        count(numbers.previous_value) over (partition by placed.level, placed.key, numbers.name) as previous_accounts
    from numbers
    inner join staging.peer_group as placed on placed.account_id = numbers.account_id
    where placed.level in ('industry', 'all')
),

summed as (
    select level, key, metric as name, days, accounts, total, p25, p50, p75, previous_p50
    from metrics.quartile
    where level in ('industry', 'all')
    union all
    select
        level,
        key,
        name,
        28 as days,
        cast(max(accounts) as integer) as accounts,
        cast(null as double) as total,
        sum(value * greatest(0, 1 - abs(place - (1 + (accounts - 1) * 0.25)))) as p25,
        sum(value * greatest(0, 1 - abs(place - (1 + (accounts - 1) * 0.50)))) as p50,
        sum(value * greatest(0, 1 - abs(place - (1 + (accounts - 1) * 0.75)))) as p75,
        sum(previous_value * greatest(0, 1 - abs(previous_place - (1 + (previous_accounts - 1) * 0.50)))) as previous_p50
    from ordered
    group by level, key, name
)

select
    summed.level,                                       -- industry or all
    summed.key,                                         -- which industry
    summed.name,                                        -- a metric, or business_score and popularity_score
    summed.days,                                        -- length of the window; of a score the days to the one it is compared with
    cast(summed.accounts as integer) as accounts,       -- accounts that have the number
    case when metrics.kind = 'flow' then cast(summed.total as double) end as total, -- of a flow what all of them have together
    cast(summed.p25 as double) as p25,                  -- a quarter of the accounts are below
    cast(summed.p50 as double) as p50,                  -- the level: half of them are below
    cast(summed.p75 as double) as p75,                  -- a quarter of them are above
    cast(summed.previous_p50 as double) as previous_p50, -- the level of the window before
    cast(summed.p50 as double) / nullif(cast(summed.previous_p50 as double), 0) - 1 as trend, -- how the level moved
    (cast(summed.p75 as double) - cast(summed.p25 as double)) / nullif(cast(summed.p50 as double), 0) as dispersion -- the middle half's width beside the level
from summed
left join raw.metrics as metrics on metrics.metric = summed.name
where summed.accounts >= 5
