-- What is known of a history on each of its days: the shape of its week, and its level with a short, middle and long memory.
-- grain: series, metric, place
with usual as (
    select
        series,
        metric,
        place,
        value,
        avg(value) over (
            partition by series, metric, weekday order by place rows between 7 preceding and current row
        ) as usual
    from goals.series_day
),

weighed as (
    select
        series,
        metric,
        place,
        value,
        usual,
        7 * usual / nullif(sum(usual) over (
            partition by series, metric order by place rows between 6 preceding and current row
        ), 0) as weight
    from usual
)

select
    series,                                             -- the history
    metric,                                             -- a flow, or the growth of a stock
    place,                                              -- the day's place in it
    value,                                              -- how much on that day
    usual,                                              -- the mean of the last eight of its weekday
    weight,                                             -- its share of its week, 1 on average
    cast(sum(value) over so_far as double) as total,    -- everything up to that day
    cast(sum(usual) over so_far as double) as usual_total, -- everything usual up to that day
    cast(sum(value * power(2, place / 3.0)) over so_far as double)
    / nullif(cast(sum(weight * power(2, place / 3.0)) over so_far as double), 0) as level_3, -- level; a day counts half after 3 days
    cast(sum(value * power(2, place / 14.0)) over so_far as double)
    / nullif(cast(sum(weight * power(2, place / 14.0)) over so_far as double), 0) as level_14, -- level; half after 14 days
    cast(sum(value * power(2, place / 56.0)) over so_far as double)
    / nullif(cast(sum(weight * power(2, place / 56.0)) over so_far as double), 0) as level_56 -- level; half after 56 days
from weighed
window so_far as (partition by series, metric order by place rows between unbounded preceding and current row)
