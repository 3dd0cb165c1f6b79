-- The facts that count: where a later file tells the same day or item again, its rows stand and the earlier ones do not.
-- grain: source, account_id, day, item, measure
with newest as (
    select
        facts.source,
        facts.account_id,
        facts.day,
        case when presets.replaces = 'day' then '' else facts.item end as unit,
        max(facts.import_seq) as import_seq
    from raw.facts as facts
    inner join raw.presets as presets on presets.source = facts.source
    where facts.day <= $as_of
    group by facts.source, facts.account_id, facts.day, case when presets.replaces = 'day' then '' else facts.item end
)

select
    facts.source,                                       -- the preset that read it
    facts.account_id,                                   -- the account
    facts.day,                                          -- the day it counts for
    facts.item,                                         -- session, lead or traffic type; empty for a whole day
    facts.measure,                                      -- what was counted
    facts.value,                                        -- how much; NULL where the file says that it is missing
    presets.priority                                    -- the lower number wins where two sources bring one measure
from raw.facts as facts
inner join raw.presets as presets on presets.source = facts.source
inner join newest
    on newest.source = facts.source
    and newest.account_id = facts.account_id
    and newest.day = facts.day
    and newest.unit = case when presets.replaces = 'day' then '' else facts.item end
    and newest.import_seq = facts.import_seq
