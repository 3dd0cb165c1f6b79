-- The histories that are foreseen: of every account, and of every team and brand with a promise.
-- grain: series, metric, place
with together as (
    select distinct promised.subject_kind || ':' || promised.subject as series, accounts.account_id
    from raw.goals as promised
    inner join raw.accounts as accounts
        on promised.subject = case promised.subject_kind when 'team' then accounts.team else accounts.brand end
    where promised.subject_kind in ('team', 'brand')
),

everything as (
    select 'account:' || account_id as series, metric, day, value
    from goals.filled_day
    union all
    select together.series, filled.metric, filled.day, sum(filled.value) as value
    from together
    inner join goals.filled_day as filled on filled.account_id = together.account_id
    group by together.series, filled.metric, filled.day
)

select
    everything.series,                                  -- account, team or brand, and its name
    everything.metric,                                  -- a flow, or the growth of a stock
    everything.day,                                     -- the day
    calendar.weekday,                                   -- 1 is Monday
    cast(row_number() over (
        partition by everything.series, everything.metric order by everything.day
    ) as integer) as place,                             -- 1, 2, 3, … in the history
    cast(everything.value as double) as value           -- how much
from everything
inner join raw.calendar as calendar on calendar.day = everything.day
