-- Flows and stocks of every account, a row a day with a column for each: as counted, or as typed in by hand (a series), which wins.
-- grain: account_id, day
-- made: in pieces
with newest as (
    select series.account_id, series.day, series.metric, max(series.import_seq) as import_seq
    from raw.series as series
    inner join raw.days_made as made on made.day = series.day
    group by series.account_id, series.day, series.metric
),

typed as (
    select
        series.account_id,
        series.day,
        max(case when series.metric = typed__id then series.value end) as typed__value
    from raw.series as series
    inner join raw.days_made as made on made.day = series.day
    inner join newest
        on newest.account_id = series.account_id and newest.day = series.day
        and newest.metric = series.metric and newest.import_seq = series.import_seq
    group by series.account_id, series.day
),

known as (
    select
        coalesce(told.account_id, typed.account_id) as account_id,
        coalesce(told.day, typed.day) as day,
        cast(coalesce(typed.base__typed, told.base__told) as decimal(18, 6)) as base__value
    from staging.told_day as told
    full join typed on typed.account_id = told.account_id and typed.day = told.day
)

select
    account_id,                                         -- the account
    day,                                                -- a day of which something is known
    base__value                                         -- how much of each; NULL where nothing tells
from known
where each_any(base__value is not null)
