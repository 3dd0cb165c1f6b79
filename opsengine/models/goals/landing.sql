-- Where each promise of a running or coming cycle will land: what is there, and what is foreseen with its spread.
-- grain: measure_id, days_ago
select
    ahead.measure_id,                                   -- the promise
    ahead.days_ago,                                     -- 0 as seen today, 1 as seen yesterday, …
    ahead.metric,                                       -- what is promised
    ahead.kind,                                         -- flow, stock, ratio or score
    ahead.pool,                                         -- the peers whose errors it is spread by
    ahead.days_ahead,                                   -- days until the cycle ends
    ahead.backtests,                                    -- forecasts of the past that the spread rests on
    ahead.peers,                                        -- histories of the pool whose forecasts of the past it rests on as well
    ahead.there,                                        -- what is there already
    ahead.coming,                                       -- what is foreseen to come
    ahead.spread * width.factor as spread,              -- how far off that usually is, and more where the season ahead was not lived yet
    ahead.is_growing                                    -- whether what comes can only add
from goals.ahead as ahead
inner join goals.width as width
    on width.history = ahead.history and width.metric = ahead.metric and width.days_ahead = ahead.days_ahead
