-- How far off the forecasts of each history usually are: its own past errors, and those of its peers.
-- grain: history, metric, days_ahead
with errors as (
    select
        history,
        metric,
        pool,
        days_ahead,
        greatest(-1 * case when size = foreseen then 1 else 5 end, least(5, (came - foreseen) / nullif(size, 0))) as error
    from goals.outlook
    where backtest > 0 and came is not null
),

own as (
    select
        history,
        metric,
        pool,
        days_ahead,
        count(*) as backtests,
        avg(error * error) as square,
        least(count(*), 1 + 7 * cast(count(*) - 1 as double) / nullif(greatest(days_ahead, 7), 0)) as apart
    from errors
    group by history, metric, pool, days_ahead
),

members as (
    select history, metric, pool, days_ahead, square, apart
    from own
    union all
    select history, metric, '' as pool, days_ahead, square, apart
    from own
    where pool <> '' and '' in (select pool from goals.history)
),

ordered as (
    select
        pool,
        metric,
        days_ahead,
        square,
        row_number() over (partition by pool, metric, days_ahead order by square, history) as place,
        count(*) over (partition by pool, metric, days_ahead) as histories
    from members
),

peers as (
    select
        pool,
        metric,
        days_ahead,
        max(histories) as histories,
        sum(square * greatest(0, 1 - abs(place - (1 + (histories - 1) * 0.5)))) as square
    from ordered
    group by pool, metric, days_ahead
),

unlike as (
    select
        pool,
        metric,
        days_ahead,
        greatest(0, coalesce(var_samp(ln(greatest(square, 0.000000000001))), 0) - avg(2 / nullif(apart, 0))) as variance
    from members
    group by pool, metric, days_ahead
),

alike as (
    select unlike.pool, unlike.metric, unlike.days_ahead,
        2 / nullif(greatest(settings.peer_doubt * unlike.variance, 2 / nullif(settings.peer_scales, 0)), 0) as weight
    from unlike
    cross join raw.forecast as settings
),

everybody as (
    select today.history, today.metric, today.pool, today.days_ahead, own.backtests, own.square, own.apart
    from goals.outlook as today
    left join own
        on own.history = today.history and own.metric = today.metric and own.days_ahead = today.days_ahead
    where today.backtest = 0
)

select
    everybody.history,                                  -- the history
    everybody.metric,                                   -- a flow, the growth of a stock or score, or a ratio of two flows
    everybody.pool,                                     -- its peers
    everybody.days_ahead,                               -- how many days are foreseen
    cast(coalesce(everybody.backtests, 0) as integer) as backtests, -- how many forecasts of its past there are
    cast(coalesce(everybody.apart, 0) as double) as apart, -- how many of them do not overlap, about
    cast(coalesce(everybody.square, 0) as double) as square, -- the mean square of its own errors
    cast(peers.histories as integer) as peers,          -- how many histories of its pool have any
    cast(peers.square as double) as peer_square,        -- the middle one of the mean squares of its pool
    cast(alike.weight as double) as peer_weight,        -- how many backtests it counts for: the fewer, the more unlike the histories of the pool are
    sqrt(
        (alike.weight * peers.square + coalesce(everybody.apart * everybody.square, 0))
        / nullif(alike.weight + coalesce(everybody.apart, 0), 0)
        * (1 + settings.humility / nullif(greatest(coalesce(everybody.apart, 0), 1), 0))
    ) as scale                                          -- how far off it is thought to be this time
from everybody
inner join peers
    on peers.pool = everybody.pool and peers.metric = everybody.metric and peers.days_ahead = everybody.days_ahead
inner join alike
    on alike.pool = everybody.pool and alike.metric = everybody.metric and alike.days_ahead = everybody.days_ahead
cross join raw.forecast as settings
