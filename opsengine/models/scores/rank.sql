-- Rank within the peer group, with the range it would keep if the weights were a quarter off.
-- grain: account_id, day, scorecard
with scored as (
    select account_id, day, card__id as scorecard, card__score as score
    from scores.apart_day
    cross join each.card
    where card__score is not null
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

parts as (
    select
        account_id,
        day,
        card__risk_factor,
        card__before_risk,
        card__available,
        pillar__position,
        each_sum(coalesce(pow(
            component__weight / nullif(pillar__available, 0) * (component__position - pillar__position), 2
        ), 0)) as pillar__variance
    from scores.apart_day
),

spreads as (
    select
        account_id,
        day,
        card__risk_factor * card__before_risk / nullif(card__available, 0) * sqrt(each_sum(coalesce(
            pow(pillar__weight * (ln(nullif(pillar__position, 0)) - ln(nullif(card__before_risk / 1000, 0))), 2)
            + pow(pillar__weight / nullif(pillar__position, 0), 2) * pillar__variance, 0
        )) / 3) as card__points
    from parts
),

spread as (
    select account_id, day, card__id as scorecard, card__points as points from spreads cross join each.card
),

reach as (
    select
        chosen.account_id,
        chosen.day,
        chosen.scorecard,
        chosen.level,
        chosen.key,
        chosen.score,
        1.645 * scorecards.weight_noise * coalesce(spread.points, 0) as points
    from chosen
    inner join raw.scorecards as scorecards on scorecards.scorecard = chosen.scorecard
    left join spread
        on spread.account_id = chosen.account_id and spread.day = chosen.day and spread.scorecard = chosen.scorecard
),

ends as (
    select
        account_id, day, scorecard, level, key,
        'best' as side,
        least(cast(floor(score + points) as integer), 1000) as point
    from reach
    union all
    select
        account_id, day, scorecard, level, key,
        'worst' as side,
        greatest(cast(floor(score - points) as integer), 0) as point
    from reach
),

steps as (
    select grouped.day, grouped.scorecard, grouped.level, grouped.key, cast(floor(grouped.score) as integer) as step, count(*) as accounts
    from grouped
    group by grouped.day, grouped.scorecard, grouped.level, grouped.key, cast(floor(grouped.score) as integer)
),

groups as (
    select distinct day, scorecard, level, key from steps
),

counted as (
    select
        groups.day,
        groups.scorecard,
        groups.level,
        groups.key,
        points.point,
        coalesce(steps.accounts, 0) as accounts,
        sum(coalesce(steps.accounts, 0)) over (
            partition by groups.day, groups.scorecard, groups.level, groups.key
            order by points.point desc rows between unbounded preceding and current row
        ) as accounts_from
    from groups
    cross join raw.points as points
    left join steps
        on steps.day = groups.day and steps.scorecard = groups.scorecard and steps.level = groups.level
        and steps.key = groups.key and steps.step = points.point
),

bounds as (
    select
        ends.account_id,
        ends.day,
        ends.scorecard,
        max(case when ends.side = 'best' then counted.accounts_from - counted.accounts end) as surely_above,
        max(case when ends.side = 'worst' then counted.accounts_from end) as possibly_above
    from ends
    inner join counted
        on counted.day = ends.day and counted.scorecard = ends.scorecard and counted.level = ends.level and counted.key = ends.key
        and counted.point = ends.point
    group by ends.account_id, ends.day, ends.scorecard
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
