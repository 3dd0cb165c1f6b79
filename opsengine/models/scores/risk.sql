-- What lowers a score for risk: for each declared risk a factor of at most one, falling in a straight line where its ratio is too high.
-- grain: account_id, day, scorecard, risk
with ratios as (
    select
        above.account_id,
        above.day,
        risks.scorecard,
        risks.risk,
        risks.metric,
        risks.begins,
        risks.full_at,
        risks.lowest,
        case when risks.days = 7
            then cast(above.sum_7 as double) / nullif(cast(below.sum_7 as double), 0)
            else cast(above.sum_28 as double) / nullif(cast(below.sum_28 as double), 0)
        end as value
    from raw.risks as risks
    inner join raw.metrics as metrics on metrics.metric = risks.metric
    inner join metrics.rolling as above on above.metric = metrics.numerator and above.beside = metrics.denominator
    inner join metrics.rolling as below
        on below.metric = metrics.denominator and below.beside = metrics.numerator and below.account_id = above.account_id and below.day = above.day
)

select
    account_id,                                         -- the account
    day,                                                -- the day
    scorecard,                                          -- business or popularity
    risk,                                               -- the risk
    metric,                                             -- the ratio it looks at
    value,                                              -- its value
    1 - (1 - lowest) * greatest(0, least(1, (value - begins) / nullif(full_at - begins, 0))) as factor -- above 0, at most 1
from ratios
where value is not null
