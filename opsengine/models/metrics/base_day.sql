-- Measures as metrics; a number typed in by hand (a series) replaces the one that was counted.
-- grain: account_id, day, metric
with typed as (
    select account_id, day, measure as metric, value
    from staging.current_facts
    where source = 'series'
)

select
    coalesce(typed.account_id, counted.account_id) as account_id, -- the account
    coalesce(typed.day, counted.day) as day,            -- the day
    coalesce(typed.metric, counted.measure) as metric,  -- the metric
    cast(coalesce(typed.value, counted.value) as decimal(24, 6)) as value -- how much
from staging.measures as counted
full outer join typed
    on typed.account_id = counted.account_id and typed.day = counted.day and typed.metric = counted.measure
where coalesce(typed.value, counted.value) is not null
