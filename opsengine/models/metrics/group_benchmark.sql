-- What is usual among the accounts of an industry and size: quartiles of each metric in the narrowest group of enough accounts, or from a file where the industry has too few.
-- grain: cell, metric, days
-- kept: as a view
with placed as (
    select cell, 1 as narrowness, 'industry_size' as level, industry || ' / ' || size as key from scores.cell where size is not null
    union all
    select cell, 2 as narrowness, 'industry' as level, industry as key from scores.cell
    union all
    select cell, 3 as narrowness, 'all' as level, 'all' as key from scores.cell
),

candidates as (
    select
        placed.cell,
        quartiles.metric,
        quartiles.days,
        case when placed.level = 'all' then 5 else placed.narrowness end as preference,
        placed.level,
        placed.key,
        quartiles.accounts,
        quartiles.p25,
        quartiles.p50,
        quartiles.p75,
        null as source,
        null as dated_on
    from placed
    inner join metrics.quartile as quartiles on quartiles.level = placed.level and quartiles.key = placed.key
    where quartiles.accounts >= 5
    union all
    select
        cells.cell,
        brought.metric,
        brought.days,
        case when brought.size is null then 4 else 3 end as preference,
        'brought' as level,
        cells.industry as key,
        brought.accounts,
        brought.p25,
        brought.p50,
        brought.p75,
        brought.source,
        brought.dated_on
    from raw.benchmarks as brought
    inner join scores.cell as cells
        on cells.industry = brought.industry and (brought.size is null or brought.size = cells.size)
    where brought.dated_on <= $as_of
)

select
    cell,                                               -- the industry and size, by number
    metric,                                             -- the metric
    days,                                               -- length of the window
    level,                                              -- how narrow the group is; brought: from a file in benchmarks/, where the own peers are too few
    key,                                                -- which group
    accounts,                                           -- accounts in it that have the metric
    cast(p25 as double) as p25,                         -- a quarter of them are below
    cast(p50 as double) as p50,                         -- the middle
    cast(p75 as double) as p75,                         -- a quarter of them are above
    cast(source as varchar) as source,                  -- who says so, of one that was brought
    cast(dated_on as date) as dated_on,                 -- of when it is
    coalesce(date_diff('day', cast(dated_on as date), $as_of) > 365, false) as is_old -- whether it is more than a year old
from candidates
qualify row_number() over (partition by cell, metric, days order by preference) = 1
