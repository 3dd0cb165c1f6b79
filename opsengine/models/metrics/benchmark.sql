-- What is usual among an account's peers: quartiles of each metric in the narrowest group of enough accounts, or from a file where the industry has too few.
-- grain: account_id, metric, days
-- kept: as a view
select
    accounts.account_id,                                -- the account
    usual.metric,                                       -- the metric
    usual.days,                                         -- length of the window
    usual.level,                                        -- how narrow the group is; brought: from a file in benchmarks/, where the own peers are too few
    usual.key,                                          -- which group
    usual.accounts,                                     -- accounts in it that have the metric
    usual.p25,                                          -- a quarter of them are below
    usual.p50,                                          -- the middle
    usual.p75,                                          -- a quarter of them are above
    usual.source,                                       -- who says so, of one that was brought
    usual.dated_on,                                     -- of when it is
    usual.is_old                                        -- whether it is more than a year old
from raw.accounts as accounts
inner join scores.cell as cells
    on coalesce(cells.industry, '') = coalesce(accounts.industry, '') and coalesce(cells.size, '') = coalesce(accounts.size, '')
inner join metrics.group_benchmark as usual on usual.cell = cells.cell
