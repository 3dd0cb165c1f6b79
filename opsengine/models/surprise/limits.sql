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

ordered as (
    select
        subject_kind,
        pool,
        metric,
        surprise,
        shift,
        row_number() over (partition by subject_kind, pool, metric order by surprise, subject, day) as place,
        row_number() over (partition by subject_kind, pool, metric order by shift nulls last, subject, day) as shift_place,
        count(*) over (partition by subject_kind, pool, metric) as days,
        count(shift) over (partition by subject_kind, pool, metric) as shifts
    from known
),

placed as (
    select
        ordered.subject_kind,
        ordered.pool,
        ordered.metric,
        ordered.days,
        settings.least_limit,
        case when ordered.place = ceil((ordered.days + 1) * (1 - settings.budget / 2.0)) then ordered.surprise end as high,
        case when ordered.place = floor((ordered.days + 1) * settings.budget / 2.0) then -ordered.surprise end as low,
        case when ordered.shift_place = ceil((ordered.shifts + 1) * (1 - settings.budget / 2.0)) then ordered.shift end as shift_high,
        case when ordered.shift_place = floor((ordered.shifts + 1) * settings.budget / 2.0) then -ordered.shift end as shift_low
    from ordered
    cross join raw.anomaly as settings
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
