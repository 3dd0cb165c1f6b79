-- Of flows that are sums: the part that moved most within the last week, against the week before.
-- grain: account_id, metric
with moved as (
    select
        told.account_id,
        parts.metric,
        parts.part,
        parts.sign * (told.value - told.previous_value) as moved,
        told.value - told.previous_value as change
    from raw.metric_parts as parts
    inner join raw.watched_metrics as watched on watched.metric = parts.metric
    inner join metrics.account_window as told on told.metric = parts.part and told.days = 7
    where told.value is not null and told.previous_value is not null
)

select
    moved.account_id,                                   -- the account
    moved.metric,                                       -- the sum
    moved.part,                                         -- the part that took most off it, or brought most
    coalesce(metrics.title_zh, moved.part) as title_zh, -- what it is called in Chinese
    coalesce(metrics.title_en, moved.part) as title_en, -- what it is called in English
    metrics.unit,                                       -- of the part
    cast(moved.change as double) as change              -- by how much the part itself moved
from moved
left join raw.metrics as metrics on metrics.metric = moved.part
where moved.moved <> 0
qualify row_number() over (partition by moved.account_id, moved.metric order by abs(moved.moved) desc, moved.part) = 1
