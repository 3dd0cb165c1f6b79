-- How far an account's numbers are from what a play holds them against: 0 as usual, 1 as far as can be.
-- grain: account_id, play
with held as (
    select
        fitting.account_id,
        fitting.play,
        evidence.is_change,
        state.value,
        coalesce(usual.value, evidence.benchmark) as benchmark
    from strategy.fitting as fitting
    inner join raw.play_evidence as evidence on evidence.play = fitting.play
    inner join strategy.account_state as state on state.account_id = fitting.account_id and state.name = evidence.name
    left join strategy.account_state as usual
        on usual.account_id = fitting.account_id and usual.name = evidence.benchmark_name
),

distances as (
    select
        account_id,
        play,
        least(1.0, coalesce(case
            when is_change then abs(value - benchmark)
            else abs(value - benchmark) / nullif(greatest(abs(value), abs(benchmark)), 0)
        end, 0)) as distance
    from held
)

select
    account_id,                                         -- the account
    play,                                               -- the play
    round(cast(sum(cast(distance as decimal(18, 9))) as double) / nullif(count(*), 0), 6) as strength -- mean over its evidence
from distances
group by account_id, play
