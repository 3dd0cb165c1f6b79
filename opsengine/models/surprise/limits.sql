-- From where on a surprise is worth a word: so that, by the last eight weeks of the whole group, alarms stay within their budget.
-- grain: subject_kind, pool, metric
with known as (
    select
        subject_kind,
        case when subject_kind = 'field' then 'fields' else level || '/' || key end as pool,
        metric,
        subject,
        day,
        surprise,
        shift
    from surprise.shift_day
    where day < $as_of and date_diff('day', day, $as_of) <= 56
),

counted as (
    select subject_kind, pool, metric, count(*) as days, count(shift) as shifts from known group by subject_kind, pool, metric
),

allowed as (
    select
        counted.subject_kind,
        counted.pool,
        counted.metric,
        counted.days,
        settings.least_limit,
        counted.days + 1 - ceil((counted.days + 1) * (1 - settings.budget / 2.0)) as high_place,
        floor((counted.days + 1) * settings.budget / 2.0) as low_place,
        counted.shifts + 1 - ceil((counted.shifts + 1) * (1 - settings.budget / 2.0)) as shift_high_place,
        floor((counted.shifts + 1) * settings.budget / 2.0) as shift_low_place
    from counted
    cross join raw.anomaly as settings
),

far as (
    select known.subject_kind, known.pool, known.metric, known.subject, known.day, known.surprise, known.shift
    from known
    inner join raw.anomaly as settings
        on abs(known.surprise) > settings.least_limit or abs(known.shift) > settings.least_limit
),

ordered as (
    select
        subject_kind,
        pool,
        metric,
        surprise,
        shift,
        row_number() over (partition by subject_kind, pool, metric order by surprise desc, subject asc, day asc) as from_high,
        row_number() over (partition by subject_kind, pool, metric order by surprise, subject, day) as from_low,
        row_number() over (partition by subject_kind, pool, metric order by shift desc nulls last, subject asc, day asc) as shift_from_high,
        row_number() over (partition by subject_kind, pool, metric order by shift nulls last, subject, day) as shift_from_low
    from far
),

placed as (
    select
        allowed.subject_kind,
        allowed.pool,
        allowed.metric,
        allowed.days,
        allowed.least_limit,
        case when ordered.from_high = allowed.high_place then ordered.surprise end as high,
        case when ordered.from_low = allowed.low_place then -ordered.surprise end as low,
        case when ordered.shift_from_high = allowed.shift_high_place then ordered.shift end as shift_high,
        case when ordered.shift_from_low = allowed.shift_low_place then -ordered.shift end as shift_low
    from allowed
    left join ordered
        on ordered.subject_kind = allowed.subject_kind and ordered.pool = allowed.pool and ordered.metric = allowed.metric
)

select
    subject_kind,                                       -- account or field
    pool,                                               -- the group of accounts that share a limit
    metric,                                             -- the flow
    max(days) as days,                                  -- days of all accounts that it rests on
    greatest(max(least_limit), coalesce(max(high), 0)) as high_limit, -- for a day that brings more, in standard deviations
    greatest(max(least_limit), coalesce(max(low), 0)) as low_limit, -- for a day that brings less
    greatest(max(least_limit), coalesce(max(shift_high), 0)) as shift_high_limit, -- for a stretch of days that brings more
    greatest(max(least_limit), coalesce(max(shift_low), 0)) as shift_low_limit -- for a stretch of days that brings less
from placed
group by subject_kind, pool, metric
