-- Where today's scores and components lie among the account's own last 90 days.
-- grain: account_id, scorecard, component
-- kept: as a view
with history as (
    select account_id, day, scorecard, '' as component, score as value
    from scores.account_score
    where score is not null and day <= $as_of and date_diff('day', day, $as_of) < 90
    union all
    select account_id, day, scorecard, component, share as value
    from scores.component
    where not is_missing and share is not null and day <= $as_of and date_diff('day', day, $as_of) < 90
)

select
    today.account_id,                                   -- the account
    today.scorecard,                                    -- business or popularity
    today.component,                                    -- the component; empty for the score itself
    cast(count(*) as integer) as days,                  -- days it is compared with, today among them
    (count(*) filter (where history.value < today.value) + 0.5 * (count(*) filter (where history.value = today.value) - 1))
    / nullif(cast(count(*) - 1 as double), 0) as percentile_self -- share of those days it is ahead of, ties count half
from history as today
inner join history
    on history.account_id = today.account_id and history.scorecard = today.scorecard and history.component = today.component
where today.day = $as_of
group by today.account_id, today.scorecard, today.component
