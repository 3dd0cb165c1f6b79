-- Fans by how much they engage: devoted, warm and casual, how many moved up or down within seven days, and what each tier is worth.
-- grain: account_id
select
    account_id,                                         -- the account
    cast(coalesce(sum(fans) filter (where tier = 3), 0) as integer) as devoted, -- devoted fans
    cast(coalesce(sum(fans) filter (where tier = 2), 0) as integer) as warm, -- warm fans
    cast(coalesce(sum(fans) filter (where tier = 1), 0) as integer) as casual, -- casual fans
    cast(coalesce(sum(fans) filter (where tier_before = 3), 0) as integer) as previous_devoted, -- devoted seven days before
    cast(coalesce(sum(fans) filter (where tier_before = 2), 0) as integer) as previous_warm, -- warm seven days before
    cast(coalesce(sum(fans) filter (where tier_before = 1), 0) as integer) as previous_casual, -- casual seven days before
    cast(coalesce(sum(fans) filter (where tier > tier_before and tier_before > 0), 0) as integer) as upgraded, -- moved up since
    cast(coalesce(sum(fans) filter (where tier < tier_before), 0) as integer) as downgraded, -- moved down since
    cast(coalesce(sum(fans) filter (where tier_before = 0), 0) as integer) as arrived, -- seen for the first time since
    cast(sum(active_1) as integer) as active_1,         -- fans who did something on the day
    cast(sum(active_7) as integer) as active_7,         -- within seven days
    cast(sum(active_28) as integer) as active_28,       -- within 28 days
    cast(coalesce(sum(value) filter (where tier = 3), 0) as double) as devoted_value, -- yuan that devoted fans ordered within 28 days
    cast(coalesce(sum(value) filter (where tier = 2), 0) as double) as warm_value, -- yuan that warm fans ordered
    cast(coalesce(sum(value) filter (where tier = 1), 0) as double) as casual_value, -- yuan that casual fans ordered
    cast(coalesce(sum(buyers), 0) as integer) as buyers -- fans who ordered within 28 days
from scores.fan_group
group by account_id
