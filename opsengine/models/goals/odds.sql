-- How probable each level of a promise is, as seen today and on the days before.
-- grain: measure_id, level, days_ago
with bounds as (
    select measure_id, direction, kind, 'target' as level, cast(target as double) as bound from raw.goals
    union all
    select measure_id, direction, kind, 'floor' as level, cast(floor as double) as bound from raw.goals where floor is not null
    union all
    select measure_id, direction, kind, 'stretch' as level, cast(stretch as double) as bound from raw.goals where stretch is not null
),

pools as (
    select pool, metric, days_ahead, count(*) as errors
    from goals.spread
    group by pool, metric, days_ahead
),

asked as (
    select
        landing.measure_id,
        bounds.level,
        landing.days_ago,
        bounds.direction,
        landing.pool,
        landing.metric,
        landing.days_ahead,
        case
            when bounds.kind <> 'flow' or not landing.is_growing then null
            when bounds.direction = 'up' and landing.there >= bounds.bound then 1
            when bounds.direction = 'down' and landing.there > bounds.bound then 0
        end as certain,
        (bounds.bound - landing.there - landing.coming) / nullif(landing.spread, 0) as standard
    from goals.landing as landing
    inner join bounds on bounds.measure_id = landing.measure_id
),

together as (
    select pool, metric, days_ahead, standard, cast(null as varchar) as measure_id, cast(null as varchar) as level,
        cast(null as integer) as days_ago, cast(null as varchar) as direction, cast(null as integer) as certain, 1 as is_error
    from goals.spread
    union all
    select pool, metric, days_ahead, standard, measure_id, level, days_ago, direction, certain, 0 as is_error
    from asked
    where standard is not null
),

ranked as (
    select
        measure_id,
        level,
        days_ago,
        direction,
        certain,
        pool,
        metric,
        days_ahead,
        sum(is_error) over (
            partition by pool, metric, days_ahead order by standard range between unbounded preceding and current row
        ) as at_most,
        sum(is_error) over (
            partition by pool, metric, days_ahead order by standard range between current row and current row
        ) as just_so
    from together
)

select
    ranked.measure_id,                                  -- the promise
    ranked.level,                                       -- floor, target or stretch
    ranked.days_ago,                                    -- 0 as seen today, 1 as seen yesterday, …
    round(coalesce(
        cast(ranked.certain as double),
        (cast(case ranked.direction when 'up' then pools.errors - ranked.at_most + ranked.just_so else ranked.at_most end as double) + 0.5)
        / nullif(cast(pools.errors as double) + 1, 0)
    ), 4) as odds                                       -- its probability; never quite sure before it is there
from ranked
inner join pools on pools.pool = ranked.pool and pools.metric = ranked.metric and pools.days_ahead = ranked.days_ahead
where ranked.measure_id is not null
