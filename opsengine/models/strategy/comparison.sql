-- Every adopter and every peer it is held against: accounts of its industry that took nothing up around that day.
-- grain: account_id, metric, adopted_on
with disturbed as (
    select
        days.adopted_on,
        events.account_id,
        count(*) as adoptions
    from (select adopted_on, min(window_start) as window_start, max(window_end) as window_end from raw.adoption_windows group by adopted_on) as days
    inner join raw.adoption_events as events
        on events.adopted_on >= days.window_start and events.adopted_on <= days.window_end
    group by days.adopted_on, events.account_id
)

select
    window_change.account_id,                           -- the account
    accounts.industry,                                  -- its industry
    window_change.metric,                               -- the metric
    window_change.adopted_on,                           -- the day from which on it is compared
    window_change.moved,                                -- how far the metric moved, in logs
    window_change.trend,                                -- where it was going before
    coalesce(disturbed.adoptions, 0) as adoptions       -- plays it took up around that day: a peer has none, a clean adopter one
from strategy.window_change as window_change
inner join raw.accounts as accounts on accounts.account_id = window_change.account_id and accounts.industry is not null
left join disturbed
    on disturbed.account_id = window_change.account_id and disturbed.adopted_on = window_change.adopted_on
