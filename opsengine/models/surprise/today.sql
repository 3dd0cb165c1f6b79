-- What today's surprise is worth: whether it is an alarm, and what the day should have brought.
-- grain: subject_kind, subject, metric
with today as (
    select
        subject_kind,
        subject,
        metric,
        case when subject_kind = 'field' then 'fields' else level || '/' || key end as pool,
        level,
        key,
        residual,
        field_residual,
        surprise,
        is_peak,
        shift
    from surprise.shift_day
    where day = $as_of
),

told as (
    select 'account' as subject_kind, account_id, metric, value, expected from surprise.expected_day where day = $as_of
),

fields as (
    select 'field' as subject_kind, level, key, metric, accounts from surprise.field_day where day = $as_of
)

select
    today.subject_kind,                                 -- account or field
    today.subject,                                      -- which one
    today.metric,                                       -- the flow
    today.level,                                        -- the group whose movement was taken off; empty for none
    today.key,                                          -- which group
    told.value,                                         -- what the day brought; NULL for a field
    told.expected,                                      -- what it should have brought; NULL for a field
    case
        when today.subject_kind = 'field' then exp(today.residual) - 1
        else told.value / nullif(told.expected, 0) - 1
    end as change,                                      -- against what was expected: -0.2 is a fifth less
    exp(today.field_residual) - 1 as field_change,      -- that of the group's middle account
    fields.accounts,                                     -- accounts behind the field; NULL for an account
    today.surprise,                                     -- in standard deviations
    today.shift,                                        -- of the last three or seven days together
    case when today.surprise < 0 then limits.low_limit else limits.high_limit end as day_limit, -- from where on such a day is an alarm
    case when today.shift < 0 then limits.shift_low_limit else limits.shift_high_limit end as shift_limit, -- from where on such a stretch is
    today.is_peak and (today.surprise > limits.high_limit or today.surprise < -limits.low_limit) as is_anomaly, -- whether the day is an alarm
    coalesce(today.shift > limits.shift_high_limit or today.shift < -limits.shift_low_limit, false) as is_shift -- whether the last days are
from today
inner join surprise.limits as limits
    on limits.subject_kind = today.subject_kind and limits.pool = today.pool and limits.metric = today.metric
left join told
    on told.subject_kind = today.subject_kind and told.account_id = today.subject and told.metric = today.metric
left join fields
    on fields.subject_kind = today.subject_kind
    and fields.level = today.level and fields.key = today.key and fields.metric = today.metric
