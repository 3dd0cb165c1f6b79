-- Since when each account is known, and each number that others are summed from.
-- grain: account_id
select
    account_id,                                         -- the account
    min(day) as first_day,                              -- the first day of which anything is known
    min(case when part__value is not null then day end) as part__first_day -- the first day that tells this number
from metrics.base_day
group by account_id
