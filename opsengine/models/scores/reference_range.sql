-- The range of each component in the reference period, cut into 256 equal bins.
-- grain: bins
select
    256 as bins,                                        -- how many bins
    min(case when compared.day between reference.component__first_day and reference.component__last_day and compared.component__log > 0
        then compared.component__log end) as component__low, -- lower end of bin 0
    max(case when compared.day between reference.component__first_day and reference.component__last_day
        then compared.component__log end) as component__high -- upper end of the last bin
from scores.compared_day as compared
cross join scores.reference_days as reference
where compared.day between reference.first_day and reference.last_day
