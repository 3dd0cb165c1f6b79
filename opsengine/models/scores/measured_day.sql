-- What each component measured: a window's total, ratio or growth, for every account and day; where late data leaves too little of it, the newest window stands in for a few days.
-- grain: account_id, day
-- made: in pieces
with own as (
    select
        account_id,
        day,
        component__value,
        total__compared_value,
        growth__compared_value,
        ratio__numerator,
        ratio__denominator,
        component__is_told,
        component__is_wanting,
        risk__value
    from scores.own_day
),

wanting as (
    select account_id, day from own where each_any(component__is_wanting)
),

late as (
    select
        account_id,
        day,
        component__value,
        total__compared_value,
        growth__compared_value,
        ratio__numerator,
        ratio__denominator,
        component__is_told
    from own
    where account_id in (select account_id from wanting)
),

stand_ins as (
    select
        wanting.account_id,
        wanting.day,
        max(case when component__is_told and date_diff('day', late.day, wanting.day) <= component__carry_days then late.day end) as component__read_on
    from wanting
    inner join raw.days_between as between_days on between_days.day = wanting.day
    inner join late on late.account_id = wanting.account_id and late.day = between_days.earlier_day
    group by wanting.account_id, wanting.day
),

carried as (
    select
        stand_ins.account_id,
        stand_ins.day,
        stand_ins.component__read_on,
        max(case when late.day = stand_ins.component__read_on then late.component__value end) as component__value,
        max(case when late.day = stand_ins.total__read_on then late.total__compared_value end) as total__compared_value,
        max(case when late.day = stand_ins.growth__read_on then late.growth__compared_value end) as growth__compared_value,
        max(case when late.day = stand_ins.ratio__read_on then late.ratio__numerator end) as ratio__numerator,
        max(case when late.day = stand_ins.ratio__read_on then late.ratio__denominator end) as ratio__denominator
    from stand_ins
    inner join raw.days_between as between_days on between_days.day = stand_ins.day
    inner join late on late.account_id = stand_ins.account_id and late.day = between_days.earlier_day
    group by stand_ins.account_id, stand_ins.day, stand_ins.component__read_on
),

read_off as (
    select
        own.account_id,
        own.day,
        component__is_wanting and carried.component__read_on is not null as component__is_carried,
        applicable.component__counts_from <= own.day as component__counts,
        case when component__is_wanting and carried.component__read_on is not null
            then carried.component__value else own.component__value end as component__value,
        case when total__is_wanting and carried.total__read_on is not null
            then carried.total__compared_value else own.total__compared_value end as total__compared_value,
        case when growth__is_wanting and carried.growth__read_on is not null
            then carried.growth__compared_value else own.growth__compared_value end as growth__compared_value,
        case when ratio__is_wanting and carried.ratio__read_on is not null
            then carried.ratio__numerator else own.ratio__numerator end as ratio__numerator,
        case when ratio__is_wanting and carried.ratio__read_on is not null
            then carried.ratio__denominator else own.ratio__denominator end as ratio__denominator,
        own.risk__value
    from own
    inner join raw.days_made as made on made.day = own.day
    inner join scores.applicable as applicable on applicable.account_id = own.account_id
    left join carried on carried.account_id = own.account_id and carried.day = own.day
)

select
    account_id,                                         -- the account
    day,                                                -- the day
    component__counts and component__is_carried as component__is_carried, -- whether the data is late and the newest value stands in for it
    case when component__counts then component__value end as component__value, -- the value; NULL when too few days have data, or it does not count here
    case when total__counts then total__compared_value end as total__compared_value, -- the same with no day above the most that a day counts
    case when growth__counts then growth__compared_value end as growth__compared_value, -- likewise of a growth
    case when ratio__counts then ratio__numerator end as ratio__numerator, -- the upper part of a ratio
    case when ratio__counts then ratio__denominator end as ratio__denominator, -- its lower part
    risk__value                                         -- the ratio that a risk looks at
from read_off
