-- What each component measured: a window's total, ratio or growth, for every account and day; where late data leaves too little of it, the newest window stands in for a few days.
-- grain: account_id, day, scorecard, component
with days as (
    select accounts.account_id, calendar.day
    from (select account_id, min(day) as first_day from metrics.account_day group by account_id) as accounts
    inner join raw.calendar as calendar on calendar.day >= accounts.first_day and calendar.day <= $as_of
),

late as (
    select rolling.account_id, rolling.metric, rolling.beside, rolling.day, rolling.last_day, rolling.days_7, rolling.days_28
    from metrics.rolling as rolling
    where rolling.last_day < rolling.day
        and date_diff('day', rolling.last_day, rolling.day) <= (select max(carry_days) from raw.scorecards)
),

readings as (
    select
        applicable.account_id,
        days.day,
        applicable.scorecard,
        applicable.component,
        applicable.statistic,
        applicable.days,
        applicable.first_day,
        metrics.kind,
        case when metrics.kind = 'ratio' then metrics.numerator else metrics.metric end as numerator,
        metrics.denominator,
        case
            when date_diff('day', least(late_above.last_day, late_below.last_day), days.day) <= settings.carry_days
                and case when applicable.days = 7 then least(late_above.days_7, late_below.days_7)
                    else least(late_above.days_28, late_below.days_28) end < settings.min_days * applicable.days
                then least(late_above.last_day, late_below.last_day)
            else days.day
        end as read_on
    from scores.applicable as applicable
    inner join days on days.account_id = applicable.account_id
    inner join raw.scorecards as settings on settings.scorecard = applicable.scorecard
    inner join raw.metrics as metrics on metrics.metric = applicable.metric
    left join late as late_above
        on late_above.account_id = applicable.account_id and late_above.day = days.day
        and late_above.metric = case when metrics.kind = 'ratio' then metrics.numerator else metrics.metric end
        and late_above.beside = coalesce(metrics.denominator, metrics.metric)
    left join late as late_below
        on late_below.account_id = applicable.account_id and late_below.day = days.day and late_below.metric = metrics.denominator
        and late_below.beside = metrics.numerator
),

measured as (
    select
        readings.account_id,
        readings.day,
        readings.read_on,
        readings.scorecard,
        readings.component,
        readings.statistic,
        readings.days as length,
        readings.kind,
        readings.first_day,
        case when readings.days = 7 then above.sum_7 else above.sum_28 end as total,
        case when readings.days = 7 then above.days_7 else above.days_28 end as days_with_data,
        case when readings.days = 7 then above.excess_7 else above.excess_28 end as excess,
        above.previous_28,
        above.previous_excess_28,
        above.previous_days_28,
        case when readings.days = 7 then below.sum_7 else below.sum_28 end as divisor,
        case when readings.days = 7 then below.days_7 else below.days_28 end as divisor_days
    from readings
    left join metrics.rolling as above
        on above.account_id = readings.account_id and above.day = readings.read_on and above.metric = readings.numerator
        and above.beside = coalesce(readings.denominator, readings.numerator)
    left join metrics.rolling as below
        on below.account_id = readings.account_id and below.day = readings.read_on and below.metric = readings.denominator
        and below.beside = readings.numerator
),

valued as (
    select
        measured.account_id,
        measured.day,
        measured.read_on,
        measured.scorecard,
        measured.component,
        measured.kind,
        measured.statistic,
        measured.first_day,
        measured.total,
        measured.divisor,
        case
            when measured.days_with_data < settings.min_days * measured.length or measured.days_with_data is null then null
            when measured.statistic = 'growth' and measured.previous_days_28 < settings.min_days * 28 then null
            when measured.statistic = 'growth'
                then (cast(measured.total as double) / nullif(measured.days_with_data, 0))
                    / nullif(cast(measured.previous_28 as double) / nullif(measured.previous_days_28, 0), 0)
            when measured.kind = 'ratio' and measured.divisor_days < settings.min_days * measured.length then null
            when measured.kind = 'ratio' then cast(measured.total as double) / nullif(cast(measured.divisor as double), 0)
            else cast(measured.total as double) * measured.length / nullif(measured.days_with_data, 0)
        end as value,
        case
            when measured.kind = 'ratio' or measured.excess + measured.previous_excess_28 = 0 then null
            when measured.statistic = 'growth'
                then (cast(measured.total - measured.excess as double) / nullif(measured.days_with_data, 0))
                    / nullif(cast(measured.previous_28 - measured.previous_excess_28 as double) / nullif(measured.previous_days_28, 0), 0)
            else cast(measured.total - measured.excess as double) * measured.length / nullif(measured.days_with_data, 0)
        end as capped_value
    from measured
    inner join raw.scorecards as settings on settings.scorecard = measured.scorecard
)

select
    account_id,                                         -- the account
    day,                                                -- the day
    scorecard,                                          -- business or popularity
    component,                                          -- the component
    case when kind = 'ratio' then total end as numerator, -- upper part of a ratio
    case when kind = 'ratio' then divisor end as denominator, -- lower part of a ratio
    value,                                              -- the value; NULL when too few days have data
    case when value is not null then coalesce(capped_value, value) end as compared_value, -- the same with no day above the most that a day counts
    read_on < day as is_carried,                        -- whether the data is late and the newest value stands in for it
    statistic = 'growth'
    and (first_day is null or date_diff('day', first_day, day) < 55) as is_too_young -- growth needs 56 days of history
from valued
