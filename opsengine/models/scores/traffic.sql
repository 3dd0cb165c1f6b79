-- Where visits came from within seven days: public, paid, owned and external traffic, beside the seven before.
-- grain: account_id
-- kept: as a view
with split as (
    select account_id, metric, value as visits, previous_value as previous_visits
    from metrics.account_window
    where metric in ('traffic_public', 'traffic_paid', 'traffic_owned', 'traffic_external') and days = 7
)

select
    account_id,                                         -- the account
    cast(max(visits) filter (where metric = 'traffic_public') as double) as public, -- recommendations, search, mall
    cast(max(visits) filter (where metric = 'traffic_paid') as double) as paid, -- Qianchuan, bidding, brand ads, DOU+
    cast(max(visits) filter (where metric = 'traffic_owned') as double) as owned, -- followers, home page, groups, messages
    cast(max(visits) filter (where metric = 'traffic_external') as double) as external, -- links and codes from outside
    cast(max(previous_visits) filter (where metric = 'traffic_public') as double) as previous_public, -- the week before
    cast(max(previous_visits) filter (where metric = 'traffic_paid') as double) as previous_paid, -- the week before
    cast(max(previous_visits) filter (where metric = 'traffic_owned') as double) as previous_owned, -- the week before
    cast(max(previous_visits) filter (where metric = 'traffic_external') as double) as previous_external -- the week before
from split
group by account_id
