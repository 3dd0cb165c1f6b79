-- Seven ways to foresee the sum of the days ahead, now and at days of the past where we know what came.
-- grain: history, days_ahead, backtest
with wanted as (
    select
        origin.history, origin.days_ahead, origin.backtest, origin.span, origin.week, origin.place, origin.days_known, origin.total,
        origin.usual_total, origin.total_week_ago, origin.usual_week_ago, origin.total_in_week, origin.usual_in_week,
        origin.level_short, origin.level_middle, origin.level_long,
        history.kind,
        history.has_weeks,
        settings.uses_last_week, settings.uses_repeat, settings.uses_trend, settings.uses_last_year, settings.damping,
        cast(floor(origin.span / 7.0) as integer) as weeks,
        cast(floor(origin.span / 28.0) as integer) as months,
        case when origin.backtest > 0 then origin.backtest - 1 end as landed_week,
        origin.week + 4 as month_week,
        origin.week + 8 as two_months_week,
        case when settings.uses_repeat = 1 and origin.days_known > 28
            then origin.days_ago + 28 - origin.span + 28 * cast(floor(origin.span / 28.0) as integer)
        end as in_month,
        case when settings.uses_last_year = 1 and origin.days_known > 392 and origin.span <= 364
            then origin.week + 52
        end as year_week,
        case when settings.uses_last_year = 1 and origin.days_known > 392 and origin.span <= 364
            then origin.days_ago + 364 - origin.span
        end as in_year
    from goals.origin as origin
    inner join goals.history as history on history.history = origin.history
    cross join raw.forecast as settings
),

timed as (
    select
        wanted.history, wanted.days_ahead, wanted.backtest, wanted.span, wanted.days_known, wanted.total, wanted.kind, wanted.has_weeks,
        wanted.uses_last_week, wanted.uses_trend, wanted.damping, wanted.place, wanted.usual_total, wanted.total_week_ago,
        wanted.usual_week_ago, wanted.total_in_week, wanted.usual_in_week, wanted.level_short, wanted.level_middle,
        wanted.level_long, wanted.weeks, wanted.months, wanted.landed_week, wanted.month_week, wanted.two_months_week,
        wanted.year_week, wanted.year_week + 4 as before_year_week,
        cast(floor(wanted.in_month / 7.0) as integer) as in_month_week,
        wanted.in_month - 7 * cast(floor(wanted.in_month / 7.0) as integer) as in_month_place,
        cast(floor(wanted.in_year / 7.0) as integer) as in_year_week,
        wanted.in_year - 7 * cast(floor(wanted.in_year / 7.0) as integer) as in_year_place
    from wanted
),

looked_up as (
    select
        timed.history, timed.days_ahead, timed.backtest, timed.span, timed.days_known, timed.total, timed.kind, timed.has_weeks,
        timed.uses_last_week, timed.uses_trend, timed.damping,
        timed.level_short, timed.level_middle, timed.level_long, timed.weeks, timed.months, timed.total_week_ago,
        timed.total_in_week - timed.total_week_ago as rest_of_last_week,
        7 * timed.weeks + 7 * (timed.usual_in_week - timed.usual_week_ago)
        / nullif(timed.usual_total - timed.usual_week_ago, 0) as weight_ahead,
        landed.total_0 - timed.total as came,
        case when timed.days_known > 28 then
            case timed.place when 0 then month_ago.total_0 when 1 then month_ago.total_1 when 2 then month_ago.total_2 when 3 then month_ago.total_3 when 4 then month_ago.total_4 when 5 then month_ago.total_5 when 6 then month_ago.total_6 end
        end as month_ago,
        case when timed.days_known > 56 then
            case timed.place when 0 then two_months_ago.total_0 when 1 then two_months_ago.total_1 when 2 then two_months_ago.total_2 when 3 then two_months_ago.total_3 when 4 then two_months_ago.total_4 when 5 then two_months_ago.total_5 when 6 then two_months_ago.total_6 end
        end as two_months_ago,
        case timed.in_month_place when 0 then in_month.total_0 when 1 then in_month.total_1 when 2 then in_month.total_2 when 3 then in_month.total_3 when 4 then in_month.total_4 when 5 then in_month.total_5 when 6 then in_month.total_6 end as in_month,
        case timed.place when 0 then year_ago.total_0 when 1 then year_ago.total_1 when 2 then year_ago.total_2 when 3 then year_ago.total_3 when 4 then year_ago.total_4 when 5 then year_ago.total_5 when 6 then year_ago.total_6 end as year_ago,
        case timed.place when 0 then before_year.total_0 when 1 then before_year.total_1 when 2 then before_year.total_2 when 3 then before_year.total_3 when 4 then before_year.total_4 when 5 then before_year.total_5 when 6 then before_year.total_6 end as before_year,
        case timed.in_year_place when 0 then in_year.total_0 when 1 then in_year.total_1 when 2 then in_year.total_2 when 3 then in_year.total_3 when 4 then in_year.total_4 when 5 then in_year.total_5 when 6 then in_year.total_6 end as in_year
    from timed
    left join goals.week as landed on landed.history = timed.history and landed.week = timed.landed_week
    left join goals.week as month_ago on month_ago.history = timed.history and month_ago.week = timed.month_week
    left join goals.week as two_months_ago on two_months_ago.history = timed.history and two_months_ago.week = timed.two_months_week
    left join goals.week as in_month on in_month.history = timed.history and in_month.week = timed.in_month_week
    left join goals.week as year_ago on year_ago.history = timed.history and year_ago.week = timed.year_week
    left join goals.week as before_year on before_year.history = timed.history and before_year.week = timed.before_year_week
    left join goals.week as in_year on in_year.history = timed.history and in_year.week = timed.in_year_week
),

trends as (
    select
        history, days_ahead, backtest, span, days_known, total, kind, has_weeks, uses_last_week, uses_trend, damping,
        level_short, level_middle, level_long, weeks, months, total_week_ago, rest_of_last_week, weight_ahead, came,
        month_ago, in_month, year_ago, before_year, in_year,
        (total - month_ago) / 28 as lately,
        (total - 2 * month_ago + two_months_ago) / 28 as change,
        7 * total / nullif(days_known, 0) as usual_week
    from looked_up
)

select
    history,                                            -- whose
    days_ahead,                                         -- how many days are foreseen
    backtest,                                           -- 0 is today, -1 as seen yesterday; 1, 2, 3, … further and further back
    came,                                               -- what came in those days; NULL for the cycles of today
    level_short * weight_ahead as short,                -- foreseen by the level with a short memory
    level_middle * weight_ahead as middle,              -- by the level with a middle memory
    level_long * weight_ahead as long,                  -- by the level with a long memory
    case when uses_last_week = 1 then weeks * (total - total_week_ago) + rest_of_last_week end as last_week, -- as last week again and again
    months * (total - month_ago) + in_month - month_ago as repeated, -- the last 28 days again
    case
        when uses_trend = 0 or lately is null then null
        when has_weeks then greatest(lately + coalesce(change, 0) * damping * (14 + span * 0.5) / 28, 0) * weight_ahead
        else (lately + coalesce(change, 0) * damping * (14 + span * 0.5) / 28) * weight_ahead
    end as trend,                                       -- as the last 28 days changed against those before, dampened
    case
        when kind <> 'flow' then 0
        else (in_year - year_ago) * (total - month_ago + usual_week) / nullif(year_ago - before_year + usual_week, 0)
    end as last_year                                    -- as last year's same days, by how the last 28 days compare; a level stays where it is
from trends
