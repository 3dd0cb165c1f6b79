-- How far off the forecasts of the past were, each measured by the scale of the others of its history.
-- grain: series, metric, days_ahead, backtest
with errors as (
    select
        outlook.series,
        outlook.metric,
        outlook.days_ahead,
        outlook.backtest,
        greatest(-1, least(5, outlook.came / nullif(outlook.foreseen, 0) - 1)) as error
    from goals.outlook as outlook
    where outlook.backtest > 0 and outlook.came is not null
),

own as (
    select
        series,
        metric,
        days_ahead,
        count(*) as backtests,
        avg(error * error) as square,
        least(count(*), 1 + 7 * cast(count(*) - 1 as double) / nullif(greatest(days_ahead, 7), 0)) as apart
    from errors
    group by series, metric, days_ahead
),

ordered as (
    select
        metric,
        days_ahead,
        square,
        row_number() over (partition by metric, days_ahead order by square, series) as place,
        count(*) over (partition by metric, days_ahead) as histories
    from own
),

peers as (
    select metric, days_ahead, sum(square * greatest(0, 1 - abs(place - (1 + (histories - 1) * 0.5)))) as square
    from ordered
    group by metric, days_ahead
),

scaled as (
    select
        errors.series,
        errors.metric,
        errors.days_ahead,
        errors.backtest,
        errors.error,
        own.backtests,
        own.apart,
        settings.peer_scales,
        peers.square as peer_square,
        own.square as own_square,
        own.apart * (own.backtests - 1) / nullif(own.backtests, 0) as others_apart,
        (own.backtests * own.square - errors.error * errors.error) / nullif(own.backtests - 1, 0) as others_square
    from errors
    inner join own
        on own.series = errors.series and own.metric = errors.metric and own.days_ahead = errors.days_ahead
    inner join peers on peers.metric = errors.metric and peers.days_ahead = errors.days_ahead
    cross join raw.forecast as settings
)

select
    series,                                             -- the history
    metric,                                             -- a flow, the growth of a stock, or a ratio of two flows
    days_ahead,                                         -- how many days were foreseen
    backtest,                                           -- 1, 2, 3, … further and further back
    cast(backtests as integer) as backtests,            -- how many there are of this history
    sqrt((peer_scales * peer_square + apart * own_square) / nullif(peer_scales + apart, 0)) as scale, -- how far off this history usually is
    error / nullif(sqrt(greatest(
        (peer_scales * peer_square + others_apart * coalesce(others_square, 0)) / nullif(peer_scales + others_apart, 0), 0
    )), 0) as standard                                  -- the error in units of the scale that the other backtests give
from scaled
