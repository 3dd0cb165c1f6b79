-- How much a watched flow brings a day, against the window before, beside what became of the peers in the meantime.
-- grain: account_id, metric, days
with per_day as (
    select
        told.account_id,
        told.metric,
        told.days,
        told.value,
        told.previous_value,
        cast(told.value as double) / nullif(told.days_with_data, 0) as present,
        cast(told.previous_value as double) / nullif(told.previous_days_with_data, 0) as past
    from metrics.account_window as told
    inner join raw.watched_changes as watched on watched.metric = told.metric and watched.days = told.days
    where 2 * told.days_with_data >= told.days and 2 * told.previous_days_with_data >= told.days
),

changes as (
    select
        account_id,
        metric,
        days,
        value,
        previous_value,
        past,
        (present - past) / nullif(past, 0) as change
    from per_day
    where past > 0
),

ordered as (
    select
        membership.level,
        membership.key,
        membership.narrowness,
        changes.metric,
        changes.days,
        changes.change,
        row_number() over (
            partition by membership.level, membership.key, changes.metric, changes.days order by changes.change, changes.account_id
        ) as place,
        count(*) over (partition by membership.level, membership.key, changes.metric, changes.days) as accounts
    from changes
    inner join staging.peer_group as membership on membership.account_id = changes.account_id
),

fields as (
    select ordered.level, ordered.key, ordered.metric, ordered.days, ordered.accounts, avg(ordered.change) as change
    from ordered
    inner join raw.anomaly as settings on ordered.accounts >= settings.least_peers
    where ordered.place in (floor((ordered.accounts + 1) / 2.0), floor((ordered.accounts + 2) / 2.0))
    group by ordered.level, ordered.key, ordered.metric, ordered.days, ordered.accounts
),

nearest as (
    select changes.account_id, changes.metric, changes.days, fields.change, fields.accounts
    from changes
    inner join staging.peer_group as membership on membership.account_id = changes.account_id
    inner join fields
        on fields.level = membership.level and fields.key = membership.key
        and fields.metric = changes.metric and fields.days = changes.days
    qualify row_number() over (
        partition by changes.account_id, changes.metric, changes.days
        order by membership.narrowness, membership.level, membership.key
    ) = 1
)

select
    changes.account_id,                                 -- the account
    changes.metric,                                     -- a flow
    changes.days,                                       -- 7 or 28
    changes.value,                                      -- what the window brought
    changes.previous_value,                             -- what the one before brought
    cast(changes.change as double) as change,           -- of a day's mean: -0.2 is a fifth less
    cast(nearest.change as double) as field_change,     -- that of the middle account of the group; NULL where it is too small
    cast((1 + changes.change) / nullif(1 + nearest.change, 0) - 1 as double) as against_field, -- what is left when the field is taken off
    cast(greatest(changes.past * changes.days * (1 + coalesce(nearest.change, 0)) - changes.value, 0) as double) as missing -- what the window lacks against that
from changes
left join nearest
    on nearest.account_id = changes.account_id and nearest.metric = changes.metric and nearest.days = changes.days
