-- The groups an account belongs to, from the narrowest to everybody.
-- grain: account_id, level
with groups as (
    select account_id, 1 as narrowness, 'industry_size' as level, industry || ' / ' || size as key
    from raw.accounts
    where size is not null
    union all
    select account_id, 2 as narrowness, 'industry' as level, industry as key from raw.accounts
    union all
    select account_id, 3 as narrowness, 'all' as level, 'all' as key from raw.accounts
)

select
    account_id,                                         -- the account
    narrowness,                                         -- 1 is the narrowest
    level,                                              -- industry_size, industry or all
    key                                                 -- which group
from groups
