-- The range of each component in the reference period, cut into 256 equal bins.
-- grain: scorecard, component
select
    component_log.scorecard,                            -- business or popularity
    component_log.component,                            -- the component
    min(component_log.position_log) filter (where component_log.position_log > 0) as low, -- lower end of bin 0
    max(component_log.position_log) as high,            -- upper end of the last bin
    256 as bins                                         -- how many bins
from scores.component_log as component_log
inner join scores.reference_days as reference
    on reference.scorecard = component_log.scorecard and reference.component = component_log.component
where component_log.day between reference.first_day and reference.last_day
    and component_log.position_log is not null
group by component_log.scorecard, component_log.component
