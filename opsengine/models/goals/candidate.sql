-- Five ways to foresee the sum of the days ahead, now and at days of the past where we know what came.
-- grain: history, days_ahead, backtest, method
with tries as (
    select
        history.history,
        history.days as last_place,
        horizon.days_ahead,
        steps.step as backtest,
        history.days - horizon.days_ahead - 7 * (steps.step - 1) as place,
        horizon.days_ahead as span
    from goals.history as history
    inner join goals.horizon as horizon on horizon.metric = history.metric
    cross join raw.forecast as settings
    inner join raw.forecast_steps as steps on steps.step between 1 and settings.most_backtests
    where history.days - horizon.days_ahead - 7 * (steps.step - 1) >= settings.least_days
    union all
    select
        history.history,
        history.days as last_place,
        horizon.days_ahead,
        -steps.step as backtest,
        history.days - steps.step as place,
        horizon.days_ahead + steps.step as span
    from goals.history as history
    inner join goals.horizon as horizon on horizon.metric = history.metric
    cross join raw.forecast as settings
    inner join raw.forecast_steps as steps on steps.step between 0 and settings.memory_days
    where history.days - steps.step >= settings.young_days
),

origins as (
    select
        tries.history,
        tries.days_ahead,
        tries.backtest,
        tries.place,
        tries.last_place,
        tries.span,
        state.total,
        state.usual_total,
        state.level_3,
        state.level_14,
        state.level_56,
        cast(floor(tries.span / 7) as integer) as weeks,
        tries.span - 7 * cast(floor(tries.span / 7) as integer) as rest_of_week,
        cast(floor(tries.span / 28) as integer) as months,
        tries.span - 28 * cast(floor(tries.span / 28) as integer) as rest_of_month
    from tries
    inner join goals.series_state as state on state.history = tries.history and state.place = tries.place
),

lookups as (
    select history, days_ahead, backtest, 'week_ago' as which, place - 7 as place from origins
    union all
    select history, days_ahead, backtest, 'in_week' as which, place - 7 + rest_of_week as place from origins
    union all
    select history, days_ahead, backtest, 'month_ago' as which, place - 28 as place from origins where place > 28
    union all
    select history, days_ahead, backtest, 'in_month' as which, place - 28 + rest_of_month as place from origins where place > 28
    union all
    select history, days_ahead, backtest, 'year_ago' as which, place - 364 as place from origins where place > 392
    union all
    select history, days_ahead, backtest, 'in_year' as which, place - 364 + span as place
    from origins
    where place > 392 and span <= 364
    union all
    select history, days_ahead, backtest, 'before_year' as which, place - 392 as place from origins where place > 392
    union all
    select history, days_ahead, backtest, 'landed' as which, place + span as place from origins where backtest > 0
),

looked_up as (
    select
        lookups.history,
        lookups.days_ahead,
        lookups.backtest,
        max(case when lookups.which = 'week_ago' then state.usual_total end) as usual_week_ago,
        max(case when lookups.which = 'in_week' then state.usual_total end) as usual_in_week,
        max(case when lookups.which = 'month_ago' then state.total end) as month_ago,
        max(case when lookups.which = 'in_month' then state.total end) as in_month,
        max(case when lookups.which = 'year_ago' then state.total end) as year_ago,
        max(case when lookups.which = 'in_year' then state.total end) as in_year,
        max(case when lookups.which = 'before_year' then state.total end) as before_year,
        max(case when lookups.which = 'landed' then state.total end) as landed
    from lookups
    inner join goals.series_state as state on state.history = lookups.history and state.place = lookups.place
    group by lookups.history, lookups.days_ahead, lookups.backtest
),

shaped as (
    select
        origins.history,
        origins.days_ahead,
        origins.backtest,
        origins.level_3,
        origins.level_14,
        origins.level_56,
        7 * origins.weeks + 7 * (looked_up.usual_in_week - looked_up.usual_week_ago)
        / nullif(origins.usual_total - looked_up.usual_week_ago, 0) as weight_ahead,
        origins.months * (origins.total - looked_up.month_ago) + looked_up.in_month - looked_up.month_ago as repeated,
        (looked_up.in_year - looked_up.year_ago)
        * (origins.total - looked_up.month_ago + 7 * cast(origins.total as double) / nullif(origins.place, 0))
        / nullif(looked_up.year_ago - looked_up.before_year + 7 * cast(origins.total as double) / nullif(origins.place, 0), 0)
            as as_last_year,
        looked_up.landed - origins.total as came
    from origins
    inner join looked_up
        on looked_up.history = origins.history
        and looked_up.days_ahead = origins.days_ahead
        and looked_up.backtest = origins.backtest
),

methods as (
    select history, days_ahead, backtest, came, 'level_3' as method, level_3 * weight_ahead as foreseen from shaped
    union all
    select history, days_ahead, backtest, came, 'level_14' as method, level_14 * weight_ahead as foreseen from shaped
    union all
    select history, days_ahead, backtest, came, 'level_56' as method, level_56 * weight_ahead as foreseen from shaped
    union all
    select history, days_ahead, backtest, came, 'repeat_28' as method, repeated as foreseen from shaped
    union all
    select history, days_ahead, backtest, came, 'last_year' as method, as_last_year as foreseen from shaped
)

select
    history,                                            -- whose
    days_ahead,                                         -- how many days are foreseen
    backtest,                                           -- 0 is today, -1 as seen yesterday; 1, 2, 3, … further and further back
    method,                                             -- by the level with a short, middle or long memory, the last 28 days again, last year
    came,                                               -- what came in those days; NULL for the cycles of today
    foreseen                                            -- what the method foresees
from methods
where foreseen is not null
