-- The three best plays for each account: first the primary goal's gap, then other goals', then merit; two of one step at most.
-- grain: account_id, rank
with in_turn as (
    select
        account_id,
        play,
        row_number() over (
            partition by play
            order by
                is_dismissed asc,
                coalesce(primary_gap, 0) desc,
                coalesce(other_gap, 0) desc,
                merit desc,
                account_id asc
        ) as turn
    from strategy.candidate
),

allowed as (
    select in_turn.account_id, in_turn.play
    from in_turn
    inner join raw.plays as plays on plays.play = in_turn.play
    left join raw.plays_taken as taken on taken.play = in_turn.play
    where plays.weekly_cap is null or in_turn.turn <= plays.weekly_cap - coalesce(taken.accounts, 0)
),

ordered as (
    select
        candidate.account_id,
        candidate.play,
        candidate.step,
        candidate.goal,
        candidate.primary_gap,
        candidate.other_gap,
        candidate.is_dismissed,
        candidate.strength,
        candidate.merit,
        row_number() over (
            partition by candidate.account_id
            order by
                candidate.is_dismissed asc,
                coalesce(candidate.primary_gap, 0) desc,
                coalesce(candidate.other_gap, 0) desc,
                case when candidate.primary_gap is null then 1 else 0 end asc,
                candidate.merit desc,
                candidate.play asc
        ) as place
    from strategy.candidate as candidate
    inner join allowed on allowed.account_id = candidate.account_id and allowed.play = candidate.play
),

outdone as (
    select ordered.account_id, ordered.play
    from ordered
    inner join raw.play_conflicts as conflicts on conflicts.play = ordered.play
    inner join ordered as better
        on better.account_id = ordered.account_id and better.play = conflicts.other and better.place < ordered.place
    group by ordered.account_id, ordered.play
),

varied as (
    select
        ordered.account_id,
        ordered.play,
        ordered.goal,
        ordered.primary_gap,
        ordered.other_gap,
        ordered.is_dismissed,
        ordered.strength,
        ordered.merit,
        ordered.place,
        row_number() over (partition by ordered.account_id, ordered.step order by ordered.place) as place_in_step
    from ordered
    left join outdone on outdone.account_id = ordered.account_id and outdone.play = ordered.play
    where outdone.play is null
)

select
    account_id,                                         -- the account
    cast(row_number() over (partition by account_id order by place) as integer) as rank, -- 1 is the best
    play,                                               -- the play
    goal,                                               -- the goal it serves; NULL when it serves none of this account
    primary_gap,                                        -- what the primary goal lacks, where the play serves it
    other_gap,                                          -- what the other goal lacks, where it serves one
    is_dismissed,                                       -- the account does not want it for the time being
    strength,                                           -- how far the numbers are from usual
    merit                                               -- strength times expected effect per unit of effort
from varied
where place_in_step <= 2
qualify row_number() over (partition by account_id order by place) <= 3
