-- The numbers that anything is known of: each is a column of metrics.number_day, under its name.
-- grain: metric
select
    cast(number__id as varchar) as metric               -- the metric
from (select 1 as one) as here
cross join each.number
