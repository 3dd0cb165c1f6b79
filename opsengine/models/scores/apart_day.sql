-- What the days that are taken apart rest on: the places of components and pillars, what risk leaves, and the scores.
-- grain: account_id, day
with placed as (
    select account_id, day, component__position, risk__factor as risk__kept, pillar__position, pillar__available
    from scores.pillar_day
    where day in (select day from raw.compared_days)
),

scored as (
    select account_id, day, card__score, card__before_risk, card__risk_factor, card__available
    from scores.score_day
    where day in (select day from raw.compared_days)
)

select
    placed.account_id,                                  -- the account
    placed.day,                                         -- the day
    placed.component__position,                         -- the place of each component, 0.01 to 1
    placed.risk__kept,                                  -- what a risk leaves of the points above the floor
    placed.pillar__position,                            -- the place of each pillar
    placed.pillar__available,                           -- weight of its components that have a place
    scored.card__score,                                 -- the score
    scored.card__before_risk,                           -- the score before risk is taken off
    scored.card__risk_factor,                           -- what is left for risk
    scored.card__available                              -- weight of the pillars that count
from placed
inner join scored on scored.account_id = placed.account_id and scored.day = placed.day
