-- Single days and stretches of days of the last eight weeks: how surprising the day is, and how surprising the last three or seven are together.
-- grain: subject_kind, subject, metric, day
with stretches as (
    select
        subject_kind,
        subject,
        metric,
        day,
        level,
        key,
        residual,
        field_residual,
        surprise,
        max(abs(surprise)) over (
            partition by subject_kind, subject, metric order by day rows between 4 preceding and current row
        ) as most_of_five,
        avg(surprise) over last_three * sqrt(3.0) as three,
        avg(surprise) over last_seven * sqrt(7.0) as seven,
        count(*) over last_seven as days
    from surprise.day
    where date_diff('day', day, $as_of) <= 62
    window
        last_three as (partition by subject_kind, subject, metric order by day rows between 2 preceding and current row),
        last_seven as (partition by subject_kind, subject, metric order by day rows between 6 preceding and current row)
)

select
    subject_kind,                                       -- account or field
    subject,                                            -- which one
    metric,                                             -- the flow
    day,                                                -- the day
    level,                                              -- the group whose movement was taken off; empty for none
    key,                                                -- which group
    residual,                                           -- log of brought over expected
    field_residual,                                     -- that of the group's middle account
    surprise,                                           -- of the day, in standard deviations
    abs(surprise) >= most_of_five as is_peak,           -- whether no day of the last five was more surprising
    round(case when days < 7 then null when abs(three) >= abs(seven) then three else seven end, 6) as shift -- of the last three or seven days together
from stretches
