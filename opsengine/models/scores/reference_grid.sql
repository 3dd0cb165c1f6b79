-- The frozen distribution of each component among peers: the share below each bin, every account with equal weight.
-- grain: scorecard, component, level, key, bin
with placed as (
    select account_id, 3 - narrowness as level, key from staging.peer_group
),

observed as (
    select
        compared.account_id,
        case
            when compared.day not between reference.component__first_day and reference.component__last_day or compared.component__log is null then null
            when compared.component__log <= 0 then -1
            else least(cast(floor(round(coalesce(
                (compared.component__log - ranges.component__low) / nullif(ranges.component__high - ranges.component__low, 0), 0
            ) * ranges.bins, 9)) as integer), ranges.bins - 1)
        end as component__bin
    from scores.compared_day as compared
    cross join scores.reference_days as reference
    cross join scores.reference_range as ranges
    where compared.day between reference.first_day and reference.last_day
),

counted as (
    select
        account_id,
        component__scorecard as scorecard,
        component__component as component,
        component__bin as bin,
        count(*) as days
    from observed
    cross join each.component
    where component__bin is not null
    group by account_id, component__bin
),

shared as (
    select
        account_id,
        scorecard,
        component,
        bin,
        cast(cast(days as double) / nullif(sum(days) over (partition by account_id, scorecard, component), 0) as decimal(18, 12)) as weight
    from counted
),

weighted as (
    select placed.level, placed.key, shared.scorecard, shared.component, shared.bin, sum(shared.weight) as weight
    from shared
    inner join placed on placed.account_id = shared.account_id
    group by placed.level, placed.key, shared.scorecard, shared.component, shared.bin
),

members as (
    select account_id, scorecard, component from shared group by account_id, scorecard, component
),

groups as (
    select placed.level, placed.key, members.scorecard, members.component, count(*) as accounts
    from members
    inner join placed on placed.account_id = members.account_id
    group by placed.level, placed.key, members.scorecard, members.component
),

cumulated as (
    select
        groups.scorecard,
        groups.component,
        groups.level,
        groups.key,
        groups.accounts,
        bins.bin,
        coalesce(weighted.weight, 0) as weight,
        sum(coalesce(weighted.weight, 0)) over (
            partition by groups.scorecard, groups.component, groups.level, groups.key
            order by bins.bin rows between unbounded preceding and current row
        ) as up_to,
        sum(coalesce(weighted.weight, 0)) over (
            partition by groups.scorecard, groups.component, groups.level, groups.key
        ) as total
    from groups
    cross join raw.bins as bins
    left join weighted
        on weighted.scorecard = groups.scorecard and weighted.component = groups.component
        and weighted.level = groups.level and weighted.key = groups.key and weighted.bin = bins.bin
)

select
    scorecard,                                          -- business or popularity
    component,                                          -- the component
    level,                                              -- 2 industry and size, 1 industry, 0 all
    key,                                                -- which group
    cast(accounts as integer) as accounts,              -- accounts it was made from
    bin,                                                -- -1 for nothing at all, then 0 to 255
    cast(up_to - weight as double) / nullif(cast(total as double), 0) as share_below, -- share below the bin
    cast(up_to as double) / nullif(cast(total as double), 0) as share_up_to -- share below or in the bin
from cumulated
