-- What was counted, a number a day: one source for each measure, and a true zero where a sparse source is silent.
-- grain: account_id, day, measure
with counted as (
    select account_id, day, source, measure, priority, sum(value) as value
    from staging.current_facts
    where value is not null and source <> 'series'
    group by account_id, day, source, measure, priority
),

published as (
    select
        account_id,
        published_on as day,
        count(*) as posts,
        sum(plays) as plays,
        sum(case when finish_rate_5s is not null then plays end) as plays_with_rates,
        sum(cast(plays as decimal(24, 6)) * finish_rate_5s) as plays_5s,
        sum(cast(plays as decimal(24, 6)) * bounce_rate_2s) as bounces_2s
    from staging.works
    group by account_id, published_on
),

from_works as (
    select account_id, day, 'posts' as measure, posts as value from published
    union all
    select account_id, day, 'works_plays' as measure, plays_with_rates as value from published
    union all
    select account_id, day, 'works_plays_5s' as measure, plays_5s as value from published
    union all
    select account_id, day, 'works_bounces_2s' as measure, bounces_2s as value from published
),

known as (
    select distinct source, measure, priority from counted
    union
    select distinct 'creator_works' as source, measure, 100 as priority from from_works
),

silent as (
    select coverage.account_id, coverage.day, known.source, known.measure, known.priority, 0 as value
    from staging.coverage as coverage
    inner join known on known.source = coverage.source
    where coverage.status in ('zero', 'provisional')
),

everything as (
    select account_id, day, source, measure, priority, value from counted
    union all
    select account_id, day, 'creator_works' as source, measure, 100 as priority, value from from_works where value is not null
    union all
    select account_id, day, source, measure, priority, value from silent
),

rivals as (
    select measure from known group by measure having count(*) > 1
),

believed as (
    select account_id, day, measure, source, value
    from everything
    where measure in (select measure from rivals)
    qualify row_number() over (partition by account_id, day, measure order by priority, source) = 1
    union all
    select account_id, day, measure, source, value
    from everything
    where measure not in (select measure from rivals)
)

select
    account_id,                                         -- the account
    day,                                                -- the day
    measure,                                            -- what was counted
    source,                                             -- the source that was believed
    cast(value as decimal(24, 6)) as value              -- how much
from believed
