-- What was known at each day from which is foreseen, now and in the past: all so far, the week's shape, and the level by three memories.
-- grain: history, days_ahead, backtest
-- kept: as a view
with kept as (
    select
        origin.history, origin.days_ahead, origin.backtest, origin.days_ago, origin.span, origin.days_known, origin.week, origin.place,
        origin.rest_of_week,
        case origin.place when 0 then week.total_0 when 1 then week.total_1 when 2 then week.total_2 when 3 then week.total_3 when 4 then week.total_4 when 5 then week.total_5 when 6 then week.total_6 end as total,
        case origin.place when 0 then week.usual_0 when 1 then week.usual_1 when 2 then week.usual_2 when 3 then week.usual_3 when 4 then week.usual_4 when 5 then week.usual_5 when 6 then week.usual_6 end as usual_total,
        case when origin.place >= origin.rest_of_week then 0 else
            case origin.place - origin.rest_of_week + 7 when 0 then week.total_0 when 1 then week.total_1 when 2 then week.total_2 when 3 then week.total_3 when 4 then week.total_4 when 5 then week.total_5 when 6 then week.total_6 end
        end as total_in_week,
        case when origin.place >= origin.rest_of_week then 0 else
            case origin.place - origin.rest_of_week + 7 when 0 then week.usual_0 when 1 then week.usual_1 when 2 then week.usual_2 when 3 then week.usual_3 when 4 then week.usual_4 when 5 then week.usual_5 when 6 then week.usual_6 end
        end as usual_in_week,
        case when origin.place <= 0 then week.day_0 else 0 end as day_0,
        case when origin.place <= 1 then week.day_1 else 0 end as day_1,
        case when origin.place <= 2 then week.day_2 else 0 end as day_2,
        case when origin.place <= 3 then week.day_3 else 0 end as day_3,
        case when origin.place <= 4 then week.day_4 else 0 end as day_4,
        case when origin.place <= 5 then week.day_5 else 0 end as day_5,
        case when origin.place <= 6 then week.day_6 else 0 end as day_6,
        case when origin.place <= 0 then week.weight_0 else 0 end as weight_0,
        case when origin.place <= 1 then week.weight_1 else 0 end as weight_1,
        case when origin.place <= 2 then week.weight_2 else 0 end as weight_2,
        case when origin.place <= 3 then week.weight_3 else 0 end as weight_3,
        case when origin.place <= 4 then week.weight_4 else 0 end as weight_4,
        case when origin.place <= 5 then week.weight_5 else 0 end as weight_5,
        case when origin.place <= 6 then week.weight_6 else 0 end as weight_6,
        power(settings.fade_short, 7 * origin.week) as fresh_short,
        power(settings.fade_middle, 7 * origin.week) as fresh_middle,
        power(settings.fade_long, 7 * origin.week) as fresh_long,
        week.day_short_before, week.weight_short_before, week.day_middle_before, week.weight_middle_before,
        week.day_long_before, week.weight_long_before,
        settings.fade_short, settings.fade_middle, settings.fade_long
    from goals.origin as origin
    inner join goals.week as week on week.history = origin.history and week.week = origin.week
    cross join raw.forecast as settings
)

select
    kept.history,                                       -- whose
    kept.days_ahead,                                    -- how many days are foreseen from today
    kept.backtest,                                      -- 0 is today, -1 as seen yesterday; 1, 2, 3, … further and further back
    kept.days_ago,                                      -- how many days ago it is foreseen
    kept.span,                                          -- how many days ahead from then
    kept.days_known,                                    -- how many days of the history were known then
    kept.week,                                          -- the week of that day
    kept.place,                                         -- its place in the week
    kept.total,                                         -- everything up to it
    kept.usual_total + coalesce(earlier.usual_0, 0) as usual_total, -- what its week up to it and the week before usually bring
    case when kept.place >= kept.rest_of_week then
        case kept.place - kept.rest_of_week when 0 then earlier.total_0 when 1 then earlier.total_1 when 2 then earlier.total_2 when 3 then earlier.total_3 when 4 then earlier.total_4 when 5 then earlier.total_5 when 6 then earlier.total_6 end
        else kept.total_in_week end as total_in_week,   -- everything up to the day a week before the last one that goes beyond whole weeks
    case when kept.place >= kept.rest_of_week then
        case kept.place - kept.rest_of_week when 0 then earlier.usual_0 when 1 then earlier.usual_1 when 2 then earlier.usual_2 when 3 then earlier.usual_3 when 4 then earlier.usual_4 when 5 then earlier.usual_5 when 6 then earlier.usual_6 end
        else kept.usual_in_week + coalesce(earlier.usual_0, 0) end as usual_in_week, -- what is usual up to then, from the week before on
    case kept.place when 0 then earlier.total_0 when 1 then earlier.total_1 when 2 then earlier.total_2 when 3 then earlier.total_3 when 4 then earlier.total_4 when 5 then earlier.total_5 when 6 then earlier.total_6 end
        as total_week_ago,                              -- everything up to a week before
    case kept.place when 0 then earlier.usual_0 when 1 then earlier.usual_1 when 2 then earlier.usual_2 when 3 then earlier.usual_3 when 4 then earlier.usual_4 when 5 then earlier.usual_5 when 6 then earlier.usual_6 end
        as usual_week_ago,                              -- what is usual up to a week before, of that week
    (kept.day_short_before + kept.fresh_short * ((((((kept.day_6 * kept.fade_short + kept.day_5) * kept.fade_short + kept.day_4) * kept.fade_short + kept.day_3) * kept.fade_short + kept.day_2) * kept.fade_short + kept.day_1) * kept.fade_short + kept.day_0))
        / nullif(kept.weight_short_before + kept.fresh_short * ((((((kept.weight_6 * kept.fade_short + kept.weight_5) * kept.fade_short + kept.weight_4) * kept.fade_short + kept.weight_3) * kept.fade_short + kept.weight_2) * kept.fade_short + kept.weight_1) * kept.fade_short + kept.weight_0), 0)
        as level_short, -- the level of a day, by the short memory
    (kept.day_middle_before + kept.fresh_middle * ((((((kept.day_6 * kept.fade_middle + kept.day_5) * kept.fade_middle + kept.day_4) * kept.fade_middle + kept.day_3) * kept.fade_middle + kept.day_2) * kept.fade_middle + kept.day_1) * kept.fade_middle + kept.day_0))
        / nullif(kept.weight_middle_before + kept.fresh_middle * ((((((kept.weight_6 * kept.fade_middle + kept.weight_5) * kept.fade_middle + kept.weight_4) * kept.fade_middle + kept.weight_3) * kept.fade_middle + kept.weight_2) * kept.fade_middle + kept.weight_1) * kept.fade_middle + kept.weight_0), 0)
        as level_middle, -- the level of a day, by the middle memory
    (kept.day_long_before + kept.fresh_long * ((((((kept.day_6 * kept.fade_long + kept.day_5) * kept.fade_long + kept.day_4) * kept.fade_long + kept.day_3) * kept.fade_long + kept.day_2) * kept.fade_long + kept.day_1) * kept.fade_long + kept.day_0))
        / nullif(kept.weight_long_before + kept.fresh_long * ((((((kept.weight_6 * kept.fade_long + kept.weight_5) * kept.fade_long + kept.weight_4) * kept.fade_long + kept.weight_3) * kept.fade_long + kept.weight_2) * kept.fade_long + kept.weight_1) * kept.fade_long + kept.weight_0), 0)
        as level_long  -- the level of a day, by the long memory
from kept
left join goals.week as earlier on earlier.history = kept.history and earlier.week = kept.week + 1
