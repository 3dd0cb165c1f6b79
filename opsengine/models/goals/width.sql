-- How much wider a landing is spread than backtests alone tell, where the season ahead was not lived yet.
-- grain: history, metric, days_ahead
select
    scale.history,                                      -- the history
    scale.metric,                                       -- a flow, the growth of a stock or score, or a ratio of two flows
    scale.days_ahead,                                   -- how many days are foreseen
    sqrt(1 + case when history.days >= 365 then 0 else settings.unseen / nullif(coalesce(variety.alone, 1), 0) end)
        as factor                                       -- by what the spread is multiplied: 1 after a year
from goals.scale as scale
inner join goals.history as history on history.history = scale.history
left join goals.variety as variety
    on variety.pool = scale.pool and variety.metric = scale.metric and variety.days_ahead = scale.days_ahead
cross join raw.forecast as settings
