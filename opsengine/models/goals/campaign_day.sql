-- The days that a declared campaign takes out of the ordinary, for each account it is about; of two campaigns on one day the first by name.
-- grain: account_id, days_ago
with members as (
    select wanted.campaign, attributes.account_id
    from raw.campaign_accounts as wanted
    inner join goals.attribute as attributes on attributes.attribute = wanted.attribute and attributes.value = wanted.value
    group by wanted.campaign, attributes.account_id, wanted.attributes
    having count(*) = wanted.attributes
    union all
    select campaigns.campaign, accounts.account_id
    from (select distinct campaign from raw.campaign_days) as campaigns
    cross join raw.accounts as accounts
    where campaigns.campaign not in (select campaign from raw.campaign_accounts)
)

select
    members.account_id,                                 -- the account
    cast(date_diff('day', days.day, $as_of) as integer) as days_ago, -- how many days ago; below zero for days to come
    min(days.campaign) as campaign,                     -- the campaign's name
    max(days.expected_lift) as expected_lift            -- how many times an ordinary day its day brings, where its file says so
from members
inner join raw.campaign_days as days on days.campaign = members.campaign
group by members.account_id, days.day
