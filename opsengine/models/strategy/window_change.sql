-- How far a metric moved, in logs, from the six weeks before a day to the four weeks from it on, for every account.
-- grain: account_id, metric, adopted_on
with sums as (
    select
        ending.account_id,
        ending.measure,
        parts.adopted_on,
        parts.part,
        parts.least_days,
        ending.logs - starting.logs as logs,
        ending.total - starting.total as total,
        ending.days - starting.days as days
    from raw.adoption_parts as parts
    inner join strategy.running_level as ending on ending.day = parts.ends_on
    inner join strategy.running_level as starting
        on starting.account_id = ending.account_id and starting.measure = ending.measure and starting.day = parts.starts_after
),

levels as (
    select
        above.account_id,
        metrics.metric,
        above.adopted_on,
        above.part,
        case
            when metrics.kind = 'ratio' then ln(nullif(greatest(above.total / nullif(below.total, 0), 0), 0))
            else above.logs / nullif(cast(above.days as double), 0)
        end as level
    from raw.adoption_metrics as metrics
    inner join sums as above on above.measure = metrics.numerator and above.days >= above.least_days
    left join sums as below
        on below.account_id = above.account_id
        and below.measure = metrics.denominator
        and below.adopted_on = above.adopted_on
        and below.part = above.part
),

side_by_side as (
    select
        account_id,
        metric,
        adopted_on,
        max(level) filter (where part = 'post') as post,
        max(level) filter (where part = 'pre42') as pre42,
        max(level) filter (where part = 'pre28') as pre28,
        max(level) filter (where part = 'pre14') as pre14
    from levels
    group by account_id, metric, adopted_on
)

select
    account_id,                                         -- the account
    metric,                                             -- the metric
    adopted_on,                                         -- the day from which on it is compared
    post - pre42 as moved,                              -- the four weeks from that day on against the six weeks before
    pre14 - pre28 as trend                              -- where it was going: the last two weeks before against the four before them
from side_by_side
where post is not null and pre42 is not null and pre28 is not null and pre14 is not null
