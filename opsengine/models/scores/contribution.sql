-- What makes up a score: the points of each component above the floor of 10 and those that risk takes off, which add up to the score exactly.
-- grain: account_id, day, scorecard, component
-- kept: as a view
with settled as (
    select account_id, day, component__points, risk__points
    from scores.contribution_day
),

lowered as (
    select
        account_id,
        day,
        cast(risk__scorecard as varchar) as scorecard,
        cast(risk__risk as varchar) as component,
        risk__points as points
    from settled
    cross join each.risk
    where risk__points is not null
)

select
    account_id,                                         -- the account
    day,                                                -- the day
    cast(component__scorecard as varchar) as scorecard, -- business or popularity
    cast(component__component as varchar) as component, -- the component, or the risk
    cast(component__points as decimal(18, 6)) as points -- points; the last digit's rounding goes to the largest
from settled
cross join each.component
where component__points is not null
union all
select account_id, day, scorecard, component, points from lowered
