-- What the middle account of each group did on each day, beside what was expected: the movement of the field.
-- grain: level, key, metric, day
with beside as (
    select
        membership.level,
        membership.key,
        membership.narrowness,
        told.metric,
        told.day,
        median(told.residual) over (
            partition by membership.level, membership.key, told.metric, told.day
            rows between unbounded preceding and unbounded following
        ) as middle
    from surprise.expected_day as told
    inner join staging.peer_group as membership on membership.account_id = told.account_id
    where told.residual is not null
),

grouped as (
    select
        level,
        key,
        narrowness,
        metric,
        day,
        count(*) as accounts,
        min(middle) as residual
    from beside
    group by level, key, narrowness, metric, day
)

select
    grouped.level,                                      -- industry_size, industry or all
    grouped.key,                                        -- which group
    grouped.narrowness,                                 -- 1 is the narrowest
    grouped.metric,                                     -- the flow
    grouped.day,                                        -- the day
    grouped.accounts,                                   -- accounts of the group that are known that day
    cast(grouped.residual as double) as residual        -- the median of their residuals
from grouped
inner join raw.anomaly as settings on grouped.accounts >= settings.least_peers
