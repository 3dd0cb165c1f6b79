-- Each account on one line of the live page: both scores, sales, leads and fans, and how they moved.
-- grain: account_id
with freshest as (
    select account_id, max(last_day) as last_day from monitor.freshness group by account_id
),

numbers as (
    select
        account_id,
        max(value) filter (where name = 'business_score') as business,
        max(value) filter (where name = 'business_change_7d') as business_change,
        max(value) filter (where name = 'popularity_score') as popularity,
        max(value) filter (where name = 'popularity_change_7d') as popularity_change,
        max(value) filter (where name = 'gmv_7d') as sales,
        max(value) filter (where name = 'gmv_7d_change') as sales_change,
        max(value) filter (where name = 'leads_7d') as leads,
        max(value) filter (where name = 'leads_7d_change') as leads_change,
        max(value) filter (where name = 'net_fans_7d') as fans_growth,
        max(value) filter (where name = 'fans_total') as fans
    from strategy.account_state
    where name in (
        'business_score', 'business_change_7d', 'popularity_score', 'popularity_change_7d', 'gmv_7d', 'gmv_7d_change', 'leads_7d',
        'leads_7d_change', 'net_fans_7d', 'fans_total'
    )
    group by account_id
)

select
    accounts.account_id,                                -- the account
    accounts.name,                                      -- what it is called
    accounts.industry,                                  -- its industry
    accounts.team,                                      -- its team
    numbers.business,                                   -- business score
    numbers.business_change,                            -- against seven days before
    numbers.popularity,                                 -- popularity score
    numbers.popularity_change,                          -- against seven days before
    numbers.sales,                                      -- yuan in seven days
    numbers.sales_change,                               -- against the seven days before: -0.2 is a fifth less
    numbers.leads,                                      -- leads in seven days
    numbers.leads_change,                               -- against the seven days before
    numbers.fans_growth,                                -- fans won less fans lost in seven days
    numbers.fans,                                       -- fans
    freshest.last_day,                                  -- newest day that any source tells of
    cast(date_diff('day', freshest.last_day, $as_of) as integer) as days_behind -- how far that lies behind
from raw.accounts as accounts
left join numbers on numbers.account_id = accounts.account_id
left join freshest on freshest.account_id = accounts.account_id
