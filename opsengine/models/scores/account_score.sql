-- The two scores, 10 to 1000: the weighted geometric mean of the pillars, so that one strong pillar cannot hide a weak one; risk can only lower it.
-- grain: account_id, day, scorecard
with summed as (
    select
        account_id,
        day,
        scorecard,
        sum(cast(pillar_weight * ln(nullif(position, 0)) as decimal(30, 18))) as logs,
        sum(case when position is not null then cast(pillar_weight as decimal(18, 12)) end) as available,
        sum(case when position is not null then cast(pillar_weight * coalesce(observed_share, 0) as decimal(18, 12)) end) as observed,
        sum(cast(pillar_weight as decimal(18, 12))) as whole
    from scores.pillar
    group by account_id, day, scorecard
),

risked as (
    select
        account_id,
        day,
        scorecard,
        round(exp(cast(sum(cast(ln(nullif(factor, 0)) as decimal(30, 18))) as double)), 12) as factor
    from scores.risk
    where factor < 1
    group by account_id, day, scorecard
),

scored as (
    select
        summed.account_id,
        summed.day,
        summed.scorecard,
        round(cast(coalesce(summed.observed, 0) as double) / nullif(cast(summed.whole as double), 0), 6) as coverage,
        cast(summed.available as double) as available,
        case
            when cast(coalesce(summed.observed, 0) as double) >= scorecards.min_score * cast(summed.whole as double) - 1e-9
                then round(1000 * exp(cast(summed.logs as double) / nullif(cast(summed.available as double), 0)), 6)
        end as before_risk,
        coalesce(risked.factor, 1) as risk_factor
    from summed
    inner join raw.scorecards as scorecards on scorecards.scorecard = summed.scorecard
    left join risked
        on risked.account_id = summed.account_id and risked.day = summed.day and risked.scorecard = summed.scorecard
)

select
    account_id,                                         -- the account
    day,                                                -- the day
    scorecard,                                          -- business or popularity
    coverage,                                           -- share of the weight that rests on data
    available,                                          -- weight of the pillars that count
    before_risk,                                        -- the score before risk is taken off; NULL when too little is known
    cast(risk_factor as double) as risk_factor,         -- what is left for risk of the points above the floor of 10: 0 to 1
    round(10 + (before_risk - 10) * risk_factor, 6) as score -- 10 to 1000; NULL when too little is known
from scored
