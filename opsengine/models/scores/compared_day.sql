-- Component values on the scale on which they are compared: ratios pulled towards the industry's while they rest on little, then a logarithm.
-- grain: account_id, day
-- kept: as a view
select
    measured.account_id,                                -- the account
    measured.day,                                       -- the day
    applicable.cell,                                    -- its industry and size, by number
    measured.component__value,                          -- the value as it is shown
    measured.component__is_carried,                     -- whether it is that of an earlier day, for want of newer data
    applicable.component__first_day,                    -- since when the account reports it
    coalesce(applicable.component__counts_from <= measured.day, false) as component__counts, -- whether it counts for the account
    case when measured.total__value is not null
        then ln(greatest(1 + measured.total__compared_value / nullif(total__scale, 0), 1)) end as total__log, -- ln(1 + value / scale), NULL when there is no value
    case when measured.growth__value is not null
        then ln(greatest(1 + measured.growth__compared_value / nullif(growth__scale, 0), 1)) end as growth__log, -- likewise of a growth
    case when measured.ratio__value is not null
        then ln(greatest(1 + coalesce(
            (measured.ratio__numerator + typical.ratio__prior * typical.ratio__usual) / nullif(measured.ratio__denominator + typical.ratio__prior, 0),
            measured.ratio__value
        ) / nullif(ratio__scale, 0), 1)) end as ratio__log, -- likewise of a ratio
    measured.risk__value                                -- the ratio that a risk looks at
from scores.measured_day as measured
inner join scores.applicable as applicable on applicable.account_id = measured.account_id
inner join raw.accounts as accounts on accounts.account_id = measured.account_id
left join scores.typical as typical on typical.industry = accounts.industry
