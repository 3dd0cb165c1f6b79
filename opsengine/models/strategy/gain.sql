-- How much of the gap of each promise a play may close for an account, as a share of the target: what is believed, and what is hoped.
-- grain: account_id, play, goal, role, metric
with believed as (
    select
        fitting.account_id,
        fitting.play,
        plays.metric,
        (1 + strength.strength) / 2 as certainty,
        least(coalesce(here.benefit, everywhere.benefit), greatest(coalesce(headroom.room, 1000), 0))
        + ranking.beyond_peers * greatest(
            coalesce(here.benefit, everywhere.benefit) - greatest(coalesce(headroom.room, 1000), 0), 0
        ) as benefit,
        least(coalesce(here.hoped, everywhere.hoped), greatest(coalesce(headroom.room, 1000), 0))
        + ranking.beyond_peers * greatest(
            coalesce(here.hoped, everywhere.hoped) - greatest(coalesce(headroom.room, 1000), 0), 0
        ) as hoped
    from strategy.fitting as fitting
    inner join raw.plays as plays on plays.play = fitting.play
    inner join raw.accounts as accounts on accounts.account_id = fitting.account_id
    inner join raw.play_beliefs as everywhere on everywhere.play = fitting.play and everywhere.industry is null
    left join raw.play_beliefs as here on here.play = fitting.play and here.industry = accounts.industry
    inner join strategy.strength as strength on strength.account_id = fitting.account_id and strength.play = fitting.play
    left join strategy.headroom as headroom on headroom.account_id = fitting.account_id and headroom.metric = plays.metric
    cross join raw.ranking as ranking
),

shares as (
    select
        parts.play,
        part.account_id,
        parts.metric,
        least(greatest(cast(part.value as double) / nullif(whole.value, 0), 0), 1) as share
    from raw.play_wholes as parts
    inner join raw.plays as plays on plays.play = parts.play
    inner join metrics.account_window as part on part.metric = plays.metric and part.days = 28
    inner join metrics.account_window as whole
        on whole.account_id = part.account_id and whole.metric = parts.metric and whole.days = 28
),

reaching as (
    select
        believed.account_id,
        believed.play,
        promise.goal,
        promise.role,
        promise.metric,
        promise.sign,
        promise.target,
        promise.p10,
        promise.p50,
        promise.p90,
        promise.open10,
        promise.open50,
        promise.open90,
        believed.certainty * believed.benefit * case
            when promise.metric = believed.metric then 1 else coalesce(shares.share, ranking.carries)
        end / nullif(cast(promise.accounts as double), 0) as believed_reach,
        believed.certainty * believed.hoped * case
            when promise.metric = believed.metric then 1 else coalesce(shares.share, ranking.carries)
        end / nullif(cast(promise.accounts as double), 0) as hoped_reach
    from believed
    inner join raw.play_goals as play_goals on play_goals.play = believed.play
    inner join strategy.promise as promise
        on promise.account_id = believed.account_id and promise.metric = play_goals.metric and promise.role <> 'guardrail'
    left join shares
        on shares.play = believed.play and shares.account_id = believed.account_id and shares.metric = promise.metric
    cross join raw.ranking as ranking
)

select
    account_id,                                         -- the account
    play,                                               -- the play
    goal,                                               -- the goal
    role,                                               -- primary or secondary
    metric,                                             -- what is promised
    coalesce(round((
        0.3 * least(greatest((target - p10) * sign, 0), believed_reach * open10)
        + 0.4 * least(greatest((target - p50) * sign, 0), believed_reach * open50)
        + 0.3 * least(greatest((target - p90) * sign, 0), believed_reach * open90)
    ) / nullif(abs(target), 0), 6), 0) as believed,     -- mean over where it may land, by what the play is believed to do
    coalesce(round((
        0.3 * least(greatest((target - p10) * sign, 0), hoped_reach * open10)
        + 0.4 * least(greatest((target - p50) * sign, 0), hoped_reach * open50)
        + 0.3 * least(greatest((target - p90) * sign, 0), hoped_reach * open90)
    ) / nullif(abs(target), 0), 6), 0) as hoped         -- the same by what it may well do: this ranks it
from reaching
