-- Rank within the peer group, with the range it would keep if the weights were a quarter off.
-- grain: account_id, day, scorecard
with scored as (
    select account_score.account_id, account_score.day, account_score.scorecard, account_score.score,
        account_score.before_risk, account_score.risk_factor, account_score.available
    from scores.account_score as account_score
    where account_score.score is not null and account_score.day in (select day from raw.compared_days)
),

grouped as (
    select
        scored.account_id,
        scored.day,
        scored.scorecard,
        scored.score,
        placed.level,
        placed.key,
        placed.narrowness,
        count(*) over (partition by scored.day, scored.scorecard, placed.level, placed.key) as accounts,
        rank() over (partition by scored.day, scored.scorecard, placed.level, placed.key order by scored.score desc) as place,
        count(*) over (partition by scored.day, scored.scorecard, placed.level, placed.key, scored.score) as equals
    from scored
    inner join staging.peer_group as placed on placed.account_id = scored.account_id
),

chosen as (
    select grouped.account_id, grouped.day, grouped.scorecard, grouped.score, grouped.level, grouped.key, grouped.accounts,
        grouped.place, grouped.equals
    from grouped
    inner join raw.scorecards as scorecards on scorecards.scorecard = grouped.scorecard
    where grouped.accounts >= scorecards.rank_min_accounts or grouped.narrowness = 3
    qualify row_number() over (
        partition by grouped.account_id, grouped.day, grouped.scorecard order by grouped.narrowness
    ) = 1
),

pillar_spread as (
    select
        pillar.account_id,
        pillar.day,
        pillar.scorecard,
        sum(cast(pow(
            pillar.pillar_weight / nullif(scored.available, 0) * scored.risk_factor * scored.before_risk
            * (ln(nullif(pillar.position, 0)) - ln(nullif(scored.before_risk / 1000, 0))), 2
        ) as decimal(30, 12))) as variance
    from scores.pillar as pillar
    inner join scored
        on scored.account_id = pillar.account_id and scored.day = pillar.day and scored.scorecard = pillar.scorecard
    where pillar.position is not null
    group by pillar.account_id, pillar.day, pillar.scorecard
),

component_spread as (
    select
        component.account_id,
        component.day,
        component.scorecard,
        sum(cast(pow(
            scored.risk_factor * scored.before_risk * pillar.pillar_weight / nullif(scored.available * pillar.position, 0)
            * component.weight / nullif(pillar.available, 0) * (component.position - pillar.position), 2
        ) as decimal(30, 12))) as variance
    from scores.component as component
    inner join scores.pillar as pillar
        on pillar.account_id = component.account_id and pillar.day = component.day
        and pillar.scorecard = component.scorecard and pillar.pillar = component.pillar
    inner join scored
        on scored.account_id = component.account_id and scored.day = component.day and scored.scorecard = component.scorecard
    where pillar.position is not null and component.position is not null
    group by component.account_id, component.day, component.scorecard
),

reach as (
    select
        chosen.account_id,
        chosen.day,
        chosen.scorecard,
        1.645 * scorecards.weight_noise * sqrt((
            cast(coalesce(pillar_spread.variance, 0) as double) + cast(coalesce(component_spread.variance, 0) as double)
        ) / 3) as points
    from chosen
    inner join raw.scorecards as scorecards on scorecards.scorecard = chosen.scorecard
    left join pillar_spread
        on pillar_spread.account_id = chosen.account_id and pillar_spread.day = chosen.day
        and pillar_spread.scorecard = chosen.scorecard
    left join component_spread
        on component_spread.account_id = chosen.account_id and component_spread.day = chosen.day
        and component_spread.scorecard = chosen.scorecard
),

steps as (
    select day, scorecard, level, key, cast(floor(score) as integer) as step, count(*) as accounts
    from grouped
    group by day, scorecard, level, key, cast(floor(score) as integer)
),

bounds as (
    select
        chosen.account_id,
        chosen.day,
        chosen.scorecard,
        sum(case when steps.step > cast(floor(chosen.score + reach.points) as integer) then steps.accounts else 0 end) as surely_above,
        sum(case when steps.step >= cast(floor(chosen.score - reach.points) as integer) then steps.accounts else 0 end) as possibly_above
    from chosen
    inner join reach
        on reach.account_id = chosen.account_id and reach.day = chosen.day and reach.scorecard = chosen.scorecard
    inner join steps
        on steps.day = chosen.day and steps.scorecard = chosen.scorecard and steps.level = chosen.level and steps.key = chosen.key
    group by chosen.account_id, chosen.day, chosen.scorecard
)

select
    chosen.account_id,                                  -- the account
    chosen.day,                                         -- the day
    chosen.scorecard,                                   -- business or popularity
    chosen.level,                                       -- industry_size, industry or all
    chosen.key,                                         -- which group
    chosen.accounts,                                    -- accounts in it that have a score
    cast(chosen.place as integer) as rank,              -- 1 is the best; equal scores share a rank
    cast(least(chosen.place, bounds.surely_above + 1) as integer) as rank_low, -- best rank within reach
    cast(greatest(chosen.place, bounds.possibly_above) as integer) as rank_high, -- worst rank within reach
    cast(chosen.accounts - chosen.place - chosen.equals + 1 + (chosen.equals - 1) / cast(2 as double) as double)
    / nullif(cast(chosen.accounts - 1 as double), 0) as percentile_peers -- share of the peers it is ahead of, ties count half
from chosen
inner join bounds
    on bounds.account_id = chosen.account_id and bounds.day = chosen.day and bounds.scorecard = chosen.scorecard
