-- Metrics that people make from others by an expression in `metrics/*.yaml`, day by day; none unless they do.
-- grain: account_id, day, metric
select
    account_id,                                         -- the account
    day,                                                -- the day
    metric,                                             -- the metric
    cast(value as decimal(24, 6)) as value              -- how much; no row where a part is missing
from metrics.sum_day
where 1 = 0
