-- The most that one day of a metric counts for a component: what only one account-day in two hundred exceeds, or the account's own best day, in a reference of four weeks or more.
-- grain: account_id, metric
with period as (
    select min(reference_from) as first_day, max(reference_to) as last_day, max(winsorise) as share from raw.scorecards
),

known as (
    select account_day.account_id, account_day.metric, account_day.day, account_day.value
    from metrics.account_day as account_day
    cross join period
    where account_day.metric in (select metric from raw.scored_metrics)
        and account_day.day between period.first_day and period.last_day
),

ordered as (
    select
        metric,
        value,
        row_number() over (partition by metric order by value, account_id, day) as place,
        count(*) over (partition by metric) as days
    from known
),

usual as (
    select ordered.metric, min(ordered.value) as cap
    from ordered
    cross join period
    inner join (select metric from known group by metric having count(distinct day) >= 28) as frozen on frozen.metric = ordered.metric
    where ordered.place >= period.share * ordered.days
    group by ordered.metric
),

best as (
    select account_id, metric, max(value) as cap from known group by account_id, metric
)

select
    accounts.account_id,                                -- the account
    usual.metric,                                       -- the metric
    cast(greatest(usual.cap, best.cap) as decimal(24, 6)) as cap -- what one day counts at most
from usual
cross join raw.accounts as accounts
left join best on best.account_id = accounts.account_id and best.metric = usual.metric
