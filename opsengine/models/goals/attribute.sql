-- What is said of each account that promises and campaigns can choose accounts by.
-- grain: account_id, attribute
select
    account_id,                                         -- the account
    attribute,                                          -- industry, size, region, team, brand or platform
    value                                               -- what its register says; only what is said
from (
    select account_id, 'industry' as attribute, industry as value from raw.accounts
    union all
    select account_id, 'size' as attribute, size as value from raw.accounts
    union all
    select account_id, 'region' as attribute, region as value from raw.accounts
    union all
    select account_id, 'team' as attribute, team as value from raw.accounts
    union all
    select account_id, 'brand' as attribute, brand as value from raw.accounts
    union all
    select account_id, 'platform' as attribute, platform as value from raw.accounts
) as told
where value is not null
