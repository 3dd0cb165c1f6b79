-- The fans of an account by the tier they are in and the one they were in seven days before.
-- grain: account_id, tier_before, tier
select
    account_id,                                         -- the account
    tier_before,                                        -- 3 devoted, 2 warm, 1 casual seven days before; 0 not seen yet
    tier,                                               -- 3 devoted, 2 warm, 1 casual
    cast(count(*) as bigint) as fans,                   -- how many
    cast(count(case when idle_days < 1 then 1 end) as bigint) as active_1, -- those who did something on the day
    cast(count(case when idle_days < 7 then 1 end) as bigint) as active_7, -- within seven days
    cast(count(case when idle_days < 28 then 1 end) as bigint) as active_28, -- within 28 days
    cast(sum(value) as decimal(24, 6)) as value,        -- yuan of their orders within 28 days
    cast(count(case when orders > 0 then 1 end) as bigint) as buyers -- those who ordered within 28 days
from scores.fan_state
group by account_id, tier_before, tier
