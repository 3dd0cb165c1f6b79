-- Eight ways to foresee the sum of the days ahead, now and at days of the past where we know what came.
-- grain: history, days_ahead, backtest
with wanted as (
    select
        origin.history, origin.days_ahead, origin.backtest, origin.span, origin.week, origin.place, origin.days_known, origin.total,
        origin.usual_total, origin.total_week_ago, origin.usual_week_ago, origin.total_in_week, origin.usual_in_week,
        origin.level_short, origin.level_middle, origin.level_long,
        history.kind,
        history.has_weeks,
        settings.uses_last_week, settings.uses_trend, settings.uses_drift, settings.damping, settings.lasting,
        settings.fade_short / nullif(1 - settings.fade_short, 0) as short_age,
        settings.fade_middle / nullif(1 - settings.fade_middle, 0) as middle_age,
        cast(floor(origin.span / 7.0) as integer) as weeks,
        cast(floor(origin.span / 28.0) as integer) as months,
        case when origin.backtest > 0 then origin.backtest - 1 end as landed_week,
        origin.week + 4 as month_week,
        origin.week + 8 as two_months_week
    from goals.origin as origin
    inner join goals.history as history on history.history = origin.history
    cross join raw.forecast as settings
),

repeating as (
    select origin.history, origin.days_ahead, origin.backtest,
        origin.days_ago + 28 - origin.span + 28 * cast(floor(origin.span / 28.0) as integer) as days_ago
    from goals.origin as origin
    cross join raw.forecast as settings
    where settings.uses_repeat = 1 and origin.days_known > 28
),

months as (
    select repeating.history, repeating.days_ahead, repeating.backtest,
        case repeating.days_ago - 7 * week.week when 0 then week.total_0 when 1 then week.total_1 when 2 then week.total_2 when 3 then week.total_3 when 4 then week.total_4 when 5 then week.total_5 when 6 then week.total_6 end as in_month
    from repeating
    inner join goals.week as week
        on week.history = repeating.history and week.week = cast(floor(repeating.days_ago / 7.0) as integer)
),

coming_back as (
    select origin.history, origin.days_ahead, origin.backtest, origin.place, origin.week + 52 as year_week,
        origin.week + 56 as before_year_week, origin.days_ago + 364 - origin.span as days_ago
    from goals.origin as origin
    cross join raw.forecast as settings
    where settings.uses_last_year = 1 and origin.days_known > 392 and origin.span <= 364
),

years as (
    select coming_back.history, coming_back.days_ahead, coming_back.backtest,
        case coming_back.place when 0 then year_ago.total_0 when 1 then year_ago.total_1 when 2 then year_ago.total_2 when 3 then year_ago.total_3 when 4 then year_ago.total_4 when 5 then year_ago.total_5 when 6 then year_ago.total_6 end as year_ago,
        case coming_back.place when 0 then before_year.total_0 when 1 then before_year.total_1 when 2 then before_year.total_2 when 3 then before_year.total_3 when 4 then before_year.total_4 when 5 then before_year.total_5 when 6 then before_year.total_6 end as before_year,
        case coming_back.days_ago - 7 * in_year.week when 0 then in_year.total_0 when 1 then in_year.total_1 when 2 then in_year.total_2 when 3 then in_year.total_3 when 4 then in_year.total_4 when 5 then in_year.total_5 when 6 then in_year.total_6 end as in_year
    from coming_back
    inner join goals.week as year_ago on year_ago.history = coming_back.history and year_ago.week = coming_back.year_week
    inner join goals.week as before_year on before_year.history = coming_back.history and before_year.week = coming_back.before_year_week
    inner join goals.week as in_year
        on in_year.history = coming_back.history and in_year.week = cast(floor(coming_back.days_ago / 7.0) as integer)
),

looked_up as (
    select
        wanted.history, wanted.days_ahead, wanted.backtest, wanted.span, wanted.days_known, wanted.total, wanted.kind, wanted.has_weeks,
        wanted.uses_last_week, wanted.uses_trend, wanted.uses_drift, wanted.damping,
        (wanted.level_short - wanted.level_middle) / nullif(wanted.middle_age - wanted.short_age, 0) as slope,
        wanted.short_age + wanted.lasting / nullif(1 - wanted.lasting, 0)
        * (1 - wanted.lasting * (1 - power(wanted.lasting, wanted.span)) / nullif(wanted.span * (1 - wanted.lasting), 0)) as reach,
        wanted.level_short, wanted.level_middle, wanted.level_long, wanted.weeks, wanted.months, wanted.total_week_ago,
        wanted.total_in_week - wanted.total_week_ago as rest_of_last_week,
        7 * wanted.weeks + 7 * (wanted.usual_in_week - wanted.usual_week_ago)
        / nullif(wanted.usual_total - wanted.usual_week_ago, 0) as weight_ahead,
        landed.total_0 - wanted.total as came,
        case when wanted.days_known > 28 then
            case wanted.place when 0 then month_ago.total_0 when 1 then month_ago.total_1 when 2 then month_ago.total_2 when 3 then month_ago.total_3 when 4 then month_ago.total_4 when 5 then month_ago.total_5 when 6 then month_ago.total_6 end
        end as month_ago,
        case when wanted.days_known > 56 then
            case wanted.place when 0 then two_months_ago.total_0 when 1 then two_months_ago.total_1 when 2 then two_months_ago.total_2 when 3 then two_months_ago.total_3 when 4 then two_months_ago.total_4 when 5 then two_months_ago.total_5 when 6 then two_months_ago.total_6 end
        end as two_months_ago,
        months.in_month,
        years.year_ago,
        years.before_year,
        years.in_year
    from wanted
    left join goals.week as landed on landed.history = wanted.history and landed.week = wanted.landed_week
    left join goals.week as month_ago on month_ago.history = wanted.history and month_ago.week = wanted.month_week
    left join goals.week as two_months_ago on two_months_ago.history = wanted.history and two_months_ago.week = wanted.two_months_week
    left join months
        on months.history = wanted.history and months.days_ahead = wanted.days_ahead and months.backtest = wanted.backtest
    left join years on years.history = wanted.history and years.days_ahead = wanted.days_ahead and years.backtest = wanted.backtest
),

trends as (
    select
        history, days_ahead, backtest, span, days_known, total, kind, has_weeks, uses_last_week, uses_trend, uses_drift, damping,
        slope, reach, level_short, level_middle, level_long, weeks, months, total_week_ago, rest_of_last_week, weight_ahead, came,
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
        when uses_drift = 0 then null
        when has_weeks then greatest(level_short + slope * reach, 0) * weight_ahead
        else (level_short + slope * reach) * weight_ahead
    end as drift,                                       -- as the level has moved of late, dampened from day to day
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
