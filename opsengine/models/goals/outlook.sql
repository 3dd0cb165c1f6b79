-- What is foreseen: the methods blended by how wrong each was in the past, own mistakes and those of the peers together.
-- grain: series, metric, days_ahead, backtest
with means as (
    select history, days_ahead, avg(abs(came)) as mean_came
    from goals.candidate
    where backtest > 0
    group by history, days_ahead
),

losses as (
    select
        candidate.history,
        candidate.days_ahead,
        candidate.method,
        count(*) as backtests,
        avg(power(greatest(
            -settings.error_limit,
            least(settings.error_limit, (candidate.foreseen - candidate.came) / nullif(means.mean_came, 0))
        ), 2)) as loss
    from goals.candidate
    inner join means on means.history = candidate.history and means.days_ahead = candidate.days_ahead
    cross join raw.forecast as settings
    where candidate.backtest > 0 and means.mean_came > 0
    group by candidate.history, candidate.days_ahead, candidate.method
),

peers as (
    select peer.pool, peer.metric, losses.days_ahead, losses.method, avg(losses.loss) as loss
    from losses
    inner join goals.peer as peer on peer.history = losses.history
    group by peer.pool, peer.metric, losses.days_ahead, losses.method
),

trust as (
    select
        history.history,
        peers.days_ahead,
        peers.method,
        power(greatest(
            (coalesce(losses.backtests * losses.loss, 0) + settings.peer_losses * peers.loss)
            / nullif(coalesce(losses.backtests, 0) + settings.peer_losses, 0),
            0.000000000001
        ), -settings.error_power) as trust
    from goals.history as history
    inner join peers on peers.pool = history.pool and peers.metric = history.metric
    left join losses
        on losses.history = history.history and losses.days_ahead = peers.days_ahead and losses.method = peers.method
    cross join raw.forecast as settings
),

blended as (
    select
        candidate.history,
        candidate.days_ahead,
        candidate.backtest,
        max(candidate.came) as came,
        sum(candidate.foreseen * trust.trust) / nullif(sum(trust.trust), 0) as foreseen
    from goals.candidate
    inner join trust
        on trust.history = candidate.history
        and trust.days_ahead = candidate.days_ahead
        and trust.method = candidate.method
    group by candidate.history, candidate.days_ahead, candidate.backtest
),

sized as (
    select
        history.series,
        history.metric,
        history.pool,
        blended.days_ahead,
        blended.backtest,
        blended.came,
        blended.foreseen,
        case when history.has_weeks then blended.foreseen else coalesce(means.mean_came, abs(blended.foreseen)) end as size
    from blended
    inner join goals.history as history on history.history = blended.history
    left join means on means.history = blended.history and means.days_ahead = blended.days_ahead
),

ratios as (
    select
        above.series,
        metrics.metric,
        above.pool,
        above.days_ahead,
        above.backtest,
        above.came / nullif(below.came, 0) as came,
        above.foreseen / nullif(below.foreseen, 0) as foreseen,
        above.foreseen / nullif(below.foreseen, 0) as size
    from raw.metrics as metrics
    inner join sized as above on above.metric = metrics.numerator
    inner join sized as below
        on below.metric = metrics.denominator
        and below.series = above.series
        and below.days_ahead = above.days_ahead
        and below.backtest = above.backtest
    where metrics.kind = 'ratio'
),

everything as (
    select series, metric, pool, days_ahead, backtest, came, foreseen, size
    from sized
    union all
    select series, metric, pool, days_ahead, backtest, came, foreseen, size
    from ratios
)

select
    series,                                             -- account, team, brand or selector, and its name
    metric,                                             -- a flow, the growth of a stock, or a ratio of two flows
    pool,                                               -- its peers
    days_ahead,                                         -- how many days are foreseen
    backtest,                                           -- 0 is today, -1 as seen yesterday; 1, 2, 3, … further and further back
    cast(came as double) as came,                       -- what came; NULL for the cycles of today
    cast(foreseen as double) as foreseen,               -- what the blend foresees
    cast(size as double) as size                        -- what its error is a share of: the forecast, or how much usually moves
from everything
where size > 0
