-- Plays that push a guardrail the wrong way, and the odds that it breaks without them and with them.
-- grain: account_id, play, goal, metric
with pushed as (
    select
        fitting.account_id,
        fitting.play,
        promise.goal,
        promise.metric,
        promise.target,
        promise.sign,
        promise.p50,
        (promise.p90 - promise.p10) / 2.5631 as spread,
        effects.change * promise.open50 / nullif(cast(promise.accounts as double), 0) as moved,
        effects.spread * promise.open50 / nullif(cast(promise.accounts as double), 0) as moved_spread
    from strategy.fitting as fitting
    inner join raw.play_effects as effects on effects.play = fitting.play
    inner join strategy.promise as promise
        on promise.account_id = fitting.account_id and promise.role = 'guardrail' and promise.metric = effects.metric
    where effects.change * promise.sign < 0 and promise.p50 is not null
),

distances as (
    select
        account_id,
        play,
        goal,
        metric,
        target,
        least(greatest((target - p50) * sign / nullif(greatest(spread, abs(target) * 0.0001), 0), -8), 8) as before,
        least(greatest(
            (target - p50 - moved) * sign
            / nullif(greatest(sqrt(spread * spread + moved_spread * moved_spread), abs(target) * 0.0001), 0), -8
        ), 8) as after
    from pushed
)

select
    account_id,                                         -- the account
    play,                                               -- the play
    goal,                                               -- the goal that sets the guardrail
    metric,                                             -- what must not suffer
    target,                                             -- its bound
    round(1 / nullif(1 + exp(-1.5976 * before - 0.07056 * before * before * before), 0), 6) as odds_before, -- that it breaks as things are
    round(1 / nullif(1 + exp(-1.5976 * after - 0.07056 * after * after * after), 0), 6) as odds_after -- that it breaks with the play
from distances
