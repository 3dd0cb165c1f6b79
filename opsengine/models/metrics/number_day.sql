-- All flows and stocks of every account, a row a day with a column for each: counted or typed in, or else a sum of those, or an expression over both. A sum is there only when all of its parts are that the account has begun to report.
-- grain: account_id, day
-- kept: as a view
with summed as (
    select
        base.account_id,
        base.day,
        number__summed as number__value
    from metrics.base_day as base
    inner join metrics.first_day as firsts on firsts.account_id = base.account_id
)

select
    account_id,                                         -- the account
    day,                                                -- a day of which something is known
    cast(number__made as decimal(18, 6)) as number__value -- how much of each; NULL where it is not known
from summed
