-- The last known level of every stock within the last 7 and 28 days, and within the window just before.
-- grain: account_id, days
with days as (
    select numbers.account_id, signs.days, numbers.day, signs.now, signs.previous, stock__value
    from metrics.number_day as numbers
    inner join raw.window_days as needed on needed.day = numbers.day
    inner join raw.window_blocks as signs on signs.block = needed.block and (signs.now > 0 or signs.previous > 0)
),

latest as (
    select
        account_id,
        days,
        max(case when now > 0 and stock__value is not null then day end) as stock__known_on,
        max(case when previous > 0 and stock__value is not null then day end) as stock__previously_known_on
    from days
    group by account_id, days
),

entered as (
    select
        days.account_id,
        days.days,
        latest.stock__known_on,
        latest.stock__previously_known_on,
        max(case when days.day = latest.stock__known_on then days.stock__value end) as stock__level,
        max(case when days.day = latest.stock__previously_known_on then days.stock__value end) as stock__previous_level
    from days
    inner join latest on latest.account_id = days.account_id and latest.days = days.days
    group by days.account_id, days.days, latest.stock__known_on, latest.stock__previously_known_on
),

both_times as (
    select account_id, days from entered
    union
    select account_id, days from raw.window_level_before
)

select
    both_times.account_id,                              -- the account
    both_times.days,                                    -- length of the window, 7 or 28
    coalesce(entered.stock__level, case
        when date_diff('day', before.stock__known_on, $as_of) < both_times.days then before.stock__level
    end) as stock__level,                               -- the level; NULL when no day of the window tells it
    coalesce(entered.stock__known_on, case
        when date_diff('day', before.stock__known_on, $as_of) < both_times.days then before.stock__known_on
    end) as stock__known_on,                            -- the day that tells it
    coalesce(entered.stock__previous_level, case
        when date_diff('day', before.stock__previously_known_on, $as_of) < 2 * both_times.days then before.stock__previous_level
    end) as stock__previous_level,                      -- likewise of the window just before
    coalesce(entered.stock__previously_known_on, case
        when date_diff('day', before.stock__previously_known_on, $as_of) < 2 * both_times.days then before.stock__previously_known_on
    end) as stock__previously_known_on                  -- the day that tells that one
from both_times
left join entered on entered.account_id = both_times.account_id and entered.days = both_times.days
left join raw.window_level_before as before on before.account_id = both_times.account_id and before.days = both_times.days
