-- How many interactions of each account every import tells of: whether an earlier state of its fans still stands is read off this.
-- grain: account_id, import_seq, file_sha
select
    events.account_id,                                  -- the account
    events.import_seq,                                  -- the import
    events.file_sha,                                    -- the file
    count(*) as acts,                                   -- rows about days until today
    cast(count(case when events.day <= known.day then 1 end) as bigint) as acts_known -- of these, about days until the earlier state
from raw.fan_events as events
cross join raw.fan_known as known
where events.day <= $as_of
group by events.account_id, events.import_seq, events.file_sha
