-- How a metric's windows lie in each group of accounts: quartiles, the middle of the window before, and what all have together.
-- grain: level, key, metric, days
with ordered as (
    select
        placed.level,
        placed.key,
        account_window.metric,
        account_window.days,
        account_window.value,
        account_window.previous_value,
        account_window.numerator,
        row_number() over (
            partition by placed.level, placed.key, account_window.metric, account_window.days order by account_window.value
        ) as place,
        row_number() over (
            partition by placed.level, placed.key, account_window.metric, account_window.days
            order by account_window.previous_value nulls last
        ) as previous_place,
        count(*) over (partition by placed.level, placed.key, account_window.metric, account_window.days) as accounts,
        count(account_window.previous_value) over (
            partition by placed.level, placed.key, account_window.metric, account_window.days
        ) as previous_accounts
    from metrics.account_window as account_window
    inner join staging.peer_group as placed on placed.account_id = account_window.account_id
    where account_window.value is not null
)

select
    level,                                              -- industry_size, industry or all
    key,                                                -- which group
    metric,                                             -- the metric
    days,                                               -- length of the window
    cast(max(accounts) as integer) as accounts,         -- accounts of the group that have it; where values are equal their order changes nothing
    cast(sum(cast(numerator as decimal(30, 6))) as double) as total, -- of a flow what all of them have together
    cast(sum(value * greatest(0, 1 - abs(place - (1 + (accounts - 1) * 0.25)))) as double) as p25, -- a quarter of them are below
    cast(sum(value * greatest(0, 1 - abs(place - (1 + (accounts - 1) * 0.50)))) as double) as p50, -- the middle
    cast(sum(value * greatest(0, 1 - abs(place - (1 + (accounts - 1) * 0.75)))) as double) as p75, -- a quarter of them are above
    cast(sum(
        previous_value * greatest(0, 1 - abs(previous_place - (1 + (previous_accounts - 1) * 0.50)))
    ) as double) as previous_p50                        -- the middle of the window before
from ordered
group by level, key, metric, days
