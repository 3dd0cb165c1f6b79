-- The causes of each change: what the account did itself, what its whole field did, what came or went; they add up to the change exactly.
-- grain: account_id, scorecard, cause, kind
with moves as (
    select
        today.account_id,
        today.scorecard,
        today.component,
        today.is_missing <> earlier.is_missing as has_come_or_gone,
        case
            when not today.is_missing and not earlier.is_missing
                then cast(round(today.position - earlier.position, 12) as decimal(18, 12))
        end as moved
    from scores.component as today
    inner join raw.compared_with as compared on compared.day is not null
    inner join scores.component as earlier
        on earlier.account_id = today.account_id and earlier.scorecard = today.scorecard
        and earlier.component = today.component and earlier.day = compared.day
    where today.day = $as_of and today.position is not null and earlier.position is not null
),

fields as (
    select
        placed.level,
        placed.key,
        moves.scorecard,
        moves.component,
        sum(moves.moved) as moved,
        count(moves.moved) as accounts
    from moves
    inner join staging.peer_group as placed on placed.account_id = moves.account_id
    group by placed.level, placed.key, moves.scorecard, moves.component
),

parted as (
    select
        change.account_id,
        change.scorecard,
        change.component,
        case when change.kind = 'own' and moves.has_come_or_gone then 'coverage' else change.kind end as kind,
        change.points,
        case
            when change.kind = 'own' and moves.moved is not null and fields.accounts >= settings.min_accounts
                then cast(round(
                    change.per_position * cast(fields.moved - moves.moved as double) / nullif(cast(fields.accounts - 1 as double), 0), 6
                ) as decimal(18, 6))
        end as field_points
    from scores.change as change
    inner join raw.scorecards as settings on settings.scorecard = change.scorecard
    left join moves
        on moves.account_id = change.account_id and moves.scorecard = change.scorecard and moves.component = change.component
    left join scores.rank as rank
        on rank.account_id = change.account_id and rank.scorecard = change.scorecard and rank.day = $as_of
    left join fields
        on fields.scorecard = change.scorecard and fields.component = change.component
        and fields.level = rank.level and fields.key = rank.key
),

split as (
    select account_id, scorecard, component as cause, kind, points - coalesce(field_points, 0) as points from parted
    union all
    select account_id, scorecard, component as cause, 'field' as kind, field_points as points
    from parted
    where field_points <> 0
)

select
    account_id,                                         -- the account
    scorecard,                                          -- business or popularity
    cause,                                              -- the component, risk, or coverage for whole pillars that came, went or changed weight
    kind,                                               -- own, field or coverage
    points                                              -- points of the change
from split
