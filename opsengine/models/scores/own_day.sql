-- What each component measured in the window that ends on the day: a total scaled to the whole window, a ratio, a growth; NULL where too few days have data.
-- grain: account_id, day
-- kept: as a view
select
    account_id,                                         -- the account
    day,                                                -- the day
    case when total__now_days >= total__least_days
        then cast(total__now_first as double) * total__length / nullif(total__now_days, 0) end as total__value, -- what the days that tell it would make over the whole window
    case when total__now_days >= total__least_days
        then cast(total__now_second as double) * total__length / nullif(total__now_days, 0) end as total__compared_value, -- the same with no day above its cap
    case when growth__now_days >= growth__least_days and growth__before_days >= growth__least_days
        then (cast(growth__now_first as double) / nullif(growth__now_days, 0))
            / nullif(cast(growth__before_first as double) / nullif(growth__before_days, 0), 0) end as growth__value, -- a day's mean over that of the window before
    case when growth__now_days >= growth__least_days and growth__before_days >= growth__least_days
        then (cast(growth__now_second as double) / nullif(growth__now_days, 0))
            / nullif(cast(growth__before_second as double) / nullif(growth__before_days, 0), 0) end as growth__compared_value, -- the same with no day above its cap
    case when ratio__now_days >= ratio__least_days
        then cast(ratio__now_first as double) / nullif(cast(ratio__now_second as double), 0) end as ratio__value, -- one sum over the other
    case when ratio__now_days >= ratio__least_days and ratio__now_second <> 0 then cast(ratio__now_first as double) end as ratio__numerator, -- the upper sum
    case when ratio__now_days >= ratio__least_days and ratio__now_second <> 0 then cast(ratio__now_second as double) end as ratio__denominator, -- the lower sum
    component__now_is_told as component__is_told,       -- whether this very day tells it
    component__now_days < component__least_days and not component__now_is_told
    and (component__now_days > 0 or component__length <= component__carry_days) as component__is_wanting, -- whether data that is late leaves too little
    cast(risk__now_first as double) / nullif(cast(risk__now_second as double), 0) as risk__value -- the ratio that a risk looks at
from metrics.window_day
