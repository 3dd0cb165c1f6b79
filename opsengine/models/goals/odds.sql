-- How probable each level of a promise is, as seen today and on the days before.
-- grain: measure_id, level, days_ago
with bounds as (
    select measure_id, direction, kind, 'target' as level, target as bound from raw.goals
    union all
    select measure_id, direction, kind, 'floor' as level, floor as bound from raw.goals where floor is not null
    union all
    select measure_id, direction, kind, 'stretch' as level, stretch as bound from raw.goals where stretch is not null
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
            when bounds.direction = 'up' and landing.there >= cast(bounds.bound as double) then 1
            when bounds.direction = 'down' and landing.there > cast(bounds.bound as double) then 0
        end as certain,
        (cast(bounds.bound as double) - landing.there - landing.coming) / nullif(landing.spread, 0) as standard
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
        cast(sum(is_error) over (partition by pool, metric, days_ahead order by standard) as double) as at_most,
        cast(sum(is_error) over (partition by pool, metric, days_ahead order by standard desc) as double) as at_least,
        count(*) filter (where is_error = 1) over (partition by pool, metric, days_ahead) as errors
    from together
)

select
    measure_id,                                         -- the promise
    level,                                              -- floor, target or stretch
    days_ago,                                           -- 0 as seen today, 1 as seen yesterday, …
    round(coalesce(
        cast(certain as double),
        (case direction when 'up' then at_least else at_most end + 0.5) / nullif(cast(errors as double) + 1, 0)
    ), 4) as odds                                       -- its probability; never quite sure before it is there
from ranked
where measure_id is not null
