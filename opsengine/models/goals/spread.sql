-- How errors are spread among all histories of a metric: the standard error below which each share of them lies.
-- grain: metric, days_ahead, step
with ordered as (
    select
        metric,
        days_ahead,
        standard,
        row_number() over (partition by metric, days_ahead order by standard, series, backtest) as place,
        count(*) over (partition by metric, days_ahead) as errors
    from goals.residual
    where standard is not null
),

pools as (
    select distinct metric, days_ahead, errors
    from ordered
),

places as (
    select
        pools.metric,
        pools.days_ahead,
        pools.errors,
        steps.step,
        1 + cast((pools.errors - 1) * steps.step as double) / 200 as position,
        cast(floor(1 + cast((pools.errors - 1) * steps.step as double) / 200) as integer) as place
    from pools
    cross join raw.forecast_steps as steps
)

select
    places.metric,                                      -- a flow, the growth of a stock, or a ratio of two flows
    places.days_ahead,                                  -- how many days were foreseen
    places.step,                                        -- a share of all errors, in two-hundredths: 0 to 200
    lower.standard + (places.position - places.place) * (coalesce(upper.standard, lower.standard) - lower.standard)
        as standard                                     -- this share of them is at or below it
from places
inner join ordered as lower
    on lower.metric = places.metric and lower.days_ahead = places.days_ahead and lower.place = places.place
left join ordered as upper
    on upper.metric = places.metric and upper.days_ahead = places.days_ahead and upper.place = places.place + 1
