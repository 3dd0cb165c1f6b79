-- Pillars of every day, a row a day with columns for each: the weighted mean of their components, there when at least half of their weight is.
-- grain: account_id, day
-- kept: as a view
with summed as (
    select
        account_id,
        day,
        each_any(component__counts) as pillar__counts,
        each_sum(case when component__counts then component__weight else 0 end) as pillar__whole,
        each_sum(case when component__position is not null then component__weight else 0 end) as pillar__available,
        each_sum(case when component__counts and not component__is_missing then component__weight else 0 end) as pillar__observed,
        each_sum(coalesce(component__weight * component__position, 0)) as pillar__weighted,
        component__position,
        risk__value
    from scores.placed_day
)

select
    account_id,                                         -- the account
    day,                                                -- the day
    pillar__counts,                                     -- whether any of its components counts for the account
    case when pillar__available > 0 then pillar__available end as pillar__available, -- weight of its components that have a place
    pillar__observed / nullif(pillar__available, 0) as pillar__observed_share, -- how much of that rests on data
    case when pillar__available >= pillar__least_share * pillar__whole - 1e-9
        then pillar__weighted / nullif(pillar__available, 0) end as pillar__position, -- 0.01 to 1; NULL when too little is known
    component__position,                                -- the place of each component, as in scores.placed_day
    risk__value                                         -- the ratio that a risk looks at
from summed
