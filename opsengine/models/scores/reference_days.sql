-- The days whose distribution each component is read from: those of the scorecard, or all days while these have too few values of the component.
-- grain: first_day
with periods as (
    select
        max(case when scorecard = component__scorecard then reference_from end) as component__reference_from,
        max(case when scorecard = component__scorecard then reference_to end) as component__reference_to
    from raw.scorecards
),

told as (
    select day, count(component__value) as component__values from scores.measured_day group by day
),

spans as (
    select
        sum(case
            when told.component__values > 0 and told.day between periods.component__reference_from and periods.component__reference_to then 1
            else 0
        end) as component__days,
        max(periods.component__reference_from) as component__reference_from,
        max(periods.component__reference_to) as component__reference_to,
        min(case when told.component__values > 0 then told.day end) as component__first_day,
        max(case when told.component__values > 0 then told.day end) as component__last_day
    from told
    cross join periods
),

chosen as (
    select
        coalesce(component__days, 0) >= 28 as component__is_frozen,
        case when component__days >= 28 then component__reference_from else component__first_day end as component__first_day,
        case when component__days >= 28 then component__reference_to else component__last_day end as component__last_day
    from spans
)

select
    cast(each_least(component__first_day) as date) as first_day, -- the first day of all
    cast(each_greatest(component__last_day) as date) as last_day, -- the last day of all
    component__is_frozen,                               -- whether it stays the same tomorrow; four weeks are the least
    cast(component__first_day as date) as component__first_day, -- first day of the component's reference
    cast(component__last_day as date) as component__last_day -- last day of it
from chosen
