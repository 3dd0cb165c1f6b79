-- An estimate of the tiers where no file tells of single fans: all fans, parted by the shares that the platform gives by active days.
-- grain: account_id
-- kept: as a view
with known as (
    select
        account_id,
        max(case when metric = 'fans_total' then value end) as fans,
        max(case when metric = 'fans_active_0_4' then value end) as casual,
        max(case when metric = 'fans_active_5_16' then value end) as warm,
        max(case when metric = 'fans_active_17_up' then value end) as devoted
    from metrics.account_window
    where days = 28 and metric in ('fans_total', 'fans_active_0_4', 'fans_active_5_16', 'fans_active_17_up')
    group by account_id
)

select
    account_id,                                         -- the account
    cast(round(fans * devoted / nullif(casual + warm + devoted, 0)) as integer) as devoted, -- active on 17 days and more
    cast(round(fans * (devoted + warm) / nullif(casual + warm + devoted, 0)) as integer)
    - cast(round(fans * devoted / nullif(casual + warm + devoted, 0)) as integer) as warm, -- active on 5 to 16 days
    cast(round(fans) as integer) - cast(round(fans * (devoted + warm) / nullif(casual + warm + devoted, 0)) as integer) as casual -- the rest
from known
where fans is not null and abs(casual + warm + devoted - 1) <= 0.02
    and account_id not in (select account_id from scores.fan_tier)
