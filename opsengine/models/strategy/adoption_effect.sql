-- What an account did beyond its peers after it took a play up; accounts that took up two plays at once tell nothing.
-- grain: account_id, play, adopted_on
select
    adoptions.account_id,                               -- the account
    adoptions.play,                                     -- the play
    adoptions.adopted_on,                               -- the day it was taken up
    adoptions.metric,                                   -- the metric it was to move
    comparison.industry,                                -- the industry of the account
    peer_change.peers,                                  -- accounts it is held against
    comparison.moved,                                   -- its own change, in logs: before and after, nothing else
    comparison.trend - peer_change.trend as trend,      -- how much better it was going than its peers before
    comparison.moved - peer_change.moved - peer_change.slope * (comparison.trend - peer_change.trend) as effect -- its change beyond its peers', in logs
from raw.adoptions as adoptions
inner join strategy.comparison as comparison
    on comparison.account_id = adoptions.account_id
    and comparison.metric = adoptions.metric
    and comparison.adopted_on = adoptions.adopted_on
    and comparison.adoptions = 1
inner join strategy.peer_change as peer_change
    on peer_change.industry = comparison.industry
    and peer_change.metric = comparison.metric
    and peer_change.adopted_on = comparison.adopted_on
