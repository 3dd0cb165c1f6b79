-- The daily history of each account, without holes: missing days are estimated by the same weekdays before them.
-- grain: history, day
with told as (
    select history.history, history.kind, history.is_whole, account_day.day, cast(account_day.value as double) as value
    from goals.history as history
    inner join metrics.account_day as account_day
        on account_day.account_id = history.account_id and account_day.metric = history.metric
    where account_day.day <= $as_of and date_diff('day', account_day.day, $as_of) < 800
),

grid as (
    select
        history.history,
        history.kind,
        calendar.day,
        calendar.weekday,
        told.value,
        max(told.day) over (
            partition by history.history order by calendar.day rows between unbounded preceding and current row
        ) as known_day
    from goals.history as history
    inner join raw.calendar as calendar
        on calendar.day <= $as_of
        and date_diff('day', history.first_day, calendar.day) >= case when history.kind = 'stock' then -1 else 0 end
    left join told on told.history = history.history and told.day = calendar.day
    where history.account_id is not null and not history.is_whole
),

usual as (
    select
        history,
        day,
        value,
        avg(value) over (
            partition by history, weekday order by day rows between 8 preceding and 1 preceding
        ) as same_weekday,
        avg(value) over (
            partition by history order by day rows between unbounded preceding and 1 preceding
        ) as every_day
    from grid
    where kind = 'flow'
),

grown as (
    select
        grid.history,
        grid.day,
        known.value - lag(known.value) over (partition by grid.history order by grid.day) as growth
    from grid
    inner join told as known on known.history = grid.history and known.day = grid.known_day
    where grid.kind = 'stock'
),

everything as (
    select history, day, value
    from told
    where is_whole
    union all
    select history, day, coalesce(value, same_weekday, every_day) as value
    from usual
    union all
    select history, day, growth as value
    from grown
    where growth is not null
)

select
    history,                                            -- whose
    day,                                                -- a day since its first data
    cast(value as double) as value                      -- what was counted or estimated; by how much a stock grew
from everything
