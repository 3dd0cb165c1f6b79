-- Measures as metrics; a number typed in by hand (a series) replaces the one that was counted.
-- grain: account_id, day, metric
with typed as (
    select account_id, day, measure as metric, value
    from staging.current_facts
    where source = 'series'
),

everything as (
    select account_id, day, metric, value from typed
    union all
    select counted.account_id, counted.day, counted.measure as metric, counted.value
    from staging.measures as counted
    left join typed
        on typed.account_id = counted.account_id and typed.day = counted.day and typed.metric = counted.measure
        and typed.value is not null
    where typed.metric is null
)

select
    account_id,                                         -- the account
    day,                                                -- the day
    metric,                                             -- the metric
    cast(value as decimal(24, 6)) as value              -- how much
from everything
where value is not null
