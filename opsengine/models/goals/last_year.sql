-- What had come a year before each day from which is foreseen, where a history is that old.
-- grain: history, days_ahead, backtest
with coming_back as (
    select origin.history, origin.days_ahead, origin.backtest, origin.place, origin.week + 52 as year_week,
        origin.week + 56 as before_year_week, origin.days_ago + 364 - origin.span as days_ago
    from goals.origin as origin
    cross join raw.forecast as settings
    where settings.uses_last_year = 1 and origin.days_known > 392 and origin.span <= 364
)

select
    coming_back.history,                                -- whose
    coming_back.days_ahead,                             -- how many days are foreseen from today
    coming_back.backtest,                               -- 0 is today, -1 as seen yesterday; 1, 2, 3, … further and further back
    case coming_back.place when 0 then year_ago.total_0 when 1 then year_ago.total_1 when 2 then year_ago.total_2 when 3 then year_ago.total_3 when 4 then year_ago.total_4 when 5 then year_ago.total_5 when 6 then year_ago.total_6 end
        as year_ago,                                    -- everything up to the same weekday a year before
    case coming_back.place when 0 then before_year.total_0 when 1 then before_year.total_1 when 2 then before_year.total_2 when 3 then before_year.total_3 when 4 then before_year.total_4 when 5 then before_year.total_5 when 6 then before_year.total_6 end
        as before_year,                                 -- everything up to 28 days before that
    case coming_back.days_ago - 7 * in_year.week when 0 then in_year.total_0 when 1 then in_year.total_1 when 2 then in_year.total_2 when 3 then in_year.total_3 when 4 then in_year.total_4 when 5 then in_year.total_5 when 6 then in_year.total_6 end
        as in_year                                      -- everything up to the last day of the same stretch a year before
from coming_back
inner join goals.week as year_ago on year_ago.history = coming_back.history and year_ago.week = coming_back.year_week
inner join goals.week as before_year on before_year.history = coming_back.history and before_year.week = coming_back.before_year_week
inner join goals.week as in_year
    on in_year.history = coming_back.history and in_year.week = cast(floor(coming_back.days_ago / 7.0) as integer)
