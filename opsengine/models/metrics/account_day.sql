-- Flows and stocks of every account, day by day: as counted or typed in, as sums of those, and as expressions over both.
-- grain: account_id, day, metric
with worked_out as (
    select account_id, day, metric, value from metrics.sum_day
    union all
    select account_id, day, metric, value from metrics.made_day
),

typed as (
    select base.account_id, base.day, base.metric
    from metrics.base_day as base
    where base.metric in (select metric from worked_out)
),

everything as (
    select account_id, day, metric, value from metrics.base_day
    union all
    select worked_out.account_id, worked_out.day, worked_out.metric, worked_out.value
    from worked_out
    left join typed
        on typed.account_id = worked_out.account_id and typed.day = worked_out.day and typed.metric = worked_out.metric
    where typed.metric is null
)

select
    account_id,                                         -- the account
    day,                                                -- the day
    metric,                                             -- the metric
    cast(value as decimal(24, 6)) as value              -- how much; what was typed in wins over what is worked out
from everything
