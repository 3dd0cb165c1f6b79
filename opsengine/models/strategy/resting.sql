-- Plays that are not suggested to an account today: taken up lately, or in conflict with one that is under way.
-- grain: account_id, play
with reasons as (
    select account_id, play from raw.plays_resting
    union all
    select under_way.account_id, conflicts.play
    from raw.plays_under_way as under_way
    inner join raw.play_conflicts as conflicts on conflicts.other = under_way.play
)

select
    account_id,                                         -- the account
    play                                                -- the play
from reasons
group by account_id, play
