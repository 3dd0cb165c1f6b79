-- How errors are spread among the histories of a pool: the standard error below which each share of them lies.
-- That they lean to one side is believed the less, the fewer stretches of time tell so.
-- grain: pool, metric, days_ahead, step
with members as (
    select metric, pool, days_ahead, standard
    from goals.residual
    where standard is not null
    union all
    select metric, '' as pool, days_ahead, standard
    from goals.residual
    where standard is not null and pool <> '' and '' in (select pool from goals.history)
),

pools as (
    select pool, metric, days_ahead, count(*) as errors
    from members
    group by pool, metric, days_ahead
),

ordered as (
    select
        pool,
        metric,
        days_ahead,
        standard,
        lead(standard) over (partition by pool, metric, days_ahead order by standard) as next_standard,
        row_number() over (partition by pool, metric, days_ahead order by standard) as place
    from members
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
),

told as (
    select
        places.pool,
        places.metric,
        places.days_ahead,
        places.step,
        ordered.standard
            + (places.position - places.place) * (coalesce(ordered.next_standard, ordered.standard) - ordered.standard) as standard
    from places
    inner join ordered
        on ordered.pool = places.pool
        and ordered.metric = places.metric
        and ordered.days_ahead = places.days_ahead
        and ordered.place = places.place
)

select
    told.pool,                                          -- the peers
    told.metric,                                        -- a flow, the growth of a stock, or a ratio of two flows
    told.days_ahead,                                    -- how many days were foreseen
    told.step,                                          -- a share of all errors, in two-hundredths: 0 to 200
    told.standard
        - 0.5 * (told.standard + mirrored.standard) * settings.lean_doubt / nullif(variety.apart + settings.lean_doubt, 0)
        as standard                                     -- this share of them is at or below it
from told
inner join told as mirrored
    on mirrored.pool = told.pool
    and mirrored.metric = told.metric
    and mirrored.days_ahead = told.days_ahead
    and mirrored.step = 200 - told.step
inner join goals.variety as variety
    on variety.pool = told.pool and variety.metric = told.metric and variety.days_ahead = told.days_ahead
cross join raw.forecast as settings
