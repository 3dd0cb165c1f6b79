-- Where each promise stands: what is reached so far, where it began, and how many days tell of it.
-- grain: measure_id
with counted as (
    select
        promised.measure_id,
        promised.account_id,
        sum(measured.numerator) filter (where measured.day >= promised.start_day) as numerator,
        sum(measured.denominator) filter (where measured.day >= promised.start_day) as denominator,
        count(*) filter (where measured.day >= promised.start_day) as days_with_data,
        count(*) filter (where measured.day >= promised.start_day and measured.is_typed) as days_typed,
        min(measured.day) filter (where measured.day >= promised.start_day) as first_day,
        max(measured.day) filter (where measured.day >= promised.start_day) as last_day,
        max(measured.day) filter (where measured.day < promised.start_day) as day_before
    from goals.promised as promised
    inner join goals.measured_day as measured
        on measured.measure_id = promised.measure_id and measured.account_id = promised.account_id
    group by promised.measure_id, promised.account_id
),

levels as (
    select counted.measure_id, counted.account_id, latest.numerator as latest, earlier.numerator as baseline
    from counted
    inner join goals.measured_day as latest
        on latest.measure_id = counted.measure_id and latest.account_id = counted.account_id and latest.day = counted.last_day
    inner join goals.measured_day as earlier
        on earlier.measure_id = counted.measure_id
        and earlier.account_id = counted.account_id
        and earlier.day = coalesce(counted.day_before, counted.first_day)
),

standing as (
    select
        promised.measure_id,
        promised.kind,
        promised.days_expected,
        coalesce(counted.days_with_data, 0) as days_with_data,
        coalesce(counted.days_typed, 0) as days_typed,
        counted.last_day,
        case when promised.kind in ('flow', 'ratio') then counted.numerator else levels.latest end as numerator,
        case when promised.kind = 'ratio' then counted.denominator end as denominator,
        case when promised.kind in ('stock', 'score') then levels.baseline end as baseline
    from goals.promised as promised
    left join counted on counted.measure_id = promised.measure_id and counted.account_id = promised.account_id
    left join levels on levels.measure_id = promised.measure_id and levels.account_id = promised.account_id
)

select
    measure_id,                                         -- the promise
    cast(count(*) as integer) as accounts,              -- accounts behind it
    cast(count(*) filter (where days_with_data > 0) as integer) as accounts_with_data, -- those of them with any data in the cycle
    cast(sum(numerator) as decimal(38, 6)) as numerator, -- reached so far: a sum, the last known levels, or what is above the line
    cast(case kind
        when 'ratio' then sum(denominator)
        when 'score' then count(numerator)
        else 1
    end as decimal(38, 6)) as denominator,              -- what to divide it by: a ratio's lower part, the accounts of a score, else 1
    cast(case kind
        when 'score' then cast(sum(baseline) as double) / nullif(count(baseline), 0)
        else sum(baseline)
    end as decimal(38, 6)) as baseline,                 -- where a level stood before the cycle, or on its first day with data
    cast(sum(days_expected) as bigint) as days_expected, -- days so far that could have data, over all its accounts
    cast(sum(days_with_data) as bigint) as days_with_data, -- days of them that have data
    cast(sum(days_typed) as bigint) as days_typed,      -- days of them that tell a ratio without its parts
    max(last_day) as last_day                           -- the newest day with data
from standing
group by measure_id, kind
