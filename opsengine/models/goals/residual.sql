-- How far off the forecasts of the past were, each measured by the scale of the others of its history.
-- grain: series, metric, days_ahead, backtest
with errors as (
    select
        series,
        metric,
        pool,
        days_ahead,
        backtest,
        greatest(-1 * case when size = foreseen then 1 else 5 end, least(5, (came - foreseen) / nullif(size, 0))) as error
    from goals.outlook
    where backtest > 0 and came is not null
),

own as (
    select
        series,
        metric,
        pool,
        days_ahead,
        count(*) as backtests,
        avg(error * error) as square,
        least(count(*), 1 + 7 * cast(count(*) - 1 as double) / nullif(greatest(days_ahead, 7), 0)) as apart
    from errors
    group by series, metric, pool, days_ahead
),

members as (
    select series, metric, pool, days_ahead, square
    from own
    union all
    select series, metric, '' as pool, days_ahead, square
    from own
    where pool <> ''
),

ordered as (
    select
        pool,
        metric,
        days_ahead,
        square,
        row_number() over (partition by pool, metric, days_ahead order by square, series) as place,
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

scaled as (
    select
        own.series,
        own.metric,
        own.pool,
        own.days_ahead,
        errors.backtest,
        errors.error,
        own.backtests,
        own.apart,
        settings.peer_scales,
        settings.humility,
        peers.square as peer_square,
        peers.histories,
        own.square as own_square,
        own.apart * (own.backtests - 1) / nullif(own.backtests, 0) as others_apart,
        (own.backtests * own.square - errors.error * errors.error) / nullif(own.backtests - 1, 0) as others_square
    from own
    inner join errors
        on errors.series = own.series and errors.metric = own.metric and errors.days_ahead = own.days_ahead
    inner join peers on peers.pool = own.pool and peers.metric = own.metric and peers.days_ahead = own.days_ahead
    cross join raw.forecast as settings
    union all
    select
        today.series, today.metric, today.pool, today.days_ahead, 0 as backtest, cast(null as double) as error, 0 as backtests,
        0 as apart, settings.peer_scales, settings.humility, peers.square as peer_square, peers.histories, 0 as own_square, 0 as others_apart,
        0 as others_square
    from goals.outlook as today
    inner join peers on peers.pool = today.pool and peers.metric = today.metric and peers.days_ahead = today.days_ahead
    cross join raw.forecast as settings
    left join own
        on own.series = today.series and own.metric = today.metric and own.days_ahead = today.days_ahead
    where today.backtest = 0 and own.series is null
)

select
    series,                                             -- the history
    metric,                                             -- a flow, the growth of a stock, or a ratio of two flows
    pool,                                               -- its peers
    days_ahead,                                         -- how many days were foreseen
    backtest,                                           -- 1, 2, 3, … further and further back; 0 for a young history that has none
    cast(backtests as integer) as backtests,            -- how many there are of this history
    cast(histories as integer) as peers,                -- how many histories of its pool have any
    sqrt((peer_scales * peer_square + apart * own_square) / nullif(peer_scales + apart, 0) * (1 + humility / greatest(apart, 1)))
        as scale,                                       -- how far off this history usually is
    error / sqrt(greatest(
        (peer_scales * peer_square + others_apart * coalesce(others_square, 0)) / nullif(peer_scales + others_apart, 0),
        0.000000000000000001
    )) as standard                                      -- the error in units of the scale that the other backtests give
from scaled
