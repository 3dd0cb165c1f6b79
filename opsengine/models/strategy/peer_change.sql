-- What the peers did without the play: their mean change and how it depends on where they were going before.
-- grain: industry, metric, adopted_on
with centred as (
    select
        industry,
        metric,
        adopted_on,
        count(*) as peers,
        cast(sum(cast(moved as decimal(18, 9))) as double) / nullif(count(*), 0) as moved,
        cast(sum(cast(trend as decimal(18, 9))) as double) / nullif(count(*), 0) as trend
    from strategy.comparison
    where adoptions = 0
    group by industry, metric, adopted_on
),

spreads as (
    select
        comparison.industry,
        comparison.metric,
        comparison.adopted_on,
        cast(sum(cast((comparison.moved - centred.moved) * (comparison.trend - centred.trend) as decimal(18, 9))) as double) as together,
        cast(sum(cast((comparison.trend - centred.trend) * (comparison.trend - centred.trend) as decimal(18, 9))) as double) as trends
    from strategy.comparison as comparison
    inner join centred
        on centred.industry = comparison.industry
        and centred.metric = comparison.metric
        and centred.adopted_on = comparison.adopted_on
    where comparison.adoptions = 0
    group by comparison.industry, comparison.metric, comparison.adopted_on
)

select
    centred.industry,                                   -- the industry
    centred.metric,                                     -- the metric
    centred.adopted_on,                                 -- the day from which on it is compared
    centred.peers,                                      -- accounts that took nothing up
    centred.moved,                                      -- their mean change, in logs
    centred.trend,                                      -- their mean trend before
    spreads.trends as trend_squares,                    -- how unlike their trends were
    coalesce(spreads.together / nullif(spreads.trends, 0), 0) as slope -- change that goes with one unit of trend
from centred
inner join spreads
    on spreads.industry = centred.industry
    and spreads.metric = centred.metric
    and spreads.adopted_on = centred.adopted_on
where centred.peers >= 3
