-- The two scores, 10 to 1000, of every account and day.
-- grain: account_id, day, scorecard
-- kept: as a view
select
    account_id,                                         -- the account
    day,                                                -- the day
    card__id as scorecard,                              -- business or popularity
    card__coverage as coverage,                         -- share of the weight that rests on data
    card__available as available,                       -- weight of the pillars that count
    card__before_risk as before_risk,                   -- the score before risk is taken off; NULL when too little is known
    card__risk_factor as risk_factor,                   -- what is left for risk of the points above the floor of 10: 0 to 1
    card__score as score                                -- 10 to 1000; NULL when too little is known
from scores.score_day
cross join each.card
where card__counts
