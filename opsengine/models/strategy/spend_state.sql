-- Whether ad money still earns what it used to: the best week of the last three against the best of the last six.
-- grain: account_id, name
with days as (
    select
        account_id,
        date_diff('day', day, $as_of) as age,
        case when metric = 'ad_gmv' then value end as earned,
        case when metric = 'ad_spend' then value end as spent
    from metrics.account_day
    where metric in ('ad_gmv', 'ad_spend') and date_diff('day', day, $as_of) between 0 and 41
),

weeks as (
    select
        account_id,
        cast(floor(cast(age as double) / 7) as integer) as week,
        cast(sum(earned) as double) / nullif(cast(sum(spent) as double), 0) as roi
    from days
    group by account_id, cast(floor(cast(age as double) / 7) as integer)
),

peaks as (
    select
        account_id,
        count(roi) as weeks,
        max(roi) filter (where week < 3) as recent,
        max(roi) as peak
    from weeks
    group by account_id
)

select
    account_id,                                         -- the account
    'roi_3w_to_peak' as name,                           -- below 0.7 every one of the last three weeks is below 70 % of the peak
    recent / nullif(peak, 0) as value                   -- a part of the peak; only where all six weeks had spend
from peaks
where weeks = 6 and peak > 0
