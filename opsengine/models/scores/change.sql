-- Why a score moved since the day it is compared with: the points of each component, and of what came or went, which add up to the change exactly.
-- grain: account_id, scorecard, component
-- kept: as a view
with now_there as (
    select account_score.account_id, account_score.scorecard, account_score.score, account_score.before_risk,
        account_score.risk_factor, account_score.available
    from scores.account_score as account_score
    where account_score.day = $as_of and account_score.score is not null
),

then_there as (
    select account_score.account_id, account_score.scorecard, account_score.score, account_score.before_risk,
        account_score.risk_factor, account_score.available
    from scores.account_score as account_score
    inner join raw.compared_with as compared on compared.day = account_score.day
    where account_score.score is not null
),

totals as (
    select
        now_there.account_id,
        now_there.scorecard,
        then_there.score as score_before,
        now_there.score as score_now,
        then_there.available as available_before,
        now_there.available as available_now,
        0.5 * (now_there.risk_factor + then_there.risk_factor) * case
            when now_there.before_risk = then_there.before_risk then now_there.before_risk
            else (now_there.before_risk - then_there.before_risk)
                / nullif(ln(nullif(now_there.before_risk / nullif(then_there.before_risk, 0), 0)), 0)
        end as score_mean,
        cast(round(
            (now_there.risk_factor - then_there.risk_factor) * (0.5 * (now_there.before_risk + then_there.before_risk) - 10), 6
        ) as decimal(18, 6)) as risk_points
    from now_there
    inner join then_there on then_there.account_id = now_there.account_id and then_there.scorecard = now_there.scorecard
),

components_now as (
    select component.account_id, component.scorecard, component.pillar, component.component, component.weight, component.position
    from scores.component as component
    where component.day = $as_of and component.position is not null
),

components_before as (
    select component.account_id, component.scorecard, component.pillar, component.component, component.weight, component.position
    from scores.component as component
    inner join raw.compared_with as compared on compared.day = component.day
    where component.position is not null
),

pillars as (
    select
        totals.account_id,
        totals.scorecard,
        pillar_now.pillar,
        totals.score_mean,
        totals.score_now,
        totals.score_before,
        0.5 * (pillar_now.pillar_weight / nullif(totals.available_now, 0) + pillar_before.pillar_weight / nullif(totals.available_before, 0)) as weight,
        pillar_now.available as available_now,
        pillar_before.available as available_before,
        case
            when pillar_now.position = pillar_before.position then pillar_now.position
            else (pillar_now.position - pillar_before.position) / nullif(ln(nullif(pillar_now.position / nullif(pillar_before.position, 0), 0)), 0)
        end as pillar_mean
    from totals
    inner join scores.pillar as pillar_now
        on pillar_now.account_id = totals.account_id and pillar_now.scorecard = totals.scorecard
        and pillar_now.day = $as_of and pillar_now.position is not null
    inner join raw.compared_with as compared on compared.day is not null
    inner join scores.pillar as pillar_before
        on pillar_before.account_id = totals.account_id and pillar_before.scorecard = totals.scorecard
        and pillar_before.pillar = pillar_now.pillar
        and pillar_before.day = compared.day and pillar_before.position is not null
),

moved as (
    select
        pillars.account_id,
        pillars.scorecard,
        components_now.component,
        cast(round(
            pillars.score_mean * pillars.weight / nullif(pillars.pillar_mean, 0)
            * 0.5 * (components_now.weight / nullif(pillars.available_now, 0) + components_before.weight / nullif(pillars.available_before, 0))
            * (components_now.position - components_before.position), 6
        ) as decimal(18, 6)) as points,
        pillars.score_mean * pillars.weight / nullif(pillars.pillar_mean, 0)
        * 0.5 * (components_now.weight / nullif(pillars.available_now, 0) + components_before.weight / nullif(pillars.available_before, 0))
        as per_position
    from pillars
    inner join components_now
        on components_now.account_id = pillars.account_id and components_now.scorecard = pillars.scorecard
        and components_now.pillar = pillars.pillar
    inner join components_before
        on components_before.account_id = pillars.account_id and components_before.scorecard = pillars.scorecard
        and components_before.component = components_now.component
),

own as (
    select account_id, scorecard, component, points, per_position from moved
    union all
    select account_id, scorecard, 'risk' as component, risk_points as points, null as per_position from totals where risk_points <> 0
),

explained as (
    select account_id, scorecard, sum(points) as points, count(*) as components from own group by account_id, scorecard
),

unexplained as (
    select
        totals.account_id,
        totals.scorecard,
        cast(round(totals.score_now, 6) as decimal(18, 6)) - cast(round(totals.score_before, 6) as decimal(18, 6))
        - coalesce(explained.points, 0) as points,
        coalesce(explained.components, 0) as components
    from totals
    left join explained on explained.account_id = totals.account_id and explained.scorecard = totals.scorecard
),

settled as (
    select
        own.account_id,
        own.scorecard,
        own.component,
        'own' as kind,
        own.points + case
            when abs(unexplained.points) <= 0.000001 * unexplained.components and row_number() over (
                partition by own.account_id, own.scorecard order by abs(own.points) desc, own.component
            ) = 1 then unexplained.points
            else 0
        end as points,
        own.per_position
    from own
    inner join unexplained on unexplained.account_id = own.account_id and unexplained.scorecard = own.scorecard
    union all
    select account_id, scorecard, 'coverage' as component, 'coverage' as kind, points, null as per_position
    from unexplained
    where abs(points) > 0.000001 * components
)

select
    account_id,                                         -- the account
    scorecard,                                          -- business or popularity
    component,                                          -- the component, risk, or coverage for what came, went or changed weight
    kind,                                               -- own or coverage
    points,                                             -- points of the change; the last digit's rounding goes to the largest
    cast(per_position as double) as per_position        -- points that one whole place (0 to 1) of the component is worth; NULL beside components
from settled
