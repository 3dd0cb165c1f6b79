-- The frozen distribution of each component among peers: the share below each bin, every account with equal weight.
-- grain: scorecard, component, level, key, bin
with placed as (
    select account_id, 3 - narrowness as level, key from staging.peer_group
),

observed as (
    select
        component_log.account_id,
        component_log.scorecard,
        component_log.component,
        case
            when component_log.position_log <= 0 then -1
            else least(cast(floor(coalesce(
                (component_log.position_log - ranges.low) / nullif(ranges.high - ranges.low, 0), 0
            ) * ranges.bins) as integer), ranges.bins - 1)
        end as bin,
        count(*) over (
            partition by component_log.account_id, component_log.scorecard, component_log.component
        ) as observations
    from scores.component_log as component_log
    inner join scores.reference_days as reference
        on reference.scorecard = component_log.scorecard and reference.component = component_log.component
    inner join scores.reference_range as ranges
        on ranges.scorecard = component_log.scorecard and ranges.component = component_log.component
    where component_log.day between reference.first_day and reference.last_day
        and component_log.position_log is not null
),

weighted as (
    select
        placed.level,
        placed.key,
        observed.scorecard,
        observed.component,
        observed.bin,
        sum(cast(cast(1 as double) / nullif(observed.observations, 0) as decimal(18, 12))) as weight
    from observed
    inner join placed on placed.account_id = observed.account_id
    group by placed.level, placed.key, observed.scorecard, observed.component, observed.bin
),

groups as (
    select placed.level, placed.key, observed.scorecard, observed.component, count(distinct observed.account_id) as accounts
    from observed
    inner join placed on placed.account_id = observed.account_id
    group by placed.level, placed.key, observed.scorecard, observed.component
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
    accounts,                                           -- accounts it was made from
    bin,                                                -- -1 for nothing at all, then 0 to 255
    cast(up_to - weight as double) / nullif(cast(total as double), 0) as share_below, -- share below the bin
    cast(up_to as double) / nullif(cast(total as double), 0) as share_up_to -- share below or in the bin
from cumulated
