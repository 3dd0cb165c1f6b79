-- The accounts whose windows are slid over day by day: all of them, or where one day is made alone, those for which late data leaves a component too little.
-- grain: account_id
select account_id                                       -- the account
from metrics.window_last
where each_any(
    component__now_days < component__least_days and not component__now_is_told
    and (component__now_days > 0 or component__length <= component__carry_days)
)
union all
select account_id
from raw.accounts_made
where not exists (select 1 from raw.days_summed)
