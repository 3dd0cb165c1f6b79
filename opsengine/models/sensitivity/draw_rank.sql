-- The rank of every account in its peer group under each draw of weights.
-- grain: draw, account_id, scorecard
with ranked as (
    select
        draw_score.draw,
        draw_score.account_id,
        draw_score.scorecard,
        placed.level,
        placed.key,
        rank() over (
            partition by draw_score.draw, draw_score.scorecard, placed.level, placed.key order by draw_score.score desc
        ) as place
    from sensitivity.draw_score as draw_score
    inner join staging.peer_group as placed on placed.account_id = draw_score.account_id
)

select
    ranked.draw,                                        -- the draw; 0 leaves every weight as it is
    ranked.account_id,                                  -- the account
    ranked.scorecard,                                   -- business or popularity
    cast(ranked.place as integer) as rank               -- 1 is the best; equal scores share a rank
from ranked
inner join scores.rank as today
    on today.account_id = ranked.account_id and today.scorecard = ranked.scorecard and today.day = $as_of
    and today.level = ranked.level and today.key = ranked.key
