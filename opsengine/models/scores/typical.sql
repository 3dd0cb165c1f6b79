-- What is usual for the ratios of an industry in the reference, and how much of a ratio's lower part is worth as much as its own.
-- grain: industry
with summed as (
    select
        accounts.industry,
        sum(cast(round(case when measured.day between reference.ratio__first_day and reference.ratio__last_day then measured.ratio__numerator end, 6) as decimal(28, 6))) as ratio__numerator,
        sum(cast(round(case when measured.day between reference.ratio__first_day and reference.ratio__last_day then measured.ratio__denominator end, 6) as decimal(28, 6))) as ratio__denominator,
        count(case when measured.day between reference.ratio__first_day and reference.ratio__last_day then measured.ratio__denominator end) as ratio__values
    from scores.measured_day as measured
    inner join raw.accounts as accounts on accounts.account_id = measured.account_id
    cross join scores.reference_days as reference
    where measured.day between reference.first_day and reference.last_day
    group by accounts.industry
)

select
    industry,                                           -- the industry
    cast(ratio__numerator as double) / nullif(cast(ratio__denominator as double), 0) as ratio__usual, -- one sum over the other
    cast(ratio__denominator as double) / nullif(ratio__values, 0) / 10 as ratio__prior -- a tenth of what an account has on average
from summed
