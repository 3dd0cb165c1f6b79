-- Since when each account is known, and each number that others are summed from.
-- grain: account_id
with told as (
    select
        base.account_id,
        base.day as first_day,
        case when base.part__value is not null then base.day end as part__first_day
    from metrics.base_day as base
    inner join raw.days_made as made on made.day = base.day
    union all
    select account_id, first_day, part__first_day from raw.first_day_before
)

select
    account_id,                                         -- the account
    min(first_day) as first_day,                        -- the first day of which anything is known
    min(part__first_day) as part__first_day             -- the first day that tells this number
from told
group by account_id
