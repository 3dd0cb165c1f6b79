-- Flows and stocks of every account, day by day: as counted or typed in, as sums of those, and as expressions over both.
-- grain: account_id, day, metric
with worked_out as (
    select account_id, day, metric, value from metrics.sum_day
    union all
    select account_id, day, metric, value from metrics.made_day
)

select
    coalesce(base.account_id, worked_out.account_id) as account_id, -- the account
    coalesce(base.day, worked_out.day) as day,          -- the day
    coalesce(base.metric, worked_out.metric) as metric, -- the metric
    cast(coalesce(base.value, worked_out.value) as decimal(24, 6)) as value -- how much; what was typed in wins over what is worked out
from worked_out
full outer join metrics.base_day as base
    on base.account_id = worked_out.account_id and base.day = worked_out.day and base.metric = worked_out.metric
