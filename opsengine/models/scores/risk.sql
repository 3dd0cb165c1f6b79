-- What lowers a score for risk: for each declared risk a factor of at most one, falling in a straight line where its ratio is too high.
-- grain: account_id, day, scorecard, risk
-- kept: as a view
select
    account_id,                                         -- the account
    day,                                                -- the day
    cast(risk__scorecard as varchar) as scorecard,      -- business or popularity
    cast(risk__risk as varchar) as risk,                -- the risk
    cast(risk__metric as varchar) as metric,            -- the ratio it looks at
    cast(risk__value as double) as value,               -- its value
    cast(risk__factor as double) as factor              -- above 0, at most 1
from scores.placed_day
cross join each.risk
where risk__value is not null
