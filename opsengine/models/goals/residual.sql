-- How far off the forecasts of the past were, each measured by the scale of the others of its history.
-- grain: history, metric, days_ahead, backtest
with errors as (
    select
        history,
        metric,
        days_ahead,
        backtest,
        greatest(-1 * case when size = foreseen then 1 else 5 end, least(5, (came - foreseen) / nullif(size, 0))) as error
    from goals.outlook
    where backtest > 0 and came is not null
),

others as (
    select
        errors.history,
        errors.metric,
        scale.pool,
        errors.days_ahead,
        errors.backtest,
        errors.error,
        scale.peer_square,
        scale.peer_weight,
        scale.apart * (scale.backtests - 1) / nullif(cast(scale.backtests as double), 0) as apart,
        (scale.backtests * scale.square - errors.error * errors.error) / nullif(cast(scale.backtests as double) - 1, 0) as square
    from errors
    inner join goals.scale as scale
        on scale.history = errors.history and scale.metric = errors.metric and scale.days_ahead = errors.days_ahead
)

select
    others.history,                                     -- the history
    others.metric,                                      -- a flow, the growth of a stock or score, or a ratio of two flows
    others.pool,                                        -- its peers
    others.days_ahead,                                  -- how many days were foreseen
    others.backtest,                                    -- 1, 2, 3, … further and further back
    others.error / nullif(sqrt(greatest(
        (others.peer_weight * others.peer_square + others.apart * coalesce(others.square, 0))
        / nullif(others.peer_weight + others.apart, 0),
        0.000000000000000001
    )), 0) as standard                                  -- the error in units of the scale that the other backtests give
from others
