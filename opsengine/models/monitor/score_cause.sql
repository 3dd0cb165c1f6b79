-- What pulled each score down most since the day it is compared with.
-- grain: account_id, scorecard
select
    change.account_id,                                  -- the account
    change.scorecard,                                   -- business or popularity
    change.component,                                   -- the component that lost most points
    coalesce(metrics.title_zh, change.component) as title_zh, -- the metric it looks at, in Chinese
    coalesce(metrics.title_en, change.component) as title_en, -- the metric it looks at, in English
    cast(change.points as double) as points             -- points it cost, below zero
from scores.change as change
left join raw.components as components
    on components.scorecard = change.scorecard and components.component = change.component
left join raw.metrics as metrics on metrics.metric = components.metric
where change.points < 0 and change.kind = 'own'
qualify row_number() over (partition by change.account_id, change.scorecard order by change.points, change.component) = 1
