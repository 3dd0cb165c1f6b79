-- Running sums of the measures that adopted plays are to move, day by day, so that any window is a difference of two rows.
-- grain: account_id, measure, day
with every_day as (
    select
        accounts.account_id,
        measures.measure,
        calendar.day,
        account_day.value
    from raw.accounts as accounts
    cross join raw.adoption_measures as measures
    cross join raw.calendar as calendar
    left join metrics.account_day as account_day
        on account_day.account_id = accounts.account_id
        and account_day.metric = measures.measure
        and account_day.day = calendar.day
)

select
    account_id,                                         -- the account
    measure,                                            -- a flow or a stock
    day,                                                -- the last day of the sums
    cast(sum(cast(case when value is not null then ln(greatest(1 + cast(value as double), 1)) else 0 end as decimal(18, 9))) over (
        partition by account_id, measure order by day rows between unbounded preceding and current row
    ) as double) as logs,                               -- ln(1 + value), summed over the days with data
    cast(sum(cast(coalesce(value, 0) as decimal(24, 6))) over (
        partition by account_id, measure order by day rows between unbounded preceding and current row
    ) as double) as total,                              -- the values themselves, summed
    cast(count(value) over (
        partition by account_id, measure order by day rows between unbounded preceding and current row
    ) as integer) as days                               -- days with data
from every_day
