-- Where each promise will land at the chances that are told, from 2.5 in 100 to 97.5; a score stays between 10 and 1000.
-- grain: measure_id
with possible as (
    select
        landing.measure_id,
        landing.backtests,
        landing.peers,
        spread.step,
        case
            when landing.is_growing then landing.there + greatest(0, landing.coming + landing.spread * spread.standard)
            when landing.kind = 'score'
                then greatest(10, least(1000, landing.there + landing.coming + landing.spread * spread.standard))
            else landing.there + landing.coming + landing.spread * spread.standard
        end as lands
    from goals.landing as landing
    inner join goals.spread as spread
        on spread.pool = landing.pool and spread.metric = landing.metric and spread.days_ahead = landing.days_ahead
    where landing.days_ago = 0 and spread.step in (5, 20, 50, 100, 150, 180, 195)
)

select
    measure_id,                                         -- the promise
    max(backtests) as backtests,                        -- forecasts of the past that the spread rests on
    max(peers) as peers,                                -- histories whose forecasts of the past it rests on
    round(max(case when step = 5 then lands end), 4) as p025, -- with 2.5 in 100 chances it lands at or below
    round(max(case when step = 20 then lands end), 4) as p10, -- with 10 in 100 chances at or below
    round(max(case when step = 50 then lands end), 4) as p25, -- with 25 in 100 chances at or below
    round(max(case when step = 100 then lands end), 4) as p50, -- as likely above as below
    round(max(case when step = 150 then lands end), 4) as p75, -- with 75 in 100 chances at or below
    round(max(case when step = 180 then lands end), 4) as p90, -- with 90 in 100 chances at or below
    round(max(case when step = 195 then lands end), 4) as p975 -- with 97.5 in 100 chances at or below
from possible
group by measure_id
