-- The plays that suit an account's kind of business and stage, whatever its numbers say.
-- grain: account_id, play
select
    standing.account_id,                                -- the account
    plays.play                                          -- the play
from scores.standing as standing
cross join raw.plays as plays
left join raw.play_quadrants as quadrants
    on quadrants.play = plays.play
    and quadrants.frequency = standing.frequency
    and quadrants.online = standing.online
left join raw.play_stages as stages
    on stages.play = plays.play and stages.stage = standing.stage
where (plays.suits_every_quadrant or quadrants.play is not null) and (plays.suits_every_stage or stages.play is not null)
