-- What is promised for each account in a running cycle: by itself, its team, its brand or accounts chosen together; one primary promise at most.
-- grain: account_id, goal, role, metric
with subjects as (
    select account_id, 1 as nearness, 'account' as subject_kind, account_id as subject from raw.accounts
    union all
    select account_id, 2 as nearness, 'team' as subject_kind, team as subject from raw.accounts where team is not null
    union all
    select account_id, 3 as nearness, 'brand' as subject_kind, brand as subject from raw.accounts where brand is not null
    union all
    select account_id, 4 as nearness, 'accounts' as subject_kind, subject
    from goals.promised
    where subject_kind = 'accounts'
    group by account_id, subject
),

promised as (
    select
        subjects.account_id,
        promises.goal,
        promises.role,
        promises.metric,
        promises.progress,
        promises.gap,
        promises.sign,
        promises.target,
        promises.p10,
        promises.p50,
        promises.p90,
        promises.open10,
        promises.open50,
        promises.open90,
        promises.accounts,
        row_number() over (
            partition by subjects.account_id, promises.role
            order by subjects.nearness, promises.ends_on, promises.goal, promises.metric
        ) as place
    from raw.promises as promises
    inner join subjects on subjects.subject_kind = promises.subject_kind and subjects.subject = promises.subject
)

select
    account_id,                                         -- the account
    goal,                                               -- the goal that promises
    role,                                               -- primary, secondary or guardrail
    metric,                                             -- what is promised
    progress,                                           -- share of the promise that is kept
    gap,                                                -- share of what was expected by now that is missing; NULL when not known
    sign,                                               -- 1 when more is better, else -1
    target,                                             -- what it shall reach; of a guardrail: its bound
    p10,                                                -- one landing in ten is at or below this; NULL when nothing is known
    p50,                                                -- half of the landings are
    p90,                                                -- nine landings in ten are
    open10,                                             -- what of the low landing a play can still move, in the unit of the promise
    open50,                                             -- what of the middle landing
    open90,                                             -- what of the high landing
    accounts                                            -- accounts behind the promise; a play of one moves an equal part of it
from promised
where role <> 'primary' or place = 1
