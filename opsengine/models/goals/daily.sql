-- How each primary promise grew, day by day, for the picture of its pace; a day nobody told of is marked, not filled.
-- grain: measure_id, day
-- kept: as a view
with grid as (
    select promised.measure_id, promised.kind, promised.account_id, calendar.day, measured.numerator, measured.denominator
    from goals.promised as promised
    inner join raw.calendar as calendar on calendar.day between promised.start_day and promised.until_day
    left join goals.measured_day as measured
        on measured.measure_id = promised.measure_id
        and measured.account_id = promised.account_id
        and measured.day = calendar.day
    where promised.role = 'primary'
),

known as (
    select
        grid.measure_id,
        grid.kind,
        grid.account_id,
        grid.day,
        grid.numerator as told,
        sum(grid.numerator) over so_far as numerator,
        sum(grid.denominator) over so_far as denominator,
        max(case when grid.numerator is not null then grid.day end) over so_far as last_day
    from grid
    window so_far as (
        partition by grid.measure_id, grid.account_id order by grid.day rows between unbounded preceding and current row
    )
),

standing as (
    select
        known.measure_id,
        known.kind,
        known.day,
        known.told,
        case when known.kind in ('flow', 'ratio') then known.numerator else latest.numerator end as numerator,
        known.denominator
    from known
    left join goals.measured_day as latest
        on latest.measure_id = known.measure_id and latest.account_id = known.account_id and latest.day = known.last_day
)

select
    measure_id,                                         -- the promise
    day,                                                -- a day of its cycle
    cast(sum(numerator) as double) / nullif(cast(case kind
        when 'ratio' then sum(denominator)
        when 'score' then count(numerator)
        else 1
    end as double), 0) as actual,                       -- reached by the end of that day
    count(told) < count(*) as is_missing                -- whether the day is missing for any of its accounts
from standing
group by measure_id, kind, day
