-- What makes up a score, a column for each component and risk: the points above the floor of 10 and those that risk takes off, which add up to the score exactly.
-- grain: account_id, day
-- kept: as a view
with gains as (
    select
        account_id,
        day,
        card__score,
        case when component__position is not null and component__pillar_position is not null
            and component__card_score is not null
            then cast(round(coalesce(
                coalesce((component__card_before_risk - 10) / nullif(ln(nullif(component__card_before_risk / 10, 0)), 0), 10)
                * component__pillar_weight / nullif(component__card_available, 0)
                / nullif(coalesce(
                    (component__pillar_position - 0.01) / nullif(ln(nullif(component__pillar_position / 0.01, 0)), 0), 0.01
                ), 0)
                * component__weight / nullif(component__pillar_available, 0) * (component__position - 0.01), 0
            ), 6) as decimal(18, 6)) end as component__points,
        case when risk__kept < 1 and risk__card_score is not null
            then cast(round(
                (risk__card_score - risk__card_before_risk) * ln(nullif(risk__kept, 0))
                / nullif(ln(nullif(risk__card_risk_factor, 0)), 0), 6
            ) as decimal(18, 6)) end as risk__points
    from scores.apart_day
),

largest as (
    select
        account_id,
        day,
        component__points,
        risk__points,
        greatest(each_greatest(abs(component__points)), each_greatest(abs(risk__points))) as card__largest,
        cast(round(card__score, 6) as decimal(18, 6)) - 10
        - each_sum(coalesce(component__points, 0)) - each_sum(coalesce(risk__points, 0)) as card__residual
    from gains
),

settled as (
    select
        account_id,
        day,
        component__points,
        risk__points,
        card__residual,
        least(
            each_least(case when abs(component__points) = card__largest then component__component end),
            each_least(case when abs(risk__points) = card__largest then risk__risk end)
        ) as card__settled_in
    from largest
)

select
    account_id,                                         -- the account
    day,                                                -- the day
    cast(component__points + case when component__card_settled_in = component__component then component__card_residual else 0 end as decimal(18, 6)) as component__points, -- points; the last digit's rounding goes to the largest
    cast(risk__points + case when risk__card_settled_in = risk__risk then risk__card_residual else 0 end as decimal(18, 6)) as risk__points -- points that a risk takes off
from settled
