-- What is foreseen: four methods blended by how wrong each was in the past, own mistakes and those of the peers together.
-- grain: series, metric, days_ahead, backtest
with means as (
    select series, metric, days_ahead, avg(came) as mean_came, count(distinct backtest) as backtests
    from goals.candidate
    where backtest > 0
    group by series, metric, days_ahead
),

missed as (
    select
        candidate.series,
        candidate.metric,
        candidate.days_ahead,
        candidate.method,
        means.backtests,
        greatest(
            -settings.error_limit,
            least(settings.error_limit, (candidate.foreseen - candidate.came) / nullif(means.mean_came, 0))
        ) as error
    from goals.candidate as candidate
    inner join means
        on means.series = candidate.series and means.metric = candidate.metric and means.days_ahead = candidate.days_ahead
    cross join raw.forecast as settings
    where candidate.backtest > 0 and means.mean_came > 0
),

losses as (
    select series, metric, days_ahead, method, backtests, avg(error * error) as loss
    from missed
    group by series, metric, days_ahead, method, backtests
),

peers as (
    select metric, days_ahead, method, avg(loss) as loss
    from losses
    group by metric, days_ahead, method
),

trust as (
    select
        losses.series,
        losses.metric,
        losses.days_ahead,
        losses.method,
        power(greatest(
            (losses.backtests * losses.loss + settings.peer_losses * peers.loss)
            / nullif(losses.backtests + settings.peer_losses, 0),
            0.000000000001
        ), -settings.error_power) as trust
    from losses
    inner join peers
        on peers.metric = losses.metric and peers.days_ahead = losses.days_ahead and peers.method = losses.method
    cross join raw.forecast as settings
),

flows as (
    select
        candidate.series,
        candidate.metric,
        candidate.days_ahead,
        candidate.backtest,
        max(candidate.came) as came,
        sum(candidate.foreseen * trust.trust) / nullif(sum(trust.trust), 0) as foreseen
    from goals.candidate as candidate
    inner join trust
        on trust.series = candidate.series
        and trust.metric = candidate.metric
        and trust.days_ahead = candidate.days_ahead
        and trust.method = candidate.method
    group by candidate.series, candidate.metric, candidate.days_ahead, candidate.backtest
),

ratios as (
    select
        above.series,
        metrics.metric,
        above.days_ahead,
        above.backtest,
        above.came / nullif(below.came, 0) as came,
        above.foreseen / nullif(below.foreseen, 0) as foreseen,
        below.foreseen as below
    from raw.metrics as metrics
    inner join flows as above on above.metric = metrics.numerator
    inner join flows as below
        on below.metric = metrics.denominator
        and below.series = above.series
        and below.days_ahead = above.days_ahead
        and below.backtest = above.backtest
    where metrics.kind = 'ratio'
),

everything as (
    select series, metric, days_ahead, backtest, came, foreseen, cast(1 as double) as below
    from flows
    union all
    select series, metric, days_ahead, backtest, came, foreseen, below
    from ratios
)

select
    series,                                             -- the history
    metric,                                             -- a flow, the growth of a stock, or a ratio of two flows
    days_ahead,                                         -- how many days are foreseen
    backtest,                                           -- 0 is today; 1, 2, 3, … further and further back
    cast(came as double) as came,                       -- what came; NULL for today
    cast(foreseen as double) as foreseen,               -- what the blend foresees
    cast(below as double) as below                      -- of a ratio: what is foreseen below the line; 1 for a flow
from everything
where foreseen > 0
