-- The plays that fit an account today, each with the promise it serves best and how far the numbers are from usual.
-- grain: account_id, play
with fitting as (
    select suited.account_id, suited.play
    from strategy.suited as suited
    inner join raw.play_judgements as judgement
        on judgement.account_id = suited.account_id and judgement.question = suited.play and judgement.is_true
    left join strategy.missing_name as missing
        on missing.account_id = suited.account_id and missing.play = suited.play
    left join strategy.resting as resting
        on resting.account_id = suited.account_id and resting.play = suited.play
    where missing.play is null and resting.play is null
),

held as (
    select
        fitting.account_id,
        fitting.play,
        evidence.is_change,
        state.value,
        coalesce(usual.value, evidence.benchmark) as benchmark
    from fitting
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
),

strengths as (
    select account_id, play, round(cast(sum(cast(distance as decimal(18, 9))) as double) / nullif(count(*), 0), 6) as strength
    from distances
    group by account_id, play
),

served as (
    select
        fitting.account_id,
        fitting.play,
        promise.goal,
        promise.role,
        promise.metric,
        coalesce(promise.gap, 0) as gap,
        row_number() over (
            partition by fitting.account_id, fitting.play
            order by case when promise.role = 'primary' then 0 else 1 end asc, promise.gap desc, promise.goal asc, promise.metric asc
        ) as place
    from fitting
    inner join raw.play_goals as play_goals on play_goals.play = fitting.play
    inner join strategy.promise as promise
        on promise.account_id = fitting.account_id and promise.metric = play_goals.metric
),

needs as (
    select
        account_id,
        play,
        max(goal) filter (where place = 1) as goal,
        max(gap) filter (where role = 'primary') as primary_gap,
        max(gap) filter (where role <> 'primary') as other_gap
    from served
    group by account_id, play
)

select
    fitting.account_id,                                 -- the account
    fitting.play,                                       -- the play
    plays.step,                                         -- settle, retain or convert
    needs.goal,                                         -- the goal it serves: the primary one, else the one furthest behind
    cast(needs.primary_gap as double) as primary_gap,   -- what the primary goal lacks; NULL when the play does not serve it
    cast(needs.other_gap as double) as other_gap,       -- the most that a secondary goal or guardrail it serves lacks
    turned_down.play is not null as is_dismissed,       -- the account does not want it for the time being
    strengths.strength,                                 -- 0 to 1: how far the numbers are from what they are held against
    round(strengths.strength * coalesce(here.benefit, everywhere.benefit) / nullif(cast(plays.effort as double), 0), 9) as merit -- strength times expected effect per unit of effort
from fitting
inner join raw.plays as plays on plays.play = fitting.play
inner join raw.accounts as accounts on accounts.account_id = fitting.account_id
inner join raw.play_beliefs as everywhere on everywhere.play = fitting.play and everywhere.industry is null
left join raw.play_beliefs as here on here.play = fitting.play and here.industry = accounts.industry
inner join strengths on strengths.account_id = fitting.account_id and strengths.play = fitting.play
left join needs on needs.account_id = fitting.account_id and needs.play = fitting.play
left join raw.plays_turned_down as turned_down
    on turned_down.account_id = fitting.account_id and turned_down.play = fitting.play
