-- How much there is to learn the spread of errors from: stretches of time, and histories whose errors do not go together.
-- grain: pool, metric, days_ahead
with members as (
    select metric, pool, days_ahead, backtest, standard
    from goals.residual
    where standard is not null
    union all
    select metric, '' as pool, days_ahead, backtest, standard
    from goals.residual
    where standard is not null and pool <> '' and '' in (select pool from goals.history)
),

moments as (
    select
        pool,
        metric,
        days_ahead,
        backtest,
        count(*) as histories,
        sum(standard) as errors,
        sum(standard * standard) as squares
    from members
    group by pool, metric, days_ahead, backtest
)

select
    pool,                                               -- the peers
    metric,                                             -- a flow, the growth of a stock or score, or a ratio of two flows
    days_ahead,                                         -- how many days were foreseen
    cast(least(count(*), 1 + 7 * cast(count(*) - 1 as double) / nullif(greatest(days_ahead, 7), 0)) as double)
        as apart,                                       -- how many stretches of time that do not overlap, about
    greatest(1, avg(histories) / nullif(greatest(1, sum(errors * errors) / nullif(sum(squares), 0)), 0))
        as alone                                        -- how many histories would tell as much if none shared what befell the others
from moments
group by pool, metric, days_ahead
