-- For each rule about a score: how the score stands against seven days before, and since when it has fallen that much.
-- grain: alert, account_id
with changes as (
    select
        rules.alert,
        rules.scorecard,
        rules.threshold,
        today.account_id,
        today.day,
        today.score,
        today.score - earlier.score as change
    from raw.alert_rules as rules
    inner join scores.account_score as today on today.scorecard = rules.scorecard and today.day <= $as_of
    left join scores.account_score as earlier
        on earlier.account_id = today.account_id
        and earlier.scorecard = today.scorecard
        and earlier.day = cast(today.day - interval 7 day as date)
),

quiet as (
    select alert, account_id, max(day) as last_day
    from changes
    where change is null or change > -threshold
    group by alert, account_id
),

streaks as (
    select changes.alert, changes.account_id, min(changes.day) as first_day
    from changes
    left join quiet on quiet.alert = changes.alert and quiet.account_id = changes.account_id
    where quiet.last_day is null or changes.day > quiet.last_day
    group by changes.alert, changes.account_id
)

select
    changes.alert,                                      -- the rule
    changes.account_id,                                 -- the account
    changes.scorecard,                                  -- business or popularity
    changes.score,                                      -- the score of the day
    changes.change,                                     -- points against seven days before; NULL when either is not known
    case
        when changes.change is null then 'no_data'
        when changes.change <= -changes.threshold then 'firing'
        else 'ok'
    end as state,                                       -- firing, ok or no_data
    coalesce(streaks.first_day, changes.day) as since   -- first day of the present fall; the day itself when there is none
from changes
left join streaks on streaks.alert = changes.alert and streaks.account_id = changes.account_id
where changes.day = $as_of
