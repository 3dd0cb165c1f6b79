-- Metrics that are sums of others, day by day; a sum is there only when all of the parts are that the account has begun to report.
-- grain: account_id, day, metric
with firsts as (
    select base.account_id, parts.metric, parts.part, min(base.day) as first_day
    from metrics.base_day as base
    inner join raw.metric_parts as parts on parts.part = base.metric
    group by base.account_id, parts.metric, parts.part
),

expected as (
    select firsts.account_id, firsts.metric, calendar.day, count(*) as parts
    from firsts
    inner join raw.calendar as calendar on calendar.day >= firsts.first_day and calendar.day <= $as_of
    group by firsts.account_id, firsts.metric, calendar.day
),

summed as (
    select base.account_id, base.day, parts.metric, sum(parts.sign * base.value) as value, count(*) as parts
    from metrics.base_day as base
    inner join raw.metric_parts as parts on parts.part = base.metric
    group by base.account_id, base.day, parts.metric
)

select
    summed.account_id,                                  -- the account
    summed.day,                                         -- the day
    summed.metric,                                      -- the metric
    cast(summed.value as decimal(24, 6)) as value       -- how much
from summed
inner join expected
    on expected.account_id = summed.account_id
    and expected.day = summed.day
    and expected.metric = summed.metric
    and expected.parts = summed.parts
