-- Days that nobody should believe: one number is more than another of the same day can bear, such as more likes than plays.
-- grain: account_id, day, metric
-- kept: as a view
select
    account_id,                                         -- the account
    day,                                                -- the day
    cast(doubt__set_aside as varchar) as metric,        -- a metric that scores do without on that day
    cast(doubt__metric as varchar) as because_of,       -- the number that is too large
    cast(doubt__of_metric as varchar) as beside         -- the one that cannot bear it
from metrics.number_day
cross join each.doubt
where doubt__is_doubted
