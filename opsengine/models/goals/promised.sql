-- Who stands behind each promise: the account itself, or every account of the team, brand or choice that made it.
-- grain: measure_id, account_id
with members as (
    select 'account' as subject_kind, account_id as subject, account_id from raw.accounts
    union all
    select attribute as subject_kind, value as subject, account_id from goals.attribute where attribute in ('team', 'brand')
    union all
    select 'accounts' as subject_kind, selectors.subject, attributes.account_id
    from raw.selectors as selectors
    inner join goals.attribute as attributes on attributes.attribute = selectors.attribute and attributes.value = selectors.value
    group by selectors.subject, attributes.account_id, selectors.attributes
    having count(*) = selectors.attributes
)

select
    goals.measure_id,                                   -- the promise: goal, role and metric
    goals.subject_kind,                                 -- account, team, brand or accounts
    goals.subject,                                      -- its id or name
    goals.subject_kind || ':' || goals.subject as series, -- who promised
    accounts.account_id,                                -- an account that counts towards it
    goals.role,                                         -- primary, secondary or guardrail
    goals.metric,                                       -- what is measured
    goals.kind,                                         -- flow, stock, ratio or score
    metrics.numerator,                                  -- of a ratio: the metric above the line
    metrics.denominator,                                -- of a ratio: the metric below the line
    goals.start_day,                                    -- first day of the cycle
    goals.end_day,                                      -- last day of the cycle
    cast(least(goals.end_day, $as_of) as date) as until_day, -- the last day that has passed
    cast(greatest(
        date_diff('day', greatest(goals.start_day, coalesce(accounts.opened_on, goals.start_day)), least(goals.end_day, $as_of)) + 1, 0
    ) as integer) as days_expected                      -- days so far that could have data; none before the account opened
from raw.goals as goals
inner join members on members.subject_kind = goals.subject_kind and members.subject = goals.subject
inner join raw.accounts as accounts on accounts.account_id = members.account_id
left join raw.metrics as metrics on metrics.metric = goals.metric
