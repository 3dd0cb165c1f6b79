-- Flows and stocks of every account, day by day: as counted or typed in, as sums of those, and as expressions over both.
-- grain: account_id, day, metric
-- kept: as a view
select
    account_id,                                         -- the account
    day,                                                -- the day
    cast(number__id as varchar) as metric,              -- the metric
    cast(number__value as decimal(18, 6)) as value      -- how much; what was typed in wins over what is worked out
from metrics.number_day
cross join each.number
where number__value is not null
