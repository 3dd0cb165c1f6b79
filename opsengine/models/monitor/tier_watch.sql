-- Each tier of an account's fans as a share of them, today and seven days before.
-- grain: account_id, tier
with estimates as (
    select
        account_id,
        max(case when metric = 'fans_active_17_up' then previous_value end) as devoted,
        max(case when metric = 'fans_active_5_16' then previous_value end) as warm,
        max(case when metric = 'fans_active_0_4' then previous_value end) as casual
    from metrics.account_window
    where days = 7 and metric in ('fans_active_0_4', 'fans_active_5_16', 'fans_active_17_up')
    group by account_id
),

heard_of as (
    select account_id
    from staging.coverage
    where status = 'present' and day <= $as_of
    group by account_id
    having date_diff('day', max(day), $as_of) <= 7
),

counted as (
    select
        account_id,
        cast(devoted as double) as devoted,
        cast(warm as double) as warm,
        cast(casual as double) as casual,
        cast(previous_devoted as double) as previous_devoted,
        cast(previous_warm as double) as previous_warm,
        cast(previous_casual as double) as previous_casual
    from scores.fan_tier
    union all
    select
        estimated.account_id,
        cast(estimated.devoted as double) as devoted,
        cast(estimated.warm as double) as warm,
        cast(estimated.casual as double) as casual,
        estimates.devoted as previous_devoted,
        estimates.warm as previous_warm,
        estimates.casual as previous_casual
    from scores.fan_estimate as estimated
    left join estimates on estimates.account_id = estimated.account_id
),

tiers as (
    select account_id, 'devoted' as tier, devoted as fans, previous_devoted as previous_fans,
        devoted + warm + casual as all_fans, previous_devoted + previous_warm + previous_casual as all_previous
    from counted
    union all
    select account_id, 'warm' as tier, warm as fans, previous_warm as previous_fans,
        devoted + warm + casual as all_fans, previous_devoted + previous_warm + previous_casual as all_previous
    from counted
    union all
    select account_id, 'casual' as tier, casual as fans, previous_casual as previous_fans,
        devoted + warm + casual as all_fans, previous_devoted + previous_warm + previous_casual as all_previous
    from counted
)

select
    tiers.account_id,                                   -- the account
    tiers.tier,                                         -- devoted, warm or casual
    cast(case when heard_of.account_id is not null then tiers.fans end as double) as fans, -- fans in it; NULL when no file has told of the account for a week
    cast(case when heard_of.account_id is not null then tiers.fans / nullif(tiers.all_fans, 0) end as double) as share, -- of all fans
    cast(tiers.previous_fans / nullif(tiers.all_previous, 0) as double) as previous_share -- seven days before
from tiers
left join heard_of on heard_of.account_id = tiers.account_id
