-- What is each account's own on each day, the movement of its field taken off; and the fields themselves.
-- grain: subject_kind, subject, metric, day
with nearest as (
    select told.account_id, told.metric, told.day, told.residual, field.level, field.key, field.residual as field_residual
    from surprise.expected_day as told
    inner join staging.peer_group as membership on membership.account_id = told.account_id
    inner join surprise.field_day as field
        on field.level = membership.level and field.key = membership.key and field.metric = told.metric and field.day = told.day
    where told.residual is not null
    qualify row_number() over (
        partition by told.account_id, told.metric, told.day order by membership.narrowness, membership.level, membership.key
    ) = 1
)

select
    'account' as subject_kind,                          -- account or field
    told.account_id as subject,                         -- the account
    told.metric,                                        -- the flow
    told.day,                                           -- the day
    coalesce(nearest.level, '') as level,               -- the group whose movement was taken off; empty where it is too small
    coalesce(nearest.key, '') as key,                   -- which group
    told.residual,                                      -- log of brought over expected
    nearest.field_residual,                             -- that of the group's middle account
    cast(told.residual - coalesce(nearest.field_residual, 0) as double) as own -- what is left
from surprise.expected_day as told
left join nearest
    on nearest.account_id = told.account_id and nearest.metric = told.metric and nearest.day = told.day
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
