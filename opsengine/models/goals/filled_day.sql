-- The daily history of each account, without holes: missing days, and what a day of a campaign would have been, are estimated by the same weekdays before.
-- grain: history, days_ago
with told as (
    select
        history.history,
        cast(date_diff('day', account_day.day, $as_of) as integer) as days_ago,
        cast(account_day.value as double) as value
    from metrics.account_day as account_day
    inner join goals.history as history on account_day.account_id = history.account_id and account_day.metric = history.metric
    where not history.is_whole and account_day.day <= $as_of and date_diff('day', account_day.day, $as_of) < 800
    union all
    select
        history.history,
        cast(date_diff('day', score.day, $as_of) as integer) as days_ago,
        cast(score.score as double) as value
    from scores.account_score as score
    inner join goals.history as history on score.account_id = history.account_id and score.scorecard || '_score' = history.metric
    where score.score is not null and score.day <= $as_of and date_diff('day', score.day, $as_of) < 800
),

grid as (
    select
        history.history,
        history.kind,
        cast(date_diff('day', calendar.day, $as_of) as integer) as days_ago,
        calendar.weekday,
        told.value,
        case when campaign.days_ago is null then told.value end as ordinary,
        min(told.days_ago) over (
            partition by history.history order by calendar.day rows between unbounded preceding and current row
        ) as known_days_ago
    from goals.history as history
    inner join raw.calendar as calendar
        on calendar.day <= $as_of
        and date_diff('day', history.first_day, calendar.day) >= case when history.kind = 'flow' then 0 else -1 end
    left join told on told.history = history.history and told.days_ago = date_diff('day', calendar.day, $as_of)
    left join goals.campaign_day as campaign
        on campaign.account_id = history.account_id and campaign.days_ago = date_diff('day', calendar.day, $as_of)
    where history.account_id is not null and not history.is_whole
),

usual as (
    select
        history,
        days_ago,
        value,
        ordinary,
        avg(ordinary) over (
            partition by history, weekday order by days_ago desc rows between 8 preceding and 1 preceding
        ) as same_weekday,
        avg(ordinary) over (
            partition by history order by days_ago desc rows between unbounded preceding and 1 preceding
        ) as every_day
    from grid
    where kind = 'flow'
),

grown as (
    select
        grid.history,
        grid.days_ago,
        known.value - lag(known.value) over (partition by grid.history order by grid.days_ago desc) as growth
    from grid
    inner join told as known on known.history = grid.history and known.days_ago = grid.known_days_ago
    where grid.kind <> 'flow'
),

everything as (
    select
        history.history,
        cast(date_diff('day', account_day.day, $as_of) as integer) as days_ago,
        cast(account_day.value as double) as value,
        cast(account_day.value as double) as ordinary
    from metrics.account_day as account_day
    inner join goals.history as history on account_day.account_id = history.account_id and account_day.metric = history.metric
    where history.is_whole and account_day.day <= $as_of and date_diff('day', account_day.day, $as_of) < 800
    union all
    select
        history,
        days_ago,
        coalesce(value, same_weekday, every_day) as value,
        coalesce(ordinary, same_weekday, every_day, value) as ordinary
    from usual
    union all
    select history, days_ago, growth as value, growth as ordinary
    from grown
    where growth is not null
)

select
    history,                                            -- whose
    days_ago,                                           -- 0 is the day looked at
    cast(floor(days_ago / 7.0) as integer) as week,     -- 0 is the seven days that end with the day looked at, 1 those before, …
    days_ago - 7 * cast(floor(days_ago / 7.0) as integer) as place, -- 0 is the last day of such a week
    value,                                              -- what was counted or estimated; by how much a level grew
    ordinary                                            -- the same, but what an ordinary day would have brought on a day of a campaign
from everything
where value is not null
