-- Every watched flow of each account day by day since its first day, without holes. A special day says nothing about a usual one.
-- grain: account_id, metric, day
with told as (
    select account_day.account_id, account_day.metric, account_day.day, cast(account_day.value as double) as value
    from metrics.account_day as account_day
    inner join raw.watched_metrics as watched on watched.metric = account_day.metric
    where account_day.day <= $as_of and date_diff('day', account_day.day, $as_of) < 182
),

firsts as (
    select account_id, metric, min(day) as first_day from told group by account_id, metric
),

grid as (
    select
        firsts.account_id,
        firsts.metric,
        calendar.day,
        calendar.weekday,
        date_diff('day', firsts.first_day, calendar.day) + 1 as place,
        told.value as told_value,
        special.day is not null as is_special,
        case when special.day is null then told.value end as value
    from firsts
    inner join raw.calendar as calendar on calendar.day >= firsts.first_day and calendar.day <= $as_of
    left join told
        on told.account_id = firsts.account_id and told.metric = firsts.metric and told.day = calendar.day
    left join raw.special_days as special on special.day = calendar.day
),

usual as (
    select
        account_id,
        metric,
        day,
        weekday,
        place,
        told_value,
        is_special,
        value,
        avg(value) over (
            partition by account_id, metric, weekday order by day rows between 8 preceding and 1 preceding
        ) as same_weekday,
        avg(value) over (
            partition by account_id, metric order by day rows between 28 preceding and 1 preceding
        ) as any_day
    from grid
)

select
    account_id,                                         -- the account
    metric,                                             -- a flow
    day,                                                -- a day since the first that is known
    weekday,                                            -- 1 is Monday
    cast(place as integer) as place,                    -- 1, 2, 3, … since that day
    cast(told_value as double) as value,                -- how much was told; NULL where nothing was
    is_special,                                         -- whether a campaign or a holiday is declared
    cast(coalesce(value, same_weekday, any_day, told_value) as double) as filled -- the same without holes and special days
from usual
