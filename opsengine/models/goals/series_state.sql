-- What is known of a history on each of its days: the shape of its week, and its level with a short, middle and long memory.
-- grain: history, place
with usual as (
    select
        history,
        place,
        weekday,
        value,
        avg(value) over (
            partition by history, weekday order by place rows between 7 preceding and current row
        ) as usual
    from goals.series_day
),

weighed as (
    select
        history,
        place,
        weekday,
        value,
        usual,
        7 * usual / nullif(sum(usual) over (
            partition by history order by place rows between 6 preceding and current row
        ), 0) as weight
    from usual
),

peers as (
    select peer.pool, peer.metric, weighed.weekday, avg(weighed.weight) as weight
    from weighed
    inner join goals.history as history on history.history = weighed.history
    inner join goals.peer as peer on peer.history = weighed.history
    where history.has_weeks and history.days >= 56 and weighed.place > history.days - 7
    group by peer.pool, peer.metric, weighed.weekday
),

young as (
    select
        weighed.history,
        weighed.place,
        (weighed.weight * least(8, weighed.place / 7.0) + settings.peer_weeks * peers.weight)
        / nullif(least(8, weighed.place / 7.0) + settings.peer_weeks, 0) as weight
    from weighed
    inner join goals.history as history on history.history = weighed.history and history.has_weeks and history.days < 56
    inner join peers on peers.pool = history.pool and peers.metric = history.metric and peers.weekday = weighed.weekday
    cross join raw.forecast as settings
),

shaped as (
    select
        weighed.history,
        weighed.place,
        weighed.value,
        case when history.has_weeks then coalesce(young.weight, weighed.usual) else 1 end as usual,
        case when history.has_weeks then coalesce(young.weight, weighed.weight) else 1 end as weight,
        power(2, (weighed.place - history.days) / 3.0) as fresh_3,
        power(2, (weighed.place - history.days) / 14.0) as fresh_14,
        power(2, (weighed.place - history.days) / 56.0) as fresh_56
    from weighed
    inner join goals.history as history on history.history = weighed.history
    left join young on young.history = weighed.history and young.place = weighed.place
)

select
    history,                                            -- whose
    place,                                              -- the day's place in it
    value,                                              -- how much on that day
    usual,                                              -- the mean of the last eight of its weekday; of a young one the weight of the day
    weight,                                             -- its share of its week, 1 on average
    cast(sum(value) over so_far as double) as total,    -- everything up to that day
    cast(sum(usual) over so_far as double) as usual_total, -- everything usual up to that day
    cast(sum(value * fresh_3) over so_far as double)
    / nullif(cast(sum(weight * fresh_3) over so_far as double), 0) as level_3, -- level; a day counts half after 3 days
    cast(sum(value * fresh_14) over so_far as double)
    / nullif(cast(sum(weight * fresh_14) over so_far as double), 0) as level_14, -- level; half after 14 days
    cast(sum(value * fresh_56) over so_far as double)
    / nullif(cast(sum(weight * fresh_56) over so_far as double), 0) as level_56 -- level; half after 56 days
from shaped
window so_far as (partition by history order by place rows between unbounded preceding and current row)
