-- Eight ways to foresee the sum of the days ahead, now and at days of the past where we know what came.
-- grain: history, days_ahead, backtest
with wanted as (
    select
        level.history, level.days_ahead, level.backtest, level.span, level.week, level.place, level.days_known, level.total,
        level.usual_total, level.total_week_ago, level.usual_week_ago, level.total_in_week, level.usual_in_week,
        level.level_short, level.level_middle, level.level_long,
        history.kind,
        history.has_weeks,
        settings.uses_last_week, settings.uses_trend, settings.uses_drift, settings.damping, settings.lasting,
        settings.fade_short / nullif(1 - settings.fade_short, 0) as short_age,
        settings.fade_middle / nullif(1 - settings.fade_middle, 0) as middle_age,
        cast(floor(level.span / 7.0) as integer) as weeks,
        cast(floor(level.span / 28.0) as integer) as months,
        case when level.backtest > 0 then level.backtest - 1 end as landed_week,
        level.week + 4 as month_week,
        level.week + 8 as two_months_week
    from goals.level as level
    inner join goals.history as history on history.history = level.history
    cross join raw.forecast as settings
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
    left join goals.last_month as months
        on months.history = wanted.history and months.days_ahead = wanted.days_ahead and months.backtest = wanted.backtest
    left join goals.last_year as years on years.history = wanted.history and years.days_ahead = wanted.days_ahead and years.backtest = wanted.backtest
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
