-- Between which ranks each account stays in nine of ten draws of all weights at once.
-- grain: account_id, scorecard
with ordered as (
    select
        draw_rank.account_id,
        draw_rank.scorecard,
        draw_rank.rank,
        row_number() over (
            partition by draw_rank.account_id, draw_rank.scorecard order by draw_rank.rank, draw_rank.draw
        ) as place,
        count(*) over (partition by draw_rank.account_id, draw_rank.scorecard) as draws
    from sensitivity.draw_rank as draw_rank
    inner join raw.draws as draws on draws.scorecard = draw_rank.scorecard and draws.draw = draw_rank.draw
    where draws.varies = 'all'
)

select
    ordered.account_id,                                 -- the account
    ordered.scorecard,                                  -- business or popularity
    max(today.rank) as rank,                            -- the rank with the weights as they are
    max(case when ordered.place = floor((ordered.draws - 1) * 0.05) + 1 then ordered.rank end) as q5, -- one draw in twenty ranks it better
    max(case when ordered.place = floor((ordered.draws - 1) * 0.50) + 1 then ordered.rank end) as q50, -- half of the draws
    max(case when ordered.place = floor((ordered.draws - 1) * 0.95) + 1 then ordered.rank end) as q95 -- one draw in twenty ranks it worse
from ordered
inner join sensitivity.draw_rank as today
    on today.account_id = ordered.account_id and today.scorecard = ordered.scorecard and today.draw = 0
group by ordered.account_id, ordered.scorecard
