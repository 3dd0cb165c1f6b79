-- The daily history that is foreseen from, without holes: missing days are estimated by the same weekdays before them.
-- grain: account_id, metric, day
with wanted as (
    select distinct metric, kind
    from goals.horizon
),

recent as (
    select account_day.account_id, account_day.metric, wanted.kind, account_day.day, cast(account_day.value as double) as value
    from metrics.account_day as account_day
    inner join wanted on wanted.metric = account_day.metric
    where account_day.day <= $as_of and date_diff('day', account_day.day, $as_of) < 800
),

firsts as (
    select account_id, metric, kind, min(day) as first_day
    from recent
    group by account_id, metric, kind
),

grid as (
    select
        firsts.account_id,
        firsts.metric,
        firsts.kind,
        calendar.day,
        calendar.weekday,
        recent.value,
        max(recent.day) over (
            partition by firsts.account_id, firsts.metric order by calendar.day rows between unbounded preceding and current row
        ) as known_day
    from firsts
    inner join raw.calendar as calendar on calendar.day between firsts.first_day and $as_of
    left join recent
        on recent.account_id = firsts.account_id and recent.metric = firsts.metric and recent.day = calendar.day
),

usual as (
    select
        account_id,
        metric,
        day,
        value,
        avg(value) over (
            partition by account_id, metric, weekday order by day rows between 8 preceding and 1 preceding
        ) as same_weekday,
        avg(value) over (
            partition by account_id, metric order by day rows between unbounded preceding and 1 preceding
        ) as every_day
    from grid
    where kind = 'flow'
),

grown as (
    select
        grid.account_id,
        grid.metric,
        grid.day,
        grid.value,
        known.value - lag(known.value) over (partition by grid.account_id, grid.metric order by grid.day) as growth
    from grid
    inner join recent as known
        on known.account_id = grid.account_id and known.metric = grid.metric and known.day = grid.known_day
    where grid.kind = 'stock'
),

everything as (
    select account_id, metric, day, coalesce(value, same_weekday, every_day) as value, value is null as is_estimated
    from usual
    union all
    select account_id, metric, day, growth as value, value is null as is_estimated
    from grown
    where growth is not null
)

select
    account_id,                                         -- the account
    metric,                                             -- a flow, or a stock
    day,                                                -- a day since its first data, 800 days back at most
    cast(value as double) as value,                     -- what was counted or estimated; by how much a stock grew
    is_estimated                                        -- whether nobody told of the day
from everything
