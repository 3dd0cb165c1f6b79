-- Which components count for which account: by its industry's rhythm, and some only where the account reports them.
-- grain: account_id, scorecard, component
with firsts as (
    select account_id, metric, min(day) as first_day from metrics.account_day group by account_id, metric
),

reported as (
    select firsts.account_id, metrics.metric, min(firsts.first_day) as first_day
    from firsts
    inner join raw.metrics as metrics on firsts.metric in (metrics.metric, metrics.numerator)
    group by firsts.account_id, metrics.metric
)

select
    accounts.account_id,                                -- the account
    components.scorecard,                               -- business or popularity
    components.component,                               -- the component
    components.pillar,                                  -- the pillar it belongs to
    components.metric,                                  -- the metric it looks at
    components.statistic,                               -- total or growth
    components.days,                                    -- length of its window
    components.scale,                                   -- the unit of its logarithm
    components.direction,                               -- up, or down where less is better
    components.pillar_weight,                           -- weight of the pillar in the score
    components.weight,                                  -- weight of the component in the pillar
    reported.first_day                                  -- since when the account reports it; NULL when it never has
from raw.accounts as accounts
cross join raw.components as components
left join raw.industries as industries on industries.industry = lower(accounts.industry)
left join reported on reported.account_id = accounts.account_id and reported.metric = components.metric
where
    (components.frequency is null or components.frequency = industries.frequency
        or (industries.frequency is null and reported.first_day is not null))
    and (components.online is null or components.online = industries.online
        or (industries.online is null and reported.first_day is not null))
    and (not components.only_if_reported or reported.first_day is not null)
