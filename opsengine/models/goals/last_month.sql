-- What the last 28 days brought up to where they are repeated in part, where a forecast may repeat them.
-- grain: history, days_ahead, backtest
with repeating as (
    select origin.history, origin.days_ahead, origin.backtest,
        origin.days_ago + 28 - origin.span + 28 * cast(floor(origin.span / 28.0) as integer) as days_ago
    from goals.origin as origin
    cross join raw.forecast as settings
    where settings.uses_repeat = 1 and origin.days_known > 28
)

select
    repeating.history,                                  -- whose
    repeating.days_ahead,                               -- how many days are foreseen from today
    repeating.backtest,                                 -- 0 is today, -1 as seen yesterday; 1, 2, 3, … further and further back
    case repeating.days_ago - 7 * week.week when 0 then week.total_0 when 1 then week.total_1 when 2 then week.total_2 when 3 then week.total_3 when 4 then week.total_4 when 5 then week.total_5 when 6 then week.total_6 end
        as in_month                                     -- everything up to the day at which repeating them stops half-way
from repeating
inner join goals.week as week
    on week.history = repeating.history and week.week = cast(floor(repeating.days_ago / 7.0) as integer)
