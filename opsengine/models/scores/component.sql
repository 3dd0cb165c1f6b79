-- Where each account stands in each component that counts for it: its place in the frozen distribution of its peers.
-- grain: account_id, day, scorecard, component
-- kept: as a view
select
    account_id,                                         -- the account
    day,                                                -- the day
    component__scorecard as scorecard,                  -- business or popularity
    component__component as component,                  -- the component
    component__pillar as pillar,                        -- the pillar it belongs to
    component__metric as metric,                        -- the metric it looks at
    component__pillar_weight as pillar_weight,          -- weight of the pillar in the score
    component__weight as weight,                        -- weight of the component in the pillar
    component__value as value,                          -- the value; NULL when missing
    component__is_missing as is_missing,                -- whether the place is assumed for want of data
    component__is_carried as is_carried,                -- whether the value is up to three days old
    case when not component__is_missing then (component__position - 0.01) / 0.99 end as share, -- share of the reference it is ahead of
    component__position as position                     -- 0.01 to 1; a missing one is taken at the peers' lower quarter
from scores.placed_day
cross join each.component
where component__counts
