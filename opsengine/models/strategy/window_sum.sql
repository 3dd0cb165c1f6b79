-- Sums of what adopters and their peers reported around each day of adoption, in three parts: four weeks, then two before it, and four weeks from it on.
-- grain: account_id, metric, measure, adopted_on, part
with seen as (
    select
        compared.account_id,
        measures.metric,
        measures.measure,
        measures.kind,
        compared.adopted_on,
        row_number() over (order by compared.account_id, measures.metric, measures.measure, compared.adopted_on) as seen
    from strategy.compared as compared
    inner join raw.adoption_measures as measures on measures.metric = compared.metric
),

series as (
    select account_id, measure, kind, row_number() over (order by account_id, measure, kind) as series
    from (select distinct account_id, measure, kind from seen) as found
),

asked as (
    select
        seen.seen,
        series.series,
        date_diff('day', date '2000-01-01', seen.adopted_on) as adopted_at,
        cast(floor(cast(date_diff('day', date '2000-01-01', seen.adopted_on) - 42 as double) / 35) as integer) + blocks.block as block
    from seen
    inner join series on series.account_id = seen.account_id and series.measure = seen.measure and series.kind = seen.kind
    cross join (values (0), (1), (2)) as blocks (block)
),

around as (
    select account_id, min(adopted_on) as first_on, max(adopted_on) as last_on from strategy.compared group by account_id
),

told as (
    select numbers.account_id, date_diff('day', date '2000-01-01', numbers.day) as day, moved__value
    from metrics.number_day as numbers
    inner join around on around.account_id = numbers.account_id
    where date_diff('day', around.first_on, numbers.day) >= -42 and date_diff('day', around.last_on, numbers.day) < 28
),

reported as (
    select account_id, day, cast(moved__id as varchar) as measure, moved__value as value
    from told
    cross join each.moved
    where moved__value is not null
),

days as (
    select
        series.series,
        reported.day,
        cast(floor(cast(reported.day as double) / 35) as integer) as block,
        cast(case
            when series.kind = 'ratio' then reported.value
            else round(ln(greatest(1 + cast(reported.value as double), 1)), 9)
        end as decimal(28, 9)) as amount
    from reported
    inner join series on series.account_id = reported.account_id and series.measure = reported.measure
),

parted as (
    select
        asked.seen,
        case when days.day >= asked.adopted_at then 2 when days.day >= asked.adopted_at - 14 then 1 else 0 end as part,
        days.amount
    from asked
    inner join days on days.series = asked.series and days.block = asked.block
    where days.day >= asked.adopted_at - 42 and days.day < asked.adopted_at + 28
),

summed as (
    select seen, part, sum(amount) as total, count(*) as days
    from parted
    group by seen, part
)

select
    seen.account_id,                                    -- the account
    seen.metric,                                        -- the metric that is compared
    seen.measure,                                       -- the flow or stock that it is made from
    seen.adopted_on,                                    -- the day from which on it is compared
    cast(summed.part as integer) as part,               -- 0 the four weeks until two before the day, 1 the two before it, 2 the four from it on
    cast(summed.total as double) as total,              -- of a ratio's part: its sum; else the sum of ln(1 + value)
    cast(summed.days as integer) as days                -- days with data
from summed
inner join seen on seen.seen = summed.seen
