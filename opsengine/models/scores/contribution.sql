-- What makes up a score: the points of each component above the floor of 10 and those that risk takes off, which add up to the score exactly.
-- grain: account_id, day, scorecard, component
with parts as (
    select
        component.account_id,
        component.day,
        component.scorecard,
        component.component,
        account_score.score,
        (account_score.before_risk - 10) / nullif(ln(nullif(account_score.before_risk / 10, 0)), 0) as score_mean,
        pillar.pillar_weight / nullif(account_score.available, 0) as pillar_share,
        (pillar.position - 0.01) / nullif(ln(nullif(pillar.position / 0.01, 0)), 0) as pillar_mean,
        component.weight / nullif(pillar.available, 0) as component_share,
        component.position - 0.01 as gain
    from scores.component as component
    inner join scores.pillar as pillar
        on pillar.account_id = component.account_id and pillar.day = component.day
        and pillar.scorecard = component.scorecard and pillar.pillar = component.pillar
    inner join scores.account_score as account_score
        on account_score.account_id = component.account_id and account_score.day = component.day
        and account_score.scorecard = component.scorecard
    where account_score.score is not null and pillar.position is not null and component.position is not null
        and component.day in (select day from raw.compared_days)
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
    select
        account_id,
        day,
        scorecard,
        component,
        score,
        cast(round(coalesce(
            coalesce(score_mean, 10) * pillar_share / nullif(coalesce(pillar_mean, 0.01), 0) * component_share * gain, 0
        ), 6) as decimal(18, 6)) as points
    from parts
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
