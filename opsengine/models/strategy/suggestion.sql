-- The three best plays for each account, one after the other: none in conflict with a better one, and no three of one step.
-- grain: account_id, rank
with line as (
    select account_id, play, step, place from strategy.in_line where place is not null
),

first_pick as (
    select account_id, play, step, place from line where place = 1
),

second_pick as (
    select line.account_id, line.play, line.step, line.place
    from line
    inner join first_pick as first on first.account_id = line.account_id and line.place > first.place
    left join raw.play_conflicts as conflicts on conflicts.play = line.play and conflicts.other = first.play
    where conflicts.play is null
    qualify row_number() over (partition by line.account_id order by line.place) = 1
),

third_pick as (
    select line.account_id, line.play, line.step, line.place
    from line
    inner join first_pick as first on first.account_id = line.account_id
    inner join second_pick as second on second.account_id = line.account_id and line.place > second.place
    left join raw.play_conflicts as one on one.play = line.play and one.other = first.play
    left join raw.play_conflicts as two on two.play = line.play and two.other = second.play
    where one.play is null and two.play is null and not (line.step = first.step and line.step = second.step)
    qualify row_number() over (partition by line.account_id order by line.place) = 1
),

picked as (
    select account_id, play, 1 as rank from first_pick
    union all
    select account_id, play, 2 as rank from second_pick
    union all
    select account_id, play, 3 as rank from third_pick
)

select
    picked.account_id,                                  -- the account
    picked.rank,                                        -- 1 is the best
    picked.play,                                        -- the play
    candidate.step,                                     -- settle, retain or convert
    candidate.goal,                                     -- the goal it serves; NULL when it serves none of this account
    candidate.goal_metric,                              -- what that goal promises
    candidate.goal_role,                                -- primary, secondary or guardrail
    candidate.believed,                                 -- share of the target that it is believed to close of the gap
    candidate.primary_hoped,                            -- share of the primary target it may well close
    candidate.other_hoped,                              -- the most of another target
    candidate.primary_worth,                            -- share of the primary target it may well close, per unit of effort
    candidate.other_worth,                              -- the most of another target, per unit of effort
    candidate.is_dismissed,                             -- the account does not want it for the time being
    candidate.strength,                                 -- how far the numbers are from usual
    candidate.promise,                                  -- strength times hoped effect
    candidate.merit                                     -- the same per unit of effort
from picked
inner join strategy.candidate as candidate on candidate.account_id = picked.account_id and candidate.play = picked.play
