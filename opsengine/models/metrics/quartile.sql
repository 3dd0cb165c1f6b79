-- How a metric's windows lie in each group of accounts: quartiles, the middle of the window before, and what all have together.
-- grain: level, key, metric, days
-- kept: as a view
with told as (
    select
        windows.account_id,
        windows.metric,
        windows.days,
        windows.value,
        case when windows.value is not null then windows.previous_value end as previous_value,
        case when metrics.kind = 'flow' then cast(windows.numerator as decimal(24, 6)) end as counted
    from metrics.account_window as windows
    inner join raw.metrics as metrics on metrics.metric = windows.metric
),

spread as (
    select
        placed.level,
        placed.key,
        told.metric,
        told.days,
        count(told.value) as accounts,
        sum(case when placed.level <> 'industry_size' then told.counted end) as total,
        quantile_cont(told.value, [0.25, 0.5, 0.75]) as quartiles,
        quantile_cont(case when placed.level <> 'industry_size' then told.previous_value end, 0.5) as previous_p50
    from told
    inner join staging.peer_group as placed on placed.account_id = told.account_id
    group by placed.level, placed.key, told.metric, told.days
)

select
    level,                                              -- industry_size, industry or all
    key,                                                -- which group
    metric,                                             -- the metric
    days,                                               -- length of the window
    cast(accounts as integer) as accounts,              -- accounts of the group that have it
    cast(total as double) as total,                     -- of a flow what all of them have together, in an industry and over all
    cast(quartiles[1] as double) as p25,                -- a quarter of them are below
    cast(quartiles[2] as double) as p50,                -- the middle
    cast(quartiles[3] as double) as p75,                -- a quarter of them are above
    cast(previous_p50 as double) as previous_p50        -- the middle of the window before, in an industry and over all
from spread
where accounts > 0
