-- What is foreseen: the methods blended by how wrong each was in the past, own mistakes and those of the peers together.
-- grain: history, metric, days_ahead, backtest
with means as (
    select history, days_ahead, avg(abs(came)) as mean_came
    from goals.candidate
    where backtest > 0
    group by history, days_ahead
),

errors as (
    select
        candidate.history,
        candidate.days_ahead,
        case when candidate.short is not null then greatest(-settings.error_limit, least(
            settings.error_limit, (candidate.short - candidate.came) / nullif(means.mean_came, 0)
        )) end as short,
        case when candidate.middle is not null then greatest(-settings.error_limit, least(
            settings.error_limit, (candidate.middle - candidate.came) / nullif(means.mean_came, 0)
        )) end as middle,
        case when candidate.long is not null then greatest(-settings.error_limit, least(
            settings.error_limit, (candidate.long - candidate.came) / nullif(means.mean_came, 0)
        )) end as long,
        case when candidate.last_week is not null then greatest(-settings.error_limit, least(
            settings.error_limit, (candidate.last_week - candidate.came) / nullif(means.mean_came, 0)
        )) end as last_week,
        case when candidate.repeated is not null then greatest(-settings.error_limit, least(
            settings.error_limit, (candidate.repeated - candidate.came) / nullif(means.mean_came, 0)
        )) end as repeated,
        case when candidate.drift is not null then greatest(-settings.error_limit, least(
            settings.error_limit, (candidate.drift - candidate.came) / nullif(means.mean_came, 0)
        )) end as drift,
        case when candidate.trend is not null then greatest(-settings.error_limit, least(
            settings.error_limit, (candidate.trend - candidate.came) / nullif(means.mean_came, 0)
        )) end as trend,
        case when candidate.last_year is not null then greatest(-settings.error_limit, least(
            settings.error_limit, (candidate.last_year - candidate.came) / nullif(means.mean_came, 0)
        )) end as last_year
    from goals.candidate as candidate
    inner join means on means.history = candidate.history and means.days_ahead = candidate.days_ahead
    cross join raw.forecast as settings
    where candidate.backtest > 0 and means.mean_came > 0
),

losses as (
    select
        history,
        days_ahead,
        count(short) as tries_short,
        count(middle) as tries_middle,
        count(long) as tries_long,
        count(last_week) as tries_last_week,
        count(repeated) as tries_repeated,
        count(drift) as tries_drift,
        count(trend) as tries_trend,
        count(last_year) as tries_last_year,
        sum(short * short) as squares_short,
        sum(middle * middle) as squares_middle,
        sum(long * long) as squares_long,
        sum(last_week * last_week) as squares_last_week,
        sum(repeated * repeated) as squares_repeated,
        sum(drift * drift) as squares_drift,
        sum(trend * trend) as squares_trend,
        sum(last_year * last_year) as squares_last_year
    from errors
    group by history, days_ahead
),

measured as (
    select
        history,
        days_ahead,
        tries_short, tries_middle, tries_long, tries_last_week, tries_repeated, tries_drift, tries_trend, tries_last_year,
        squares_short, squares_middle, squares_long, squares_last_week, squares_repeated,
        squares_drift, squares_trend, squares_last_year,
        power(
            (squares_short + squares_middle + squares_long)
            / nullif(cast(tries_short + tries_middle + tries_long as double), 0),
            settings.own_measure
        ) as usual
    from losses
    cross join raw.forecast as settings
),

relative as (
    select
        history,
        days_ahead,
        tries_short, tries_middle, tries_long, tries_last_week, tries_repeated, tries_drift, tries_trend, tries_last_year,
        squares_short / nullif(usual, 0) as squares_short,
        squares_middle / nullif(usual, 0) as squares_middle,
        squares_long / nullif(usual, 0) as squares_long,
        squares_last_week / nullif(usual, 0) as squares_last_week,
        squares_repeated / nullif(usual, 0) as squares_repeated,
        squares_drift / nullif(usual, 0) as squares_drift,
        squares_trend / nullif(usual, 0) as squares_trend,
        squares_last_year / nullif(usual, 0) as squares_last_year
    from measured
),

peers as (
    select
        peer.pool,
        peer.metric,
        relative.days_ahead,
        avg(relative.squares_short / nullif(relative.tries_short, 0)) as short,
        avg(relative.squares_middle / nullif(relative.tries_middle, 0)) as middle,
        avg(relative.squares_long / nullif(relative.tries_long, 0)) as long,
        avg(relative.squares_last_week / nullif(relative.tries_last_week, 0)) as last_week,
        avg(relative.squares_repeated / nullif(relative.tries_repeated, 0)) as repeated,
        avg(relative.squares_drift / nullif(relative.tries_drift, 0)) as drift,
        avg(relative.squares_trend / nullif(relative.tries_trend, 0)) as trend,
        avg(relative.squares_last_year / nullif(relative.tries_last_year, 0)) as last_year
    from relative
    inner join goals.peer as peer on peer.history = relative.history
    group by peer.pool, peer.metric, relative.days_ahead
),

