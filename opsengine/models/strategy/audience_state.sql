-- How close an account's fans are, and which domains its traffic comes from, as shares by name; nothing of accounts that no file has told of for a week.
-- grain: account_id, name
with silent as (
    select account_id
    from staging.coverage
    where status = 'present'
    group by account_id
    having date_diff('day', max(day), $as_of) > 7
),

tiers as (
    select
        account_id,
        cast(devoted as double) as devoted,
        cast(warm as double) as warm,
        cast(casual as double) as casual,
        cast(devoted + warm + casual as double) as fans,
        cast(previous_devoted as double) as previous_devoted,
        cast(previous_devoted + previous_warm + previous_casual as double) as previous_fans
    from scores.fan_tier
    where account_id not in (select account_id from silent)
),

domains as (
    select
        account_id,
        cast(public as double) as public_traffic,
        cast(paid as double) as paid_traffic,
        cast(owned as double) as owned_traffic,
        cast(external as double) as external_traffic,
        cast(public + paid + owned + external as double) as traffic
    from scores.traffic
    where account_id not in (select account_id from silent)
)

select
    account_id,                                         -- the account
    name,                                               -- devoted_share, paid_share, ...
    value                                               -- the share, or its change in points
from (
    select account_id, 'devoted_share' as name, devoted / nullif(fans, 0) as value from tiers
    union all
    select account_id, 'warm_share' as name, warm / nullif(fans, 0) as value from tiers
    union all
    select account_id, 'casual_share' as name, casual / nullif(fans, 0) as value from tiers
    union all
    select
        account_id,
        'devoted_share_change' as name,
        devoted / nullif(fans, 0) - previous_devoted / nullif(previous_fans, 0) as value
    from tiers
    union all
    select account_id, 'public_share' as name, public_traffic / nullif(traffic, 0) as value from domains
    union all
    select account_id, 'paid_share' as name, paid_traffic / nullif(traffic, 0) as value from domains
    union all
    select account_id, 'owned_share' as name, owned_traffic / nullif(traffic, 0) as value from domains
    union all
    select account_id, 'external_share' as name, external_traffic / nullif(traffic, 0) as value from domains
) as shares
where value is not null
