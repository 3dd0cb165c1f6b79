-- The three best plays for each account: the primary goal's gap first, then other goals', then merit; two of one step at most.
-- grain: account_id, rank
with ordered as (
    select
        account_id,
        play,
        step,
        goal,
        primary_gap,
        other_gap,
        strength,
        merit,
        row_number() over (
            partition by account_id
            order by
                coalesce(primary_gap, 0) desc,
                coalesce(other_gap, 0) desc,
                case when primary_gap is null then 1 else 0 end asc,
                merit desc,
                play asc
        ) as place
    from strategy.candidate
),

varied as (
    select
        account_id,
        play,
        goal,
        primary_gap,
        other_gap,
        strength,
        merit,
        place,
        row_number() over (partition by account_id, step order by place) as place_in_step
    from ordered
)

select
    account_id,                                         -- the account
    cast(row_number() over (partition by account_id order by place) as integer) as rank, -- 1 is the best
    play,                                               -- the play
    goal,                                               -- the goal it serves; NULL when it serves none of this account
    primary_gap,                                        -- what the primary goal lacks, where the play serves it
    other_gap,                                          -- what the other goal lacks, where it serves one
    strength,                                           -- how far the numbers are from usual
    merit                                               -- strength times expected effect per unit of effort
from varied
where place_in_step <= 2
qualify row_number() over (partition by account_id order by place) <= 3
