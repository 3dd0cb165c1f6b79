-- Plays that are not suggested to an account today, and why: taken up lately, or in conflict with one that is under way.
-- grain: account_id, play
with reasons as (
    select account_id, play, 1 as place, 'cooldown' as reason, cast(null as varchar) as other, until from raw.plays_resting
    union all
    select under_way.account_id, conflicts.play, 2 as place, 'under_way' as reason, under_way.play as other, cast(null as date) as until
    from raw.plays_under_way as under_way
    inner join raw.play_conflicts as conflicts on conflicts.other = under_way.play
)

select
    account_id,                                         -- the account
    play,                                               -- the play
    reason,                                             -- cooldown or under_way
    other,                                              -- the play under way that it does not go together with
    until                                               -- the first day on which it may come again; NULL while it is under way
from reasons
qualify row_number() over (partition by account_id, play order by place, other) = 1
