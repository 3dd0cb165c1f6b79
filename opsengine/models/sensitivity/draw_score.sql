-- Every score of the day as it would be under each draw of weights.
-- grain: draw, account_id, scorecard
with pillars as (
    select
        draws.draw,
        component.account_id,
        component.scorecard,
        component.pillar,
        sum(cast(component.weight * coalesce(weights.factor, 1) * component.position as decimal(24, 12))) as weighted,
        sum(cast(component.weight * coalesce(weights.factor, 1) as decimal(24, 12))) as available
    from scores.component as component
    inner join scores.pillar as pillar
        on pillar.account_id = component.account_id and pillar.day = component.day
        and pillar.scorecard = component.scorecard and pillar.pillar = component.pillar
    inner join raw.draws as draws on draws.scorecard = component.scorecard
    left join raw.weight_draws as weights
        on weights.scorecard = component.scorecard and weights.draw = draws.draw and weights.part = component.component
    where component.day = $as_of and component.position is not null and pillar.position is not null
    group by draws.draw, component.account_id, component.scorecard, component.pillar
),

summed as (
    select
        pillars.draw,
        pillars.account_id,
        pillars.scorecard,
        sum(cast(
            pillar.pillar_weight * coalesce(weights.factor, 1)
            * ln(nullif(cast(pillars.weighted as double) / nullif(cast(pillars.available as double), 0), 0)) as decimal(24, 12)
        )) as logs,
        sum(cast(pillar.pillar_weight * coalesce(weights.factor, 1) as decimal(24, 12))) as available
    from pillars
    inner join scores.pillar as pillar
        on pillar.account_id = pillars.account_id and pillar.scorecard = pillars.scorecard
        and pillar.pillar = pillars.pillar and pillar.day = $as_of
    left join raw.weight_draws as weights
        on weights.scorecard = pillars.scorecard and weights.draw = pillars.draw and weights.part = pillars.pillar
    group by pillars.draw, pillars.account_id, pillars.scorecard
)

select
    summed.draw,                                        -- the draw; 0 leaves every weight as it is
    summed.account_id,                                  -- the account
    summed.scorecard,                                   -- business or popularity
    round(
        10 + (1000 * exp(cast(summed.logs as double) / nullif(cast(summed.available as double), 0)) - 10) * today.risk_factor, 6
    ) as score                                          -- 10 to 1000
from summed
inner join scores.account_score as today
    on today.account_id = summed.account_id and today.scorecard = summed.scorecard and today.day = $as_of
where today.score is not null
