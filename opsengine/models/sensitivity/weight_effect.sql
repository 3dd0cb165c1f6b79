-- Which weight matters: how far ranks move when one weight alone is as far off as it may be, to either side.
-- grain: scorecard, part
select
    draws.scorecard,                                    -- business or popularity
    draws.varies as part,                               -- the pillar or component whose weight is off
    cast(sum(abs(moved.rank - today.rank)) as double) / nullif(cast(count(*) as double), 0) as mean_shift, -- places an account moves, on average
    max(abs(moved.rank - today.rank)) as largest_shift  -- places that one account moves at most
from raw.draws as draws
inner join sensitivity.draw_rank as moved on moved.scorecard = draws.scorecard and moved.draw = draws.draw
inner join sensitivity.draw_rank as today
    on today.account_id = moved.account_id and today.scorecard = moved.scorecard and today.draw = 0
where draws.varies not in ('all', 'none')
group by draws.scorecard, draws.varies
