-- What we know of each day: told by a file, truly nothing, taken for nothing until a file says otherwise, or not told.
-- grain: source, account_id, day
with told as (
    select entries.source, entries.account_id, entries.day
    from raw.entries as entries
    inner join raw.days_made as made on made.day = entries.day
    group by entries.source, entries.account_id, entries.day
    union all
    select series.source, series.account_id, series.day
    from raw.series as series
    inner join raw.days_made as made on made.day = series.day
    group by series.source, series.account_id, series.day
    union all
    select 'creator_works' as source, works.account_id, works.published_on as day
    from staging.works as works
    inner join raw.days_made as made on made.day = works.published_on
    group by works.account_id, works.published_on
),

inside as (
    select distinct spans.source, spans.account_id, made.day
    from raw.spans as spans
    inner join raw.presets as presets on presets.source = spans.source and presets.is_sparse
    inner join raw.days_made as made on made.day between spans.first_day and spans.last_day
),

starts as (
    select source, account_id, min(day) as first_day
    from (
        select source, account_id, day from told
        union all
        select source, account_id, day from inside
        union all
        select source, account_id, first_day as day from raw.start_before
    ) as known
    group by source, account_id
),

ends as (
    select spans.source, spans.account_id, least(max(spans.last_day), $as_of) as last_day
    from raw.spans as spans
    inner join raw.presets as presets on presets.source = spans.source and presets.is_sparse
    group by spans.source, spans.account_id
)

select
    starts.source,                                      -- the preset
    starts.account_id,                                  -- the account
    made.day,                                           -- a day since this source first told of the account
    case
        when told.day is not null then 'present'
        when inside.day is not null then 'zero'
        when date_diff('day', ends.last_day, made.day) between 1 and 3 then 'provisional'
        else 'missing'
    end as status                                       -- present, zero, missing; provisional: a sparse source is silent for up to three days
from starts
inner join raw.days_made as made on made.day >= starts.first_day
left join told
    on told.source = starts.source and told.account_id = starts.account_id and told.day = made.day
left join inside
    on inside.source = starts.source and inside.account_id = starts.account_id and inside.day = made.day
left join ends
    on ends.source = starts.source and ends.account_id = starts.account_id