trust as (
    select
        history.history,
        peers.days_ahead,
        case when peers.short is not null then power(greatest(
            (coalesce(relative.squares_short, 0) + settings.peer_losses * peers.short)
            / nullif(coalesce(relative.tries_short, 0) + settings.peer_losses, 0), 0.000000000001
        ), -settings.error_power) end as short,
        case when peers.middle is not null then power(greatest(
            (coalesce(relative.squares_middle, 0) + settings.peer_losses * peers.middle)
            / nullif(coalesce(relative.tries_middle, 0) + settings.peer_losses, 0), 0.000000000001
        ), -settings.error_power) end as middle,
        case when peers.long is not null then power(greatest(
            (coalesce(relative.squares_long, 0) + settings.peer_losses * peers.long)
            / nullif(coalesce(relative.tries_long, 0) + settings.peer_losses, 0), 0.000000000001
        ), -settings.error_power) end as long,
        case when peers.last_week is not null then power(greatest(
            (coalesce(relative.squares_last_week, 0) + settings.peer_losses * peers.last_week)
            / nullif(coalesce(relative.tries_last_week, 0) + settings.peer_losses, 0), 0.000000000001
        ), -settings.error_power) end as last_week,
        case when peers.repeated is not null then power(greatest(
            (coalesce(relative.squares_repeated, 0) + settings.peer_losses * peers.repeated)
            / nullif(coalesce(relative.tries_repeated, 0) + settings.peer_losses, 0), 0.000000000001
        ), -settings.error_power) end as repeated,
        case when peers.drift is not null then power(greatest(
            (coalesce(relative.squares_drift, 0) + settings.peer_losses * peers.drift)
            / nullif(coalesce(relative.tries_drift, 0) + settings.peer_losses, 0), 0.000000000001
        ), -settings.error_power) end as drift,
        case when peers.trend is not null then power(greatest(
            (coalesce(relative.squares_trend, 0) + settings.peer_losses * peers.trend)
            / nullif(coalesce(relative.tries_trend, 0) + settings.peer_losses, 0), 0.000000000001
        ), -settings.error_power) end as trend,
        case when peers.last_year is not null then power(greatest(
            (coalesce(relative.squares_last_year, 0) + settings.peer_losses * peers.last_year)
            / nullif(coalesce(relative.tries_last_year, 0) + settings.peer_losses, 0), 0.000000000001
        ), -settings.error_power) end as last_year
    from goals.history as history
    inner join peers on peers.pool = history.pool and peers.metric = history.metric
    left join relative on relative.history = history.history and relative.days_ahead = peers.days_ahead
    cross join raw.forecast as settings
),

blended as (
    select
        candidate.history,
        candidate.days_ahead,
        candidate.backtest,
        candidate.came,
        (coalesce(candidate.short * trust.short, 0)
            + coalesce(candidate.middle * trust.middle, 0)
            + coalesce(candidate.long * trust.long, 0)
            + coalesce(candidate.last_week * trust.last_week, 0)
            + coalesce(candidate.repeated * trust.repeated, 0)
            + coalesce(candidate.drift * trust.drift, 0)
            + coalesce(candidate.trend * trust.trend, 0)
            + coalesce(candidate.last_year * trust.last_year, 0))
        / nullif(case when candidate.short is null then 0 else coalesce(trust.short, 0) end
            + case when candidate.middle is null then 0 else coalesce(trust.middle, 0) end
            + case when candidate.long is null then 0 else coalesce(trust.long, 0) end
            + case when candidate.last_week is null then 0 else coalesce(trust.last_week, 0) end
            + case when candidate.repeated is null then 0 else coalesce(trust.repeated, 0) end
            + case when candidate.drift is null then 0 else coalesce(trust.drift, 0) end
            + case when candidate.trend is null then 0 else coalesce(trust.trend, 0) end
            + case when candidate.last_year is null then 0 else coalesce(trust.last_year, 0) end, 0) as foreseen
    from goals.candidate as candidate
    inner join trust on trust.history = candidate.history and trust.days_ahead = candidate.days_ahead
),

sized as (
    select
        blended.history,
        history.metric,
        history.pool,
        blended.days_ahead,
        blended.backtest,
        blended.came,
        blended.foreseen,
        coalesce(lift.lift, 1) as lift,
        case when history.has_weeks then blended.foreseen else coalesce(means.mean_came, abs(blended.foreseen)) end as size
    from blended
    inner join goals.history as history on history.history = blended.history
    left join means on means.history = blended.history and means.days_ahead = blended.days_ahead
    left join goals.lift as lift
        on lift.history = blended.history and lift.days_ahead = blended.days_ahead and lift.backtest = blended.backtest
),

ratios as (
    select
        above.history,
        metrics.metric,
        above.pool,
        above.days_ahead,
        above.backtest,
        above.came / nullif(below.came, 0) as came,
        above.foreseen * above.lift / nullif(below.foreseen * below.lift, 0) as foreseen
    from raw.metrics as metrics
    inner join goals.history as over_line on over_line.metric = metrics.numerator
    inner join goals.history as under_line on under_line.metric = metrics.denominator and under_line.series = over_line.series
    inner join sized as above on above.history = over_line.history
    inner join sized as below
        on below.history = under_line.history
        and below.days_ahead = above.days_ahead
        and below.backtest = above.backtest
    where metrics.kind = 'ratio'
),

everything as (
    select history, metric, pool, days_ahead, backtest, came, foreseen * lift as foreseen, size * lift as size
    from sized
    union all
    select history, metric, pool, days_ahead, backtest, came, foreseen, foreseen as size
    from ratios
)

select
    history,                                            -- whose; of a ratio, that of what is above the line
    metric,                                             -- a flow, the growth of a stock or score, or a ratio of two flows
    pool,                                               -- its peers
    days_ahead,                                         -- how many days are foreseen
    backtest,                                           -- 0 is today, -1 as seen yesterday; 1, 2, 3, … further and further back
    cast(came as double) as came,                       -- what came; NULL for the cycles of today
    cast(foreseen as double) as foreseen,               -- what the blend foresees
    cast(size as double) as size                        -- what its error is a share of: the forecast, or how much usually moves
from everything
where size > 0 and foreseen is not null
