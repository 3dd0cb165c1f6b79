-- How errors are spread among the histories of a pool: the standard error below which each share of them lies.
-- grain: pool, metric, days_ahead, step
with members as (
    select series, metric, pool, days_ahead, backtest, standard
    from goals.residual
    where standard is not null
    union all
    select series, metric, '' as pool, days_ahead, backtest, standard
    from goals.residual
    where standard is not null and pool <> '' and '' in (select pool from goals.history)
),

ordered as (
    select
        pool,
        metric,
        days_ahead,
        standard,
        row_number() over (partition by pool, metric, days_ahead order by standard) as place,
        count(*) over (partition by pool, metric, days_ahead) as errors
    from members
),

pools as (
    select distinct pool, metric, days_ahead, errors
    from ordered
),

places as (
    select
        pools.pool,
        pools.metric,
        pools.days_ahead,
        steps.step,
        1 + cast((pools.errors - 1) * steps.step as double) / 200 as position,
        cast(floor(1 + cast((pools.errors - 1) * steps.step as double) / 200) as integer) as place
    from pools
    cross join raw.forecast_steps as steps
)

select
    places.pool,                                        -- the peers
    places.metric,                                      -- a flow, the growth of a stock, or a ratio of two flows
    places.days_ahead,                                  -- how many days were foreseen
    places.step,                                        -- a share of all errors, in two-hundredths: 0 to 200
    lower.standard + (places.position - places.place) * (coalesce(upper.standard, lower.standard) - lower.standard)
        as standard                                     -- this share of them is at or below it
from places
inner join ordered as lower
    on lower.pool = places.pool
    and lower.metric = places.metric
    and lower.days_ahead = places.days_ahead
    and lower.place = places.place
left join ordered as upper
    on upper.pool = places.pool
    and upper.metric = places.metric
    and upper.days_ahead = places.days_ahead
    and upper.place = places.place + 1
