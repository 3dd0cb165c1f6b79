-- What everything that scores look at adds up to over 7 and 28 days, and over the 28 before, for every day. The parts of a ratio count on days that have both; days that nobody should believe do not count. How many days tell each of ten is counted in one number, six bits for each.
-- grain: account_id, day
-- kept: as a view
with days as (
    select firsts.account_id, needed.day
    from metrics.first_day as firsts
    inner join raw.accounts_made as made on made.account_id = firsts.account_id
    inner join scores.late_account as late on late.account_id = firsts.account_id
    inner join raw.days_read as needed on needed.day >= firsts.first_day
),

believed as (
    select
        days.account_id,
        days.day,
        reading__first_number as reading__first,
        reading__second_number as reading__second
    from days
    left join metrics.number_day as numbers on numbers.account_id = days.account_id and numbers.day = days.day
    left join metrics.daily_cap as caps on caps.account_id = days.account_id
),

packed as (
    select
        account_id,
        day,
        reading__first,
        reading__second,
        each_sum(case when reading__first is not null then reading__one else 0 end) as pack__told
    from believed
),

summed as (
    select
        account_id,
        day,
        reading__first is not null as reading__is_told,
        sum(week__first) over week as week__first_7,
        sum(week__second) over week as week__second_7,
        sum(month__first) over month as month__first_28,
        sum(month__second) over month as month__second_28,
        sum(before__first) over before as before__first_before,
        sum(before__second) over before as before__second_before,
        coalesce(cast(sum(pack__told) over week as bigint), 0) as pack__told_7,
        coalesce(cast(sum(pack__told) over month as bigint), 0) as pack__told_28,
        coalesce(cast(sum(pack__told) over before as bigint), 0) as pack__told_before
    from packed
    window
        week as (partition by account_id order by day rows between 6 preceding and current row),
        month as (partition by account_id order by day rows between 27 preceding and current row),
        before as (partition by account_id order by day rows between 55 preceding and 28 preceding)
)

select
    summed.account_id,                                  -- the account
    summed.day,                                         -- the last day of the windows
    summed.reading__is_told,                            -- whether this day tells the flow, or both parts of the ratio
    cast(summed.week__first_7 as decimal(24, 6)) as week__first_7, -- the flow, or the upper part of the ratio, over 7 days
    cast(summed.week__second_7 as decimal(24, 6)) as week__second_7, -- the flow with no day above its cap, or the lower part
    cast((summed.week__told_7 >> week__shift) & 63 as integer) as week__days_7, -- how many of the 7 days tell it
    cast(summed.month__first_28 as decimal(24, 6)) as month__first_28, -- likewise over 28 days
    cast(summed.month__second_28 as decimal(24, 6)) as month__second_28, -- likewise
    cast((summed.month__told_28 >> month__shift) & 63 as integer) as month__days_28, -- likewise
    cast(summed.before__first_before as decimal(24, 6)) as before__first_before, -- likewise over the 28 days before those
    cast(summed.before__second_before as decimal(24, 6)) as before__second_before, -- likewise
    cast((summed.before__told_before >> before__shift) & 63 as integer) as before__days_before -- likewise
from summed
inner join raw.days_looked_at as looked_at on looked_at.day = summed.day
where summed.day not in (select day from raw.days_summed)
union all
select
    account_id,
    day,
    reading__is_told,
    week__first_7,
    week__second_7,
    week__days_7,
    month__first_28,
    month__second_28,
    month__days_28,
    before__first_before,
    before__second_before,
    before__days_before
from metrics.window_last
