-- The middle score among the peers on the days that are taken apart, in the group in which the account is ranked.
-- grain: account_id, day, scorecard
with groups as (
    select distinct day, scorecard, level, key from scores.rank
),

scored as (
    select account_id, day, card__id as scorecard, card__score as score
    from scores.apart_day
    cross join each.card
    where card__score is not null
),

middles as (
    select
        groups.day,
        groups.scorecard,
        groups.level,
        groups.key,
        quantile_cont(scored.score, 0.5) as score
    from groups
    inner join staging.peer_group as placed on placed.level = groups.level and placed.key = groups.key
    inner join scored on scored.account_id = placed.account_id and scored.day = groups.day and scored.scorecard = groups.scorecard
    group by groups.day, groups.scorecard, groups.level, groups.key
)

select
    rank.account_id,                                    -- the account
    rank.day,                                           -- the day
    rank.scorecard,                                     -- business or popularity
    round(cast(middles.score as double), 6) as p50      -- half of the peers are below
from scores.rank as rank
inner join middles
    on middles.day = rank.day and middles.scorecard = rank.scorecard
    and middles.level = rank.level and middles.key = rank.key
