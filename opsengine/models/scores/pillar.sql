-- Pillars: the weighted mean of their components, there when at least half of their weight is.
-- grain: account_id, day, scorecard, pillar
-- kept: as a view
select
    account_id,                                         -- the account
    day,                                                -- the day
    pillar__scorecard as scorecard,                     -- business or popularity
    pillar__pillar as pillar,                           -- the pillar
    pillar__weight as pillar_weight,                    -- its weight in the score
    pillar__available as available,                     -- weight of its components that have a place
    pillar__observed_share as observed_share,           -- how much of that rests on data
    pillar__position as position                        -- 0.01 to 1; NULL when too little is known
from scores.pillar_day
cross join each.pillar
where pillar__counts
