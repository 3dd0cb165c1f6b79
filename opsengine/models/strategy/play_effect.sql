-- What a play did in an industry so far: the mean effect, and how far it may be off by chance, each account counted as one.
-- grain: play, industry
with means as (
    select
        play,
        industry,
        count(*) as cases,
        cast(sum(cast(effect as decimal(18, 9))) as double) / nullif(count(*), 0) as effect,
        cast(sum(cast(moved as decimal(18, 9))) as double) / nullif(count(*), 0) as moved
    from strategy.adoption_effect
    group by play, industry
),

own as (
    select
        effects.play,
        effects.industry,
        effects.account_id,
        cast(sum(cast(effects.effect - means.effect as decimal(18, 9))) as double) / nullif(max(means.cases), 0) as pull
    from strategy.adoption_effect as effects
    inner join means on means.play = effects.play and means.industry = effects.industry
    group by effects.play, effects.industry, effects.account_id
),

own_spread as (
    select play, industry, count(*) as accounts, cast(sum(cast(pull * pull as decimal(24, 15))) as double) as squares
    from own
    group by play, industry
),

days as (
    select
        effects.play,
        effects.industry,
        effects.metric,
        effects.adopted_on,
        cast(count(*) as double) / nullif(max(means.cases), 0) as weight,
        cast(sum(cast(effects.trend as decimal(18, 9))) as double) / nullif(count(*), 0) as trend
    from strategy.adoption_effect as effects
    inner join means on means.play = effects.play and means.industry = effects.industry
    group by effects.play, effects.industry, effects.metric, effects.adopted_on
),

residuals as (
    select
        days.play,
        days.industry,
        comparison.account_id,
        days.weight,
        peer_change.peers,
        comparison.moved - peer_change.moved - peer_change.slope * (comparison.trend - peer_change.trend) as residual,
        1.0 / nullif(peer_change.peers, 0)
        + coalesce(days.trend * (comparison.trend - peer_change.trend) / nullif(peer_change.trend_squares, 0), 0) as leverage
    from days
    inner join strategy.comparison as comparison
        on comparison.industry = days.industry
        and comparison.metric = days.metric
        and comparison.adopted_on = days.adopted_on
        and comparison.adoptions = 0
    inner join strategy.peer_change as peer_change
        on peer_change.industry = days.industry
        and peer_change.metric = days.metric
        and peer_change.adopted_on = days.adopted_on
),

peers as (
    select
        play,
        industry,
        account_id,
        cast(sum(cast(weight * residual * leverage as decimal(24, 15))) as double) as pull,
        cast(sum(cast(weight * residual * residual * peers / nullif(peers - 2, 0) as decimal(18, 9))) as double)
        / nullif(max(peers), 0) as spread
    from residuals
    group by play, industry, account_id
),

peer_spread as (
    select
        play,
        industry,
        count(*) as accounts,
        cast(sum(cast(pull * pull as decimal(24, 15))) as double) as squares,
        cast(sum(cast(spread as decimal(18, 9))) as double) as variance
    from peers
    group by play, industry
)

select
    means.play,                                         -- the play
    means.industry,                                     -- the industry
    means.cases,                                        -- times it was taken up, with data on both sides
    own_spread.accounts,                                -- accounts that took it up
    peer_spread.accounts as peers,                      -- accounts they are held against
    means.moved,                                        -- mean change before and after, in logs: for comparison only
    means.effect,                                       -- mean effect, in logs
    sqrt(greatest(
        case
            when own_spread.accounts > 1
                then own_spread.squares * own_spread.accounts / nullif(cast(own_spread.accounts - 1 as double), 0)
            else peer_spread.variance / nullif(cast(means.cases as double), 0)
        end
        + peer_spread.squares * peer_spread.accounts / nullif(cast(greatest(peer_spread.accounts - 2, 1) as double), 0), 0
    )) as standard_error                                -- how far the mean may be off by chance, in logs
from means
inner join own_spread on own_spread.play = means.play and own_spread.industry = means.industry
inner join peer_spread on peer_spread.play = means.play and peer_spread.industry = means.industry
