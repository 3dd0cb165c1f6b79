-- The plays that fit an account and are not among its three, each with what it lost by; the five nearest.
-- grain: account_id, play
with picks as (
    select
        account_id,
        max(play) filter (where rank = 1) as first,
        max(play) filter (where rank = 2) as second,
        max(play) filter (where rank = 3) as third,
        max(step) filter (where rank = 1) as first_step,
        max(step) filter (where rank = 2) as second_step
    from strategy.suggestion
    group by account_id
),

others as (
    select
        candidate.account_id,
        candidate.play,
        candidate.step,
        candidate.effort,
        candidate.is_dismissed,
        candidate.held_back,
        candidate.primary_hoped,
        candidate.other_hoped,
        candidate.primary_worth,
        candidate.other_worth,
        candidate.promise,
        candidate.merit,
        candidate.rests_beside,
        in_line.place,
        coalesce(in_line.is_beyond_cap, false) as is_beyond_cap,
        picks.first,
        picks.second,
        picks.third,
        picks.first_step,
        picks.second_step,
        last_place.place as last_place
    from strategy.candidate as candidate
    left join strategy.in_line as in_line on in_line.account_id = candidate.account_id and in_line.play = candidate.play
    left join picks on picks.account_id = candidate.account_id
    left join strategy.in_line as last_place on last_place.account_id = candidate.account_id and last_place.play = picks.third
    left join strategy.suggestion as suggestion
        on suggestion.account_id = candidate.account_id and suggestion.play = candidate.play
    where suggestion.play is null
),

conflicting as (
    select others.account_id, others.play, min(conflicts.other) as other
    from others
    inner join raw.play_conflicts as conflicts
        on conflicts.play = others.play and conflicts.other in (others.first, others.second, others.third)
    where others.last_place is null or others.place < others.last_place
    group by others.account_id, others.play
),

reasoned as (
    select
        others.account_id,
        others.play,
        others.place,
        case
            when others.held_back is not null then others.held_back
            when others.is_beyond_cap then 'weekly_cap'
            when conflicting.other is not null then 'conflict'
            when others.third is null or others.place < others.last_place then 'same_step'
            when others.is_dismissed and not third.is_dismissed then 'turned_down'
            when others.primary_worth is null and third.primary_worth > 0 then 'not_primary'
            when coalesce(others.primary_worth, 0) < coalesce(third.primary_worth, 0)
                then case when coalesce(others.primary_hoped, 0) >= coalesce(third.primary_hoped, 0) then 'effort' else 'primary_gap' end
            when coalesce(others.other_worth, 0) < coalesce(third.other_worth, 0)
                then case when coalesce(others.other_hoped, 0) >= coalesce(third.other_hoped, 0) then 'effort' else 'other_gap' end
            when others.primary_worth is null and third.primary_worth is not null then 'not_primary'
            when others.promise >= third.promise and others.merit < third.merit then 'effort'
            else 'merit'
        end as reason,
        coalesce(others.rests_beside, conflicting.other) as beside,
        others.third
    from others
    left join conflicting on conflicting.account_id = others.account_id and conflicting.play = others.play
    left join strategy.suggestion as third on third.account_id = others.account_id and third.rank = 3
)

select
    account_id,                                         -- the account
    play,                                               -- the play
    cast(row_number() over (partition by account_id order by coalesce(place, 0), play) as integer) as position, -- 1 came nearest
    reason,                                             -- cooldown, under_way, guardrail, weekly_cap, conflict, same_step, turned_down, effort, not_primary, primary_gap, other_gap, merit
    beside,                                             -- the play that it does not go together with
    third                                               -- the third suggestion, which it came after
from reasoned
qualify row_number() over (partition by account_id order by coalesce(place, 0), play) <= 5
