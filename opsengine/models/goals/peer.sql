-- Who is compared with whom: every history stands in its own pool, and in the one of all.
-- grain: history, pool
select
    history,                                            -- the history
    metric,                                             -- its metric
    pool                                                -- an industry, or '' for all
from goals.history
union all
select
    history,                                            -- the history
    metric,                                             -- its metric
    '' as pool                                          -- all
from goals.history
where pool <> ''
