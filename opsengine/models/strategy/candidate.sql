-- The plays that fit an account today: what each may close of its promises, by how much effort, and what is held against it.
-- grain: account_id, play
with served as (
    select
        fitting.account_id,
        fitting.play,
        promise.goal,
        promise.role,
        promise.metric,
        coalesce(gain.believed, 0) as believed,
        coalesce(gain.hoped, 0) as hoped,
        row_number() over (
            partition by fitting.account_id, fitting.play
            order by
                case when promise.role = 'primary' then 0 else 1 end asc,
                coalesce(gain.hoped, 0) desc,
                coalesce(promise.gap, 0) desc,
                promise.goal asc,
                promise.metric asc
        ) as place
    from strategy.fitting as fitting
    inner join raw.play_goals as play_goals on play_goals.play = fitting.play
    inner join strategy.promise as promise on promise.account_id = fitting.account_id and promise.metric = play_goals.metric
    left join strategy.gain as gain
        on gain.account_id = fitting.account_id
        and gain.play = fitting.play
        and gain.goal = promise.goal
        and gain.role = promise.role
        and gain.metric = promise.metric
),

needs as (
    select
        account_id,
        play,
        max(goal) filter (where place = 1) as goal,
        max(metric) filter (where place = 1) as goal_metric,
        max(role) filter (where place = 1) as goal_role,
        max(believed) filter (where place = 1) as believed,
        max(hoped) filter (where role = 'primary') as primary_hoped,
        max(hoped) filter (where role <> 'primary') as other_hoped
    from served
    group by account_id, play
),

worst as (
    select account_id, play, goal, metric, target, odds_before, odds_after
    from strategy.guarded
    cross join raw.ranking as ranking
    where odds_after > ranking.guardrail_odds and odds_after > odds_before
    qualify row_number() over (partition by account_id, play order by odds_after desc, goal asc, metric asc) = 1
)

select
    fitting.account_id,                                 -- the account
    fitting.play,                                       -- the play
    plays.step,                                         -- settle, retain or convert
    plays.effort,                                       -- 1 to 5
    needs.goal,                                         -- the goal it serves: the primary one, else the one it closes most of
    needs.goal_metric,                                  -- what that goal promises
    needs.goal_role,                                    -- primary, secondary or guardrail
    needs.believed,                                     -- share of that target that it is believed to close of the gap
    needs.primary_hoped,                                -- share of the primary target it may well close; NULL when it does not serve it
    needs.other_hoped,                                  -- the most of another target; NULL when it serves none
    round(needs.primary_hoped / nullif(cast(plays.effort as double), 0), 6) as primary_worth, -- per unit of effort: decides the rank
    round(needs.other_hoped / nullif(cast(plays.effort as double), 0), 6) as other_worth, -- per unit of effort: decides then
    turned_down.play is not null as is_dismissed,       -- the account does not want it for the time being
    strength.strength,                                  -- 0 to 1: how far the numbers are from what they are held against
    round(strength.strength * coalesce(here.hoped, everywhere.hoped), 9) as promise, -- strength times the effect that it may well have
    round(strength.strength * coalesce(here.hoped, everywhere.hoped) / nullif(cast(plays.effort as double), 0), 9) as merit, -- the same per unit of effort: decides last
    case
        when fitting.rests_for is not null then fitting.rests_for
        when worst.play is not null then 'guardrail'
    end as held_back,                                   -- cooldown, under_way or guardrail: it is not suggested
    fitting.rests_beside,                               -- the play under way that it does not go together with
    fitting.rests_until,                                -- the first day on which it may come again
    worst.goal as guard_goal,                           -- the goal whose guardrail it may break
    worst.metric as guard_metric,                       -- that guardrail
    worst.target as guard_bound,                        -- its bound
    worst.odds_before,                                  -- the odds that it breaks as things are
    worst.odds_after                                    -- the odds that it breaks with the play
from strategy.fitting as fitting
inner join raw.plays as plays on plays.play = fitting.play
inner join raw.accounts as accounts on accounts.account_id = fitting.account_id
inner join raw.play_beliefs as everywhere on everywhere.play = fitting.play and everywhere.industry is null
left join raw.play_beliefs as here on here.play = fitting.play and here.industry = accounts.industry
inner join strategy.strength as strength on strength.account_id = fitting.account_id and strength.play = fitting.play
left join needs on needs.account_id = fitting.account_id and needs.play = fitting.play
left join worst on worst.account_id = fitting.account_id and worst.play = fitting.play
left join raw.plays_turned_down as turned_down
    on turned_down.account_id = fitting.account_id and turned_down.play = fitting.play
