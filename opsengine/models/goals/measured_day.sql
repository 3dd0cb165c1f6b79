-- What promises are measured by: the days with data of every account behind them; levels also carry what came before.
-- grain: measure_id, account_id, day
with readings as (
    select account_id, metric, day, value
    from metrics.account_day
    where metric not in ('business_score', 'popularity_score', 'business_rank', 'popularity_rank')
    union all
    select account_id, scorecard || '_score' as metric, day, cast(score as decimal(24, 6)) as value
    from scores.account_score
    where score is not null
    union all
    select account_id, scorecard || '_rank' as metric, day, cast(rank as decimal(24, 6)) as value
    from scores.rank
    where rank is not null
),

recent as (
    select account_id, metric, day, value
    from metrics.account_day
    where day >= (select min(start_day) from goals.promised)
),

plain as (
    select promised.measure_id, promised.account_id, promised.kind, readings.day, readings.value
    from readings
    inner join goals.promised as promised
        on readings.account_id = promised.account_id
        and readings.metric = promised.metric
        and readings.day <= promised.until_day
    where promised.kind in ('stock', 'score')
    union all
    select promised.measure_id, promised.account_id, promised.kind, recent.day, recent.value
    from recent
    inner join goals.promised as promised
        on recent.account_id = promised.account_id
        and recent.metric = promised.metric
        and recent.day between promised.start_day and promised.until_day
    where promised.kind in ('flow', 'ratio')
),

typed_ratios as (
    select distinct measure_id, account_id
    from plain
    where kind = 'ratio'
),

counted_ratios as (
    select promised.measure_id, promised.account_id, above.day, above.value as numerator, below.value as denominator
    from goals.promised as promised
    inner join recent as above
        on above.account_id = promised.account_id
        and above.metric = promised.numerator
        and above.day between promised.start_day and promised.until_day
    inner join recent as below
        on below.account_id = promised.account_id
        and below.metric = promised.denominator
        and below.day = above.day
    left join typed_ratios
        on typed_ratios.measure_id = promised.measure_id and typed_ratios.account_id = promised.account_id
    where promised.kind = 'ratio' and typed_ratios.measure_id is null
),

everything as (
    select measure_id, account_id, day, value as numerator, cast(1 as decimal(24, 6)) as denominator, kind = 'ratio' as is_typed
    from plain
    union all
    select measure_id, account_id, day, numerator, denominator, false as is_typed
    from counted_ratios
)

select
    measure_id,                                         -- the promise
    account_id,                                         -- the account
    day,                                                -- a day with data
    cast(numerator as decimal(24, 6)) as numerator,     -- how much; of a ratio what is above the line
    cast(denominator as decimal(24, 6)) as denominator, -- of a ratio what is below the line; 1 for all else
    is_typed                                            -- whether a ratio was told as it is, without its parts
from everything
