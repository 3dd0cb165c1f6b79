-- Days that nobody should believe: one number is more than another of the same day can bear, such as more likes than plays.
-- grain: account_id, day, metric
select
    above.account_id,                                   -- the account
    above.day,                                          -- the day
    rules.set_aside as metric,                          -- a metric that scores do without on that day
    max(rules.metric) as because_of,                    -- the number that is too large
    max(rules.of_metric) as beside                      -- the one that cannot bear it
from raw.doubts as rules
inner join metrics.account_day as above on above.metric = rules.metric
inner join metrics.account_day as below
    on below.metric = rules.of_metric and below.account_id = above.account_id and below.day = above.day
where above.value >= rules.at_least and cast(above.value as double) > rules.most * cast(below.value as double)
group by above.account_id, above.day, rules.set_aside
