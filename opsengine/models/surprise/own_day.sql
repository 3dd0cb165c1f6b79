-- What is each account's own on each day, the movement of its field taken off; and the fields themselves.
-- grain: subject_kind, subject, metric, day
with groups as (
    select
        account_id,
        max(level) filter (where narrowness = 1) as narrow_level,
        max(key) filter (where narrowness = 1) as narrow_key,
        max(level) filter (where narrowness = 2) as middle_level,
        max(key) filter (where narrowness = 2) as middle_key,
        max(level) filter (where narrowness = 3) as wide_level,
        max(key) filter (where narrowness = 3) as wide_key
    from staging.peer_group
    group by account_id
)

select
    'account' as subject_kind,                          -- account or field
    told.account_id as subject,                         -- the account
    told.metric,                                        -- the flow
    told.day,                                           -- the day
    coalesce(narrow.level, middle.level, wide.level, '') as level, -- the group whose movement was taken off; empty where it is too small
    coalesce(narrow.key, middle.key, wide.key, '') as key, -- which group
    told.residual,                                      -- log of brought over expected
    coalesce(narrow.residual, middle.residual, wide.residual) as field_residual, -- that of the group's middle account
    cast(told.residual - coalesce(narrow.residual, middle.residual, wide.residual, 0) as double) as own -- what is left
from surprise.expected_day as told
left join groups on groups.account_id = told.account_id
left join surprise.field_day as narrow
    on narrow.level = groups.narrow_level and narrow.key = groups.narrow_key
    and narrow.metric = told.metric and narrow.day = told.day
left join surprise.field_day as middle
    on middle.level = groups.middle_level and middle.key = groups.middle_key
    and middle.metric = told.metric and middle.day = told.day
left join surprise.field_day as wide
    on wide.level = groups.wide_level and wide.key = groups.wide_key
    and wide.metric = told.metric and wide.day = told.day
where told.residual is not null
union all
select
    'field' as subject_kind,                            -- account or field
    level || '/' || key as subject,                     -- the group
    metric,                                             -- the flow
    day,                                                -- the day
    level,                                              -- its level
    key,                                                -- its key
    residual,                                           -- log of brought over expected of its middle account
    residual as field_residual,                         -- the same
    cast(residual as double) as own                     -- the same
from surprise.field_day
