-- How far a metric moved, in logs, from the six weeks before a day to the four weeks from it on, for adopters and their peers.
-- grain: account_id, metric, adopted_on
with side_by_side as (
    select
        account_id,
        metric,
        measure,
        adopted_on,
        sum(case when part < 2 then total end) as total42,
        sum(case when part < 2 then days end) as days42,
        max(case when part = 0 then total end) as total28,
        max(case when part = 0 then days end) as days28,
        max(case when part = 1 then total end) as total14,
        max(case when part = 1 then days end) as days14,
        max(case when part = 2 then total end) as total_after,
        max(case when part = 2 then days end) as days_after
    from strategy.window_sum
    group by account_id, metric, measure, adopted_on
),

whole_enough as (
    select account_id, metric, measure, adopted_on, total42, days42, total28, days28, total14, days14, total_after, days_after
    from side_by_side
    where days42 >= 21 and days28 >= 14 and days14 >= 7 and days_after >= 14
),

levels as (
    select
        above.account_id,
        above.metric,
        above.adopted_on,
        case
            when metrics.kind = 'ratio' then ln(nullif(greatest(above.total42 / nullif(below.total42, 0), 0), 0))
            else above.total42 / nullif(cast(above.days42 as double), 0)
        end as level42,
        case
            when metrics.kind = 'ratio' then ln(nullif(greatest(above.total28 / nullif(below.total28, 0), 0), 0))
            else above.total28 / nullif(cast(above.days28 as double), 0)
        end as level28,
        case
            when metrics.kind = 'ratio' then ln(nullif(greatest(above.total14 / nullif(below.total14, 0), 0), 0))
            else above.total14 / nullif(cast(above.days14 as double), 0)
        end as level14,
        case
            when metrics.kind = 'ratio' then ln(nullif(greatest(above.total_after / nullif(below.total_after, 0), 0), 0))
            else above.total_after / nullif(cast(above.days_after as double), 0)
        end as level_after
    from raw.metrics as metrics
    inner join whole_enough as above on above.metric = metrics.metric and above.measure = metrics.numerator
    left join whole_enough as below
        on below.account_id = above.account_id
        and below.metric = above.metric
        and below.measure = metrics.denominator
        and below.adopted_on = above.adopted_on
)

select
    account_id,                                         -- the account
    metric,                                             -- the metric
    adopted_on,                                         -- the day from which on it is compared
    level_after - level42 as moved,                     -- the four weeks from that day on against the six weeks before
    level14 - level28 as trend                          -- where it was going: the last two weeks before against the four before them
from levels
where level_after is not null and level42 is not null and level28 is not null and level14 is not null
