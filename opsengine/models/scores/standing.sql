-- What kind of account this is: its industry's rhythm, and its stage by its own age, fans and growth.
-- grain: account_id
with seen as (
    select account_id, min(day) as first_day, max(day) as last_day from metrics.account_day where day <= $as_of group by account_id
),

fans as (
    select account_id, value as fans, previous_value as fans_before
    from metrics.account_window
    where metric = 'fans_total' and days = 28
)

select
    accounts.account_id,                                -- the account
    accounts.industry,                                  -- its industry as registered
    accounts.size,                                      -- its size as registered
    industries.frequency,                               -- high or low: how often people buy
    industries.online,                                  -- high or low: how much of it happens online
    case
        when seen.first_day is null then null
        when date_diff('day', least(coalesce(accounts.opened_on, seen.first_day), seen.first_day), $as_of) < 60 then 'cold_start'
        when fans.fans is null then null
        when fans.fans < 1000 then 'cold_start'
        when fans.fans >= 1.03 * fans.fans_before then 'growth'
        else 'mature'
    end as stage,                                       -- cold_start under 60 days or 1000 fans; growth when fans grew 3 % in 28 days; else mature; NULL while fans are unknown
    seen.first_day,                                     -- first day with data
    seen.last_day                                       -- last day with data
from raw.accounts as accounts
left join raw.industries as industries on industries.industry = lower(accounts.industry)
left join seen on seen.account_id = accounts.account_id
left join fans on fans.account_id = accounts.account_id
