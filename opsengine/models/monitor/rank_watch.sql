-- For each score whose rank is watched: where an account stands in the peer group it is ranked in today, and where it stood in that group before.
-- grain: account_id, scorecard
with wanted as (
    select today.account_id, today.scorecard
    from scores.account_score as today
    inner join raw.watched_ranks as watched on watched.scorecard = today.scorecard
    where today.day = $as_of
),

placed as (
    select rank.account_id, rank.scorecard, rank.level, rank.key, rank.rank, rank.accounts
    from scores.rank as rank
    inner join raw.watched_ranks as watched on watched.scorecard = rank.scorecard
    where rank.day = $as_of
),

scored as (
    select told.account_id, told.scorecard, told.score, cast(date_diff('day', told.day, $as_of) as integer) as age
    from scores.account_score as told
    inner join raw.watched_ranks as watched on watched.scorecard = told.scorecard
    where told.score is not null and told.day <= $as_of and date_diff('day', told.day, $as_of) < 35
),

ranked as (
    select
        scored.account_id,
        scored.scorecard,
        scored.age,
        membership.level,
        membership.key,
        rank() over (
            partition by scored.age, scored.scorecard, membership.level, membership.key order by scored.score desc
        ) as place,
        count(*) over (partition by scored.age, scored.scorecard, membership.level, membership.key) as accounts
    from scored
    inner join staging.peer_group as membership on membership.account_id = scored.account_id
),

stood as (
    select
        ranked.account_id,
        ranked.scorecard,
        ranked.age,
        ranked.place,
        cast(ranked.accounts - ranked.place as double) / nullif(ranked.accounts - 1, 0) as ahead
    from ranked
    inner join placed
        on placed.account_id = ranked.account_id and placed.scorecard = ranked.scorecard
        and placed.level = ranked.level and placed.key = ranked.key
),

levels as (
    select
        account_id,
        scorecard,
        max(case when age = 7 then place end) as rank_7d,
        max(case when age = 28 then place end) as rank_28d,
        max(case when age = 0 then ahead end) as ahead,
        max(case when age = 7 then ahead end) as ahead_7d,
        max(case when age = 28 then ahead end) as ahead_28d,
        count(case when age < 7 then ahead end) as week_days,
        count(case when age >= 7 then ahead end) as earlier_days,
        avg(case when age < 7 then ahead end) as week_level,
        min(case when age < 7 then ahead end) as week_least,
        max(case when age < 7 then ahead end) as week_most,
        avg(case when age >= 7 then ahead end) as earlier_level
    from stood
    group by account_id, scorecard
)

select
    wanted.account_id,                                  -- the account
    wanted.scorecard,                                   -- business or popularity
    placed.key,                                         -- the group it is ranked in; NULL while it has no rank
    placed.rank,                                        -- 1 is the best
    placed.accounts,                                    -- accounts of the group that have a score
    cast(levels.rank_7d as integer) as rank_7d,         -- its place in that group seven days before
    cast(levels.rank_28d as integer) as rank_28d,       -- and four weeks before
    cast(levels.ahead - levels.ahead_7d as double) as change_7d, -- share of the peers that it is ahead of, against seven days before: -0.2 is a fifth of the group lost
    cast(levels.ahead - levels.ahead_28d as double) as change_28d, -- and against four weeks before
    cast(case
        when levels.week_days >= 5 and levels.earlier_days >= 14 then round(levels.week_level - levels.earlier_level, 9)
    end as double) as shift,                            -- mean of the last seven days less that of the four weeks before; NULL when too few are known
    coalesce(levels.week_most < levels.earlier_level or levels.week_least > levels.earlier_level, false) as is_steady -- whether each of these days lies on the same side of that
from wanted
left join placed on placed.account_id = wanted.account_id and placed.scorecard = wanted.scorecard
left join levels on levels.account_id = wanted.account_id and levels.scorecard = wanted.scorecard
