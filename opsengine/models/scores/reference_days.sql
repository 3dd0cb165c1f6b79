-- The days whose distribution each component is read from: those of the scorecard, or all days while these have too few values of the component.
-- grain: scorecard, component
with counted as (
    select
        component_value.scorecard,
        component_value.component,
        count(distinct component_value.day) filter (
            where component_value.day between scorecards.reference_from and scorecards.reference_to
        ) as days,
        min(component_value.day) as first_day,
        max(component_value.day) as last_day
    from scores.component_value as component_value
    inner join raw.scorecards as scorecards on scorecards.scorecard = component_value.scorecard
    where component_value.value is not null
    group by component_value.scorecard, component_value.component
)

select
    counted.scorecard,                                  -- business or popularity
    counted.component,                                  -- the component
    case when counted.days >= 28 then scorecards.reference_from else counted.first_day end as first_day, -- first day of the reference
    case when counted.days >= 28 then scorecards.reference_to else counted.last_day end as last_day, -- last day of the reference
    counted.days >= 28 as is_frozen                     -- whether it stays the same tomorrow; four weeks are the least
from counted
inner join raw.scorecards as scorecards on scorecards.scorecard = counted.scorecard
