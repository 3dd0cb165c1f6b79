-- What each day should have brought: the level of the last weeks times the weight of its weekday a week ago.
-- grain: account_id, metric, day
with weekdays as (
    select
        account_id,
        metric,
        day,
        place,
        value,
        is_special,
        filled,
        avg(filled) over (
            partition by account_id, metric, weekday order by day rows between 7 preceding and current row
        ) as usual
    from surprise.watched_day
),

weighed as (
    select
        account_id,
        metric,
        day,
        place,
        value,
        is_special,
        filled,
        7 * usual / nullif(sum(usual) over (
            partition by account_id, metric order by day rows between 6 preceding and current row
        ), 0) as weight,
        power(2, cast(-date_diff('day', day, $as_of) as double) / 14.0) as fresh
    from weekdays
),

levels as (
    select
        account_id,
        metric,
        day,
        place,
        value,
        is_special,
        cast(sum(filled * fresh) over so_far as double)
        / nullif(cast(sum(weight * fresh) over so_far as double), 0) as before,
        lag(weight, 7) over (partition by account_id, metric order by day) as weight
    from weighed
    window so_far as (partition by account_id, metric order by day rows between unbounded preceding and 1 preceding)
)

select
    account_id,                                         -- the account
    metric,                                             -- the flow
    day,                                                -- the day
    value,                                              -- what it brought; NULL where nobody told
    is_special,                                         -- whether a campaign or a holiday is declared
    cast(before * weight as double) as expected,        -- what it should have brought; NULL in the first week
    cast(0.1 * before as double) as damping,            -- a tenth of the level, added on both sides so that little days do not shout
    cast(case
        when value is not null and not is_special and place > 14 and before > 0
            then ln(greatest(value + 0.1 * before, 1e-9)) - ln(greatest(before * weight + 0.1 * before, 1e-9))
    end as double) as residual                          -- log of brought over expected, damped where little is sold; NULL where it says nothing
from levels
