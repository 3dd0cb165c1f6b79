-- Who stands behind each promise: the account itself, or every account of the team or brand that made it.
-- grain: measure_id, account_id
select
    goals.measure_id,                                   -- the promise: goal, role and metric
    goals.subject_kind,                                 -- account, team, brand or selector
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
inner join raw.accounts as accounts
    on goals.subject = case goals.subject_kind
        when 'account' then accounts.account_id
        when 'team' then accounts.team
        else accounts.brand
    end
left join raw.metrics as metrics on metrics.metric = goals.metric
