-- What was counted, a row a day with a column for each measure: of two sources that bring one measure the first in rank, and a true zero where a sparse source is silent.
-- grain: account_id, day
-- kept: as a view
with overruled as (
    select
        entries.source,
        entries.account_id,
        entries.day,
        case when presets.replaces = 'day' then '' else entries.item end as unit,
        max(entries.import_seq) as newest
    from raw.entries as entries
    inner join raw.days_made as made on made.day = entries.day
    inner join raw.presets as presets on presets.source = entries.source
    group by entries.source, entries.account_id, entries.day, case when presets.replaces = 'day' then '' else entries.item end
    having max(entries.import_seq) > min(entries.import_seq)
),

published as (
    select
        works.account_id,
        works.published_on as day,
        count(*) as posts,
        sum(works.plays) as plays,
        sum(case when works.finish_rate_5s is not null then works.plays end) as plays_with_rates,
        sum(cast(works.plays as decimal(24, 6)) * works.finish_rate_5s) as plays_5s,
        sum(cast(works.plays as decimal(24, 6)) * works.bounce_rate_2s) as bounces_2s
    from staging.works as works
    inner join raw.days_made as made on made.day = works.published_on
    group by works.account_id, works.published_on
),

told as (
    select entries.account_id, entries.day, entries.source, measure__counted as measure__value
    from raw.entries as entries
    inner join raw.days_made as made on made.day = entries.day
    inner join raw.presets as presets on presets.source = entries.source
    left join overruled
        on overruled.source = entries.source
        and overruled.account_id = entries.account_id
        and overruled.day = entries.day
        and overruled.unit = case when presets.replaces = 'day' then '' else entries.item end
    where entries.import_seq >= coalesce(overruled.newest, entries.import_seq)
    union all
    select published.account_id, published.day, 'creator_works' as source, cast(measure__published as decimal(18, 6)) as measure__value
    from published
    union all
    select silent.account_id, silent.day, silent.source, cast(measure__when_silent as decimal(18, 6)) as measure__value
    from staging.coverage as silent
    inner join raw.days_made as made on made.day = silent.day
    where silent.status in ('zero', 'provisional')
),

rows_told as (
    select entries.account_id, entries.day
    from raw.entries as entries
    inner join raw.days_made as made on made.day = entries.day
    union all
    select account_id, day from published
    union all
    select silent.account_id, silent.day
    from staging.coverage as silent
    inner join raw.days_made as made on made.day = silent.day
    where silent.status in ('zero', 'provisional')
),

several as (
    select account_id, day from rows_told group by account_id, day having count(*) > 1
)

select
    told.account_id,                                    -- the account
    told.day,                                           -- the day
    cast(measure__alone as decimal(18, 6)) as measure__value -- how much of each measure: of the first source in rank that tells it
from told
left join several on several.account_id = told.account_id and several.day = told.day
where several.day is null
union all
select
    told.account_id,
    told.day,
    cast(measure__believed as decimal(18, 6)) as measure__value
from told
inner join several on several.account_id = told.account_id and several.day = told.day
group by told.account_id, told.day
