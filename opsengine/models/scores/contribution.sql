-- What makes up a score: the points of each component above the floor of 10 and those that risk takes off, which add up to the score exactly.
-- grain: account_id, day, scorecard, component
with gains as (
    select
        placed.account_id,
        placed.day,
        coalesce((scores.component__card_before_risk - 10) / nullif(ln(nullif(scores.component__card_before_risk / 10, 0)), 0), 10)
        * component__pillar_weight / nullif(scores.component__card_available, 0)
        / nullif(coalesce(
            (pillars.component__pillar_position - 0.01) / nullif(ln(nullif(pillars.component__pillar_position / 0.01, 0)), 0), 0.01
        ), 0)
        * component__weight / nullif(pillars.component__pillar_available, 0) * (placed.component__position - 0.01) as component__points,
        placed.component__position is not null and pillars.component__pillar_position is not null as component__is_there,
        scores.component__card_score as component__score
    from scores.placed_day as placed
    inner join raw.compared_days as compared on compared.day = placed.day
    inner join scores.pillar_day as pillars on pillars.account_id = placed.account_id and pillars.day = placed.day
    inner join scores.score_day as scores on scores.account_id = placed.account_id and scores.day = placed.day
),

parts as (
    select
        account_id,
        day,
        component__scorecard as scorecard,
        component__component as component,
        component__score as score,
        cast(round(coalesce(component__points, 0), 6) as decimal(18, 6)) as points
    from gains
    cross join each.component
    where component__is_there and component__score is not null
),

lowered as (
    select
        risk.account_id,
        risk.day,
        risk.scorecard,
        risk.risk as component,
        account_score.score,
        cast(round(
            (account_score.score - account_score.before_risk) * ln(nullif(risk.factor, 0)) / nullif(ln(nullif(account_score.risk_factor, 0)), 0), 6
        ) as decimal(18, 6)) as points
    from scores.risk as risk
    inner join scores.account_score as account_score
        on account_score.account_id = risk.account_id and account_score.day = risk.day
        and account_score.scorecard = risk.scorecard
    where risk.factor < 1 and account_score.score is not null
        and risk.day in (select day from raw.compared_days)
),

rounded as (
    select account_id, day, scorecard, component, score, points from parts
    union all
    select account_id, day, scorecard, component, score, points from lowered
)

select
    account_id,                                         -- the account
    day,                                                -- the day
    scorecard,                                          -- business or popularity
    component,                                          -- the component, or the risk
    points + case
        when row_number() over (partition by account_id, day, scorecard order by abs(points) desc, component) = 1
            then cast(round(score, 6) as decimal(18, 6)) - 10
                - sum(points) over (partition by account_id, day, scorecard)
        else 0
    end as points                                       -- points; the last digit's rounding goes to the largest
from rounded
