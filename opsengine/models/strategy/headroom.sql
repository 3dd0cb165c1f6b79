-- How far an account's number is from the better quarter of its peers, for the numbers that its fitting plays move, as a relative change.
-- grain: account_id, metric
with moved as (
    select fitting.account_id, plays.metric, max(plays.direction) as direction
    from strategy.fitting as fitting
    inner join raw.plays as plays on plays.play = fitting.play
    group by fitting.account_id, plays.metric
)

select
    moved.account_id,                                   -- the account
    moved.metric,                                       -- a metric that some play moves
    cast(case
        when moved.direction < 0 then (account_window.value - benchmark.p25) / nullif(abs(account_window.value), 0)
        else (benchmark.p75 - account_window.value) / nullif(abs(account_window.value), 0)
    end as double) as room                              -- below 0 when it is among the better quarter already
from moved
inner join metrics.account_window as account_window
    on account_window.account_id = moved.account_id and account_window.metric = moved.metric and account_window.days = 28
inner join metrics.benchmark as benchmark
    on benchmark.account_id = moved.account_id and benchmark.metric = moved.metric and benchmark.days = 28
