-- The plays that an account may be told, in their order: first what they close of the primary goal, then of others, then merit, all by effort.
-- grain: account_id, play
with free as (
    select account_id, play, step, is_dismissed, primary_worth, other_worth, merit
    from strategy.candidate
    where held_back is null
),

in_turn as (
    select
        account_id,
        play,
        row_number() over (
            partition by play
            order by
                is_dismissed asc, coalesce(primary_worth, 0) desc, coalesce(other_worth, 0) desc, merit desc, account_id asc
        ) as turn
    from free
),

capped as (
    select
        in_turn.account_id,
        in_turn.play,
        in_turn.turn > plays.weekly_cap - coalesce(taken.accounts, 0) as is_beyond_cap
    from in_turn
    inner join raw.plays as plays on plays.play = in_turn.play
    left join raw.plays_taken as taken on taken.play = in_turn.play
)

select
    free.account_id,                                    -- the account
    free.play,                                          -- the play
    free.step,                                          -- settle, retain or convert
    coalesce(capped.is_beyond_cap, false) as is_beyond_cap, -- whether needier accounts use up its weekly cap
    case when not coalesce(capped.is_beyond_cap, false) then row_number() over (
        partition by free.account_id, coalesce(capped.is_beyond_cap, false)
        order by
            free.is_dismissed asc,
            coalesce(free.primary_worth, 0) desc,
            coalesce(free.other_worth, 0) desc,
            case when free.primary_worth is null then 1 else 0 end asc,
            free.merit desc,
            free.play asc
    ) end as place                                      -- 1 is the best; NULL beyond the cap
from free
inner join capped on capped.account_id = free.account_id and capped.play = free.play
