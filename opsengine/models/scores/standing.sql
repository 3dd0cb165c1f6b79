-- What kind of account this is: its industry's rhythm, and its stage by its own age, fans and growth, with the reason.
-- grain: account_id
-- kept: as a view
with recent as (
    select account_id, max(day) as last_day
    from metrics.base_day
    where day between cast($as_of - interval 27 day as date) and $as_of
    group by account_id
),

silent as (
    select firsts.account_id
    from metrics.first_day as firsts
    left join recent on recent.account_id = firsts.account_id
    where recent.account_id is null
),

earlier as (
    select base.account_id, max(base.day) as last_day
    from metrics.base_day as base
    inner join silent on silent.account_id = base.account_id
    where base.day <= $as_of
    group by base.account_id
),

seen as (
    select firsts.account_id, firsts.first_day, coalesce(recent.last_day, earlier.last_day) as last_day
    from metrics.first_day as firsts
    left join recent on recent.account_id = firsts.account_id
    left join earlier on earlier.account_id = firsts.account_id
),

fans as (
    select account_id, value as fans, previous_value as fans_before
    from metrics.account_window
    where metric = 'fans_total' and days = 28
),

known as (
    select
        accounts.account_id,
        accounts.industry,
        accounts.size,
        industries.frequency,
        industries.online,
        seen.first_day,
        seen.last_day,
        date_diff('day', least(coalesce(accounts.opened_on, seen.first_day), seen.first_day), $as_of) as age_days,
        fans.fans,
        fans.fans / nullif(fans.fans_before, 0) - 1 as fans_growth
    from raw.accounts as accounts
    left join raw.industries as industries on industries.industry = lower(accounts.industry)
    left join seen on seen.account_id = accounts.account_id
    left join fans on fans.account_id = accounts.account_id
),

reasoned as (
    select
        known.account_id,
        case
            when known.first_day is null then 'no_data'
            when known.age_days < rules.cold_start_days then 'young'
            when known.fans is null then 'fans_unknown'
            when known.fans < rules.cold_start_fans then 'few_fans'
            when known.fans_growth >= rules.growth then 'fans_grew'
            else 'fans_steady'
        end as reason
    from known
    cross join raw.stages as rules
)

select
    known.account_id,                                   -- the account
    known.industry,                                     -- its industry as registered
    known.size,                                         -- its size as registered
    known.frequency,                                    -- high or low: how often people buy
    known.online,                                       -- high or low: how much of it happens online
    case
        when reasoned.reason in ('young', 'few_fans') then 'cold_start'
        when reasoned.reason = 'fans_grew' then 'growth'
        when reasoned.reason = 'fans_steady' then 'mature'
    end as stage,                                       -- cold_start, growth or mature by the rules of stages.yaml; NULL while nothing tells
    reasoned.reason,                                    -- which rule said so: young, few_fans, fans_grew, fans_steady; no_data, fans_unknown
    known.age_days,                                     -- days since it was opened or first seen
    cast(known.fans as double) as fans,                 -- its fans
    cast(known.fans_growth as double) as fans_growth,   -- share by which they grew in 28 days
    known.first_day,                                    -- first day with data
    known.last_day                                      -- last day with data
from known
inner join reasoned on reasoned.account_id = known.account_id
