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

lookups as (
    select series, metric, days_ahead, backtest, 'week_ago' as which, place - 7 as place from origins
    union all
    select series, metric, days_ahead, backtest, 'in_week' as which, place - 7 + rest_of_week as place from origins
    union all
    select series, metric, days_ahead, backtest, 'month_ago' as which, place - 28 as place from origins
    union all
    select series, metric, days_ahead, backtest, 'in_month' as which, place - 28 + rest_of_month as place from origins
    union all
    select series, metric, days_ahead, backtest, 'landed' as which, place + days_ahead as place from origins
),

looked_up as (
    select
        lookups.series,
        lookups.metric,
        lookups.days_ahead,
        lookups.backtest,
        max(case when lookups.which = 'week_ago' then state.usual_total end) as usual_week_ago,
        max(case when lookups.which = 'in_week' then state.usual_total end) as usual_in_week,
        max(case when lookups.which = 'month_ago' then state.total end) as total_month_ago,
        max(case when lookups.which = 'in_month' then state.total end) as total_in_month,
        max(case when lookups.which = 'landed' then state.total end) as total_landed
    from lookups
    inner join goals.series_state as state
        on state.series = lookups.series and state.metric = lookups.metric and state.place = lookups.place
    group by lookups.series, lookups.metric, lookups.days_ahead, lookups.backtest
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
        7 * origins.weeks + 7 * (looked_up.usual_in_week - looked_up.usual_week_ago)
        / nullif(origins.usual_total - looked_up.usual_week_ago, 0) as weight_ahead,
        origins.months * (origins.total - looked_up.total_month_ago)
        + looked_up.total_in_month - looked_up.total_month_ago as repeated,
        looked_up.total_landed - origins.total as came
    from origins
    inner join looked_up
        on looked_up.series = origins.series
        and looked_up.metric = origins.metric
        and looked_up.days_ahead = origins.days_ahead
        and looked_up.backtest = origins.backtest
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
