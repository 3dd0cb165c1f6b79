-- How a metric's windows lie in each group of accounts: quartiles, the middle of the window before, and what all have together.
-- grain: level, key, metric, days
-- kept: as a view
with windows as (
    select
        sums.account_id,
        sums.days,
        number__total,
        number__days,
        number__previous_total,
        number__previous_days,
        levels.stock__level,
        levels.stock__previous_level
    from metrics.window_sum as sums
    left join metrics.window_level as levels on levels.account_id = sums.account_id and levels.days = sums.days
),

told as (
    select
        account_id,
        days,
        cast(metric__numerator as double) / nullif(cast(metric__denominator as double), 0) as metric__value,
        cast(metric__previous_numerator as double) / nullif(cast(metric__previous_denominator as double), 0) as metric__past,
        case when metric__is_flow then metric__numerator end as metric__counted
    from windows
),

spread as (
    select
        placed.level,
        placed.key,
        told.days,
        count(metric__value) as metric__accounts,
        sum(case when placed.level <> 'industry_size' then metric__counted end) as metric__total,
        quantile_cont(metric__value, [0.25, 0.5, 0.75]) as metric__quartiles,
        quantile_cont(case when placed.level <> 'industry_size' and metric__value is not null then metric__past end, 0.5) as metric__past_middle
    from told
    inner join staging.peer_group as placed on placed.account_id = told.account_id
    group by placed.level, placed.key, told.days
),

quarters as (
    select
        level,
        key,
        days,
        metric__accounts,
        metric__total,
        metric__quartiles[1] as metric__p25,
        metric__quartiles[2] as metric__p50,
        metric__quartiles[3] as metric__p75,
        metric__past_middle
    from spread
)

select
    level,                                              -- industry_size, industry or all
    key,                                                -- which group
    cast(metric__id as varchar) as metric,              -- the metric
    days,                                               -- length of the window
    cast(metric__accounts as integer) as accounts,      -- accounts of the group that have it
    cast(metric__total as double) as total,             -- of a flow what all of them have together, in an industry and over all
    cast(metric__p25 as double) as p25,                -- a quarter of them are below
    cast(metric__p50 as double) as p50,                -- the middle
    cast(metric__p75 as double) as p75,                -- a quarter of them are above
    cast(metric__past_middle as double) as previous_p50 -- the middle of the window before, in an industry and over all
from quarters
cross join each.metric
where metric__accounts > 0
