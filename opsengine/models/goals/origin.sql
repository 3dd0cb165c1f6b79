-- The days from which is foreseen, now and in the past.
-- grain: history, days_ahead, backtest
with tries as (
    select
        history.history,
        history.days,
        horizon.days_ahead,
        steps.step as backtest,
        horizon.days_ahead + 7 * (steps.step - 1) as days_ago,
        horizon.days_ahead as span
    from goals.history as history
    inner join goals.horizon as horizon on horizon.metric = history.metric
    cross join raw.forecast as settings
    inner join raw.forecast_steps as steps on steps.step between 1 and settings.most_backtests
    where history.days - horizon.days_ahead - 7 * (steps.step - 1) >= settings.least_days
    union all
    select
        history.history,
        history.days,
        horizon.days_ahead,
        -steps.step as backtest,
        steps.step as days_ago,
        horizon.days_ahead + steps.step as span
    from goals.history as history
    inner join goals.horizon as horizon on horizon.metric = history.metric
    cross join raw.forecast as settings
    inner join raw.forecast_steps as steps on steps.step between 0 and settings.memory_days
    where history.days - steps.step >= settings.young_days
),

placed as (
    select
        history, days_ahead, backtest, days_ago, span, days - days_ago as days_known,
        cast(floor(days_ago / 7.0) as integer) as week,
        days_ago - 7 * cast(floor(days_ago / 7.0) as integer) as place,
        span - 7 * cast(floor(span / 7.0) as integer) as rest_of_week
    from tries
)

select
    history,                                            -- whose
    days_ahead,                                         -- how many days are foreseen from today
    backtest,                                           -- 0 is today, -1 as seen yesterday; 1, 2, 3, … further and further back
    days_ago,                                           -- how many days ago it is foreseen
    span,                                               -- how many days ahead from then
    days_known,                                         -- how many days of the history were known then
    week,                                               -- the week of that day
    place,                                              -- its place in the week
    rest_of_week                                        -- how many days the days ahead go beyond whole weeks
from placed
