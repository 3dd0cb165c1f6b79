-- The two scores of every day, 10 to 1000: the weighted geometric mean of the pillars, so that one strong pillar cannot hide a weak one; risk can only lower it.
-- grain: account_id, day
-- made: in pieces
with summed as (
    select
        pillars.account_id,
        pillars.day,
        each_any(pillar__counts) as card__counts,
        each_sum(case when pillar__counts then pillar__weight else 0 end) as card__whole,
        each_sum(case when pillar__position is not null then pillar__weight else 0 end) as card__available,
        each_sum(case when pillar__position is not null then pillar__weight * coalesce(pillar__observed_share, 0) else 0 end) as card__observed,
        each_sum(coalesce(pillar__weight * ln(nullif(pillar__position, 0)), 0)) as card__logs,
        each_sum(coalesce(ln(nullif(risk__factor, 0)), 0)) as card__risk_logs
    from scores.pillar_day as pillars
    inner join raw.accounts_made as accounts_made on accounts_made.account_id = pillars.account_id
    inner join raw.days_made as made on made.day = pillars.day
),

scored as (
    select
        account_id,
        day,
        card__counts,
        card__available,
        round(card__observed / nullif(card__whole, 0), 6) as card__coverage,
        case when card__observed >= card__least_share * card__whole - 1e-9
            then round(1000 * exp(card__logs / nullif(card__available, 0)), 6) end as card__before_risk,
        case when card__risk_logs = 0 then cast(1 as double) else round(exp(card__risk_logs), 12) end as card__risk_factor
    from summed
)

select
    account_id,                                         -- the account
    day,                                                -- the day
    card__counts,                                       -- whether any component counts for the account
    card__coverage,                                     -- share of the weight that rests on data
    case when card__available > 0 then card__available end as card__available, -- weight of the pillars that count
    card__before_risk,                                  -- the score before risk is taken off; NULL when too little is known
    card__risk_factor,                                  -- what is left for risk of the points above the floor of 10: 0 to 1
    round(10 + (card__before_risk - 10) * card__risk_factor, 6) as card__score -- 10 to 1000; NULL when too little is known
from scored
