-- The most that one day of a metric counts for a component: what only one account-day in two hundred exceeds, or the account's own best day, in a reference of four weeks or more.
-- grain: account_id
with period as (
    select min(reference_from) as first_day, max(reference_to) as last_day, max(winsorise) as share from raw.scorecards
),

known as (
    select numbers.account_id, numbers.day, capped__value
    from metrics.number_day as numbers
    cross join period
    where numbers.day between period.first_day and period.last_day
),

counted as (
    select cast(capped__id as varchar) as metric, cast(capped__value as decimal(18, 6)) as value, count(*) as days
    from known
    cross join each.capped
    where capped__value is not null
    group by capped__value
),

ordered as (
    select
        metric,
        value,
        sum(days) over (partition by metric order by value rows between unbounded preceding and current row) as days_up_to,
        sum(days) over (partition by metric) as days
    from counted
),

usual as (
    select ordered.metric, min(ordered.value) as cap
    from ordered
    cross join period
    where ordered.days_up_to >= period.share * ordered.days
    group by ordered.metric
),

told as (
    select day, count(capped__value) as capped__value from known group by day
),

lengths as (
    select cast(capped__id as varchar) as metric, count(*) as days
    from told
    cross join each.capped
    where capped__value > 0
),

frozen as (
    select usual.metric, usual.cap from usual inner join lengths on lengths.metric = usual.metric where lengths.days >= 28
),

caps as (
    select max(case when metric = capped__id then cap end) as capped__value from frozen
),

best as (
    select account_id, max(capped__value) as capped__value from known group by account_id
)

select
    accounts.account_id,                                -- the account
    case when caps.capped__value is not null
        then cast(greatest(caps.capped__value, best.capped__value) as decimal(18, 6)) end as capped__value -- what one day counts at most; NULL: all of it
from raw.accounts as accounts
cross join caps
left join best on best.account_id = accounts.account_id
