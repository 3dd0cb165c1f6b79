-- Four ways to foresee the sum of the days ahead, now and at days of the past where we know what came.
-- grain: series, metric, days_ahead, backtest, method
with ends as (
    select series, metric, max(place) as last_place
    from goals.series_state
    group by series, metric
),

origins as (
    select
        state.series,
        state.metric,
        state.place,
        state.total,
        state.usual_total,
        state.level_3,
        state.level_14,
        state.level_56,
        horizon.days_ahead,
        cast(floor(horizon.days_ahead / 7) as integer) as weeks,
        horizon.days_ahead - 7 * cast(floor(horizon.days_ahead / 7) as integer) as rest_of_week,
        cast(floor(horizon.days_ahead / 28) as integer) as months,
        horizon.days_ahead - 28 * cast(floor(horizon.days_ahead / 28) as integer) as rest_of_month,
        case
            when state.place = ends.last_place then 0
            else cast(floor((ends.last_place - horizon.days_ahead - state.place) / 7) as integer) + 1
        end as backtest
    from goals.series_state as state
    inner join ends on ends.series = state.series and ends.metric = state.metric
    inner join goals.horizon as horizon on horizon.metric = state.metric
    inner join raw.forecast as settings on state.place >= settings.least_days
    where state.place = ends.last_place
        or (
            ends.last_place - horizon.days_ahead - state.place
            = 7 * cast(floor((ends.last_place - horizon.days_ahead - state.place) / 7) as integer)
            and ends.last_place - horizon.days_ahead - state.place between 0 and 7 * (settings.most_backtests - 1)
        )
),

shaped as (
    select
        origins.series,
        origins.metric,
        origins.days_ahead,
        origins.backtest,
        origins.level_3,
        origins.level_14,
        origins.level_56,
        7 * origins.weeks + 7 * (in_week.usual_total - week_ago.usual_total)
        / nullif(origins.usual_total - week_ago.usual_total, 0) as weight_ahead,
        origins.months * (origins.total - month_ago.total) + in_month.total - month_ago.total as repeated,
        landed.total - origins.total as came
    from origins
    inner join goals.series_state as week_ago
        on week_ago.series = origins.series and week_ago.metric = origins.metric and week_ago.place = origins.place - 7
    inner join goals.series_state as in_week
        on in_week.series = origins.series
        and in_week.metric = origins.metric
        and in_week.place = origins.place - 7 + origins.rest_of_week
    inner join goals.series_state as month_ago
        on month_ago.series = origins.series and month_ago.metric = origins.metric and month_ago.place = origins.place - 28
    inner join goals.series_state as in_month
        on in_month.series = origins.series
        and in_month.metric = origins.metric
        and in_month.place = origins.place - 28 + origins.rest_of_month
    left join goals.series_state as landed
        on landed.series = origins.series
        and landed.metric = origins.metric
        and landed.place = origins.place + origins.days_ahead
),

methods as (
    select series, metric, days_ahead, backtest, came, 'level_3' as method, level_3 * weight_ahead as foreseen from shaped
    union all
    select series, metric, days_ahead, backtest, came, 'level_14' as method, level_14 * weight_ahead as foreseen from shaped
    union all
    select series, metric, days_ahead, backtest, came, 'level_56' as method, level_56 * weight_ahead as foreseen from shaped
    union all
    select series, metric, days_ahead, backtest, came, 'repeat_28' as method, repeated as foreseen from shaped
)

select
    series,                                             -- the history
    metric,                                             -- a flow, or the growth of a stock
    days_ahead,                                         -- how many days are foreseen
    backtest,                                           -- 0 is today; 1, 2, 3, … further and further back
    method,                                             -- by the level with a short, middle or long memory, or the last 28 days again
    came,                                               -- what came in those days; NULL for today
    foreseen                                            -- what the method foresees
from methods
