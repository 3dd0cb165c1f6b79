-- What the middle account of each group did on each day, beside what was expected: the movement of the field.
-- grain: level, key, metric, day
with ordered as (
    select
        membership.level,
        membership.key,
        membership.narrowness,
        told.metric,
        told.day,
        told.residual,
        row_number() over (
            partition by membership.level, membership.key, told.metric, told.day order by told.residual, told.account_id
        ) as place,
        count(*) over (partition by membership.level, membership.key, told.metric, told.day) as accounts
    from surprise.expected_day as told
    inner join staging.peer_group as membership on membership.account_id = told.account_id
    where told.residual is not null
)

select
    ordered.level,                                      -- industry_size, industry or all
    ordered.key,                                        -- which group
    ordered.narrowness,                                 -- 1 is the narrowest
    ordered.metric,                                     -- the flow
    ordered.day,                                        -- the day
    ordered.accounts,                                   -- accounts of the group that are known that day
    cast(avg(ordered.residual) as double) as residual   -- the median of their residuals
from ordered
inner join raw.anomaly as settings on ordered.accounts >= settings.least_peers
where ordered.place in (floor((ordered.accounts + 1) / 2.0), floor((ordered.accounts + 2) / 2.0))
group by ordered.level, ordered.key, ordered.narrowness, ordered.metric, ordered.day, ordered.accounts
