-- Every adopter and every peer it is held against, and how both moved.
-- grain: account_id, metric, adopted_on
select
    compared.account_id,                                -- the account
    compared.industry,                                  -- its industry
    compared.metric,                                    -- the metric
    compared.adopted_on,                                -- the day from which on it is compared
    window_change.moved,                                -- how far the metric moved, in logs
    window_change.trend,                                -- where it was going before
    compared.adoptions                                  -- plays it took up around that day: a peer has none, a clean adopter one
from strategy.compared as compared
inner join strategy.window_change as window_change
    on window_change.account_id = compared.account_id
    and window_change.metric = compared.metric
    and window_change.adopted_on = compared.adopted_on
