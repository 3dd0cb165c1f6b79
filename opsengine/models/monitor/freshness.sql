-- How long each source of each account has been silent, and whether it used to come daily.
-- grain: account_id, source
with told as (
    select source, account_id, min(day) as first_day, max(day) as last_day
    from staging.coverage
    where status = 'present' and day <= $as_of
    group by source, account_id
),

habits as (
    select told.source, told.account_id, count(*) as days
    from told
    inner join staging.coverage as coverage
        on coverage.source = told.source and coverage.account_id = told.account_id
        and coverage.status = 'present'
        and date_diff('day', coverage.day, told.last_day) between 0 and 27
    group by told.source, told.account_id
)

select
    told.account_id,                                    -- the account
    told.source,                                        -- the preset its files have
    told.last_day,                                      -- the last day that any file told of
    cast(date_diff('day', told.last_day, $as_of) as integer) as days_since_data, -- days since then
    habits.days >= 7
        and cast(habits.days as double)
            >= 0.8 * least(28, date_diff('day', told.first_day, told.last_day) + 1) as is_daily -- told of four days in five, for a week or more
from told
inner join habits on habits.source = told.source and habits.account_id = told.account_id
