-- Every history day by day: of an account as it is, of a group the sum of its accounts.
-- grain: history, place
with together as (
    select whole.history, whole.first_day, part.history as part
    from (
        select distinct series, account_id
        from goals.promised
        where subject_kind <> 'account'
    ) as members
    inner join goals.history as whole on whole.series = members.series
    inner join goals.history as part on part.account_id = members.account_id and part.metric = whole.metric
),

everything as (
    select history.history, cast(date_diff('day', history.first_day, filled.day) + 1 as integer) as place, filled.day, filled.value
    from goals.filled_day as filled
    inner join goals.history as history on history.history = filled.history
    union all
    select
        together.history,
        cast(date_diff('day', together.first_day, filled.day) + 1 as integer) as place,
        filled.day,
        sum(filled.value) as value
    from together
    inner join goals.filled_day as filled on filled.history = together.part
    group by together.history, together.first_day, filled.day
)

select
    everything.history,                                 -- whose
    everything.place,                                   -- 1, 2, 3, … in the history
    calendar.weekday,                                   -- 1 is Monday
    cast(everything.value as double) as value           -- how much
from everything
inner join raw.calendar as calendar on calendar.day = everything.day
