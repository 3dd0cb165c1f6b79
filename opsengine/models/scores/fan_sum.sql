-- The points of each fan: those of an earlier day, and what the days since add. Whole numbers, so that the way does not matter.
-- grain: account_id, fan_id
-- kept: in files
with before as (
    select earlier.account_id, earlier.fan_id, earlier.first_day, earlier.last_day, earlier.points, earlier.points_before
    from raw.fan_sum_before as earlier
    inner join raw.fan_accounts as accounts on accounts.account_id = earlier.account_id
)

select
    coalesce(before.account_id, change.account_id) as account_id, -- the account
    coalesce(before.fan_id, change.fan_id) as fan_id,   -- the fan, as a keyed hash
    least(before.first_day, change.first_day) as first_day, -- the first day with an interaction
    greatest(before.last_day, change.last_day) as last_day, -- the last day with one
    coalesce(before.points, 0) + coalesce(change.points, 0) as points, -- what the kinds of interaction weigh, as whole parts of a point on the anchor day
    coalesce(before.points_before, 0) + coalesce(change.points_before, 0) as points_before -- likewise of what happened until seven days before
from before
full join scores.fan_change as change on change.account_id = before.account_id and change.fan_id = before.fan_id
