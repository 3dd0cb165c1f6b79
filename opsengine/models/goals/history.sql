-- The histories that are foreseen: every account's, and that of every group of accounts that promises together.
-- grain: history
with wanted as (
    select distinct metric, kind
    from goals.horizon
),

told as (
    select account_id, metric, min(day) as first_day, count(*) as days_told, min(value) as least
    from metrics.account_day
    where metric in (select metric from wanted where kind <> 'score') and day <= $as_of and date_diff('day', day, $as_of) < 800
    group by account_id, metric
    union all
    select account_id, scorecard || '_score' as metric, min(day) as first_day, count(*) as days_told, cast(0 as decimal(24, 6)) as least
    from scores.account_score
    where score is not null and scorecard || '_score' in (select metric from wanted where kind = 'score')
        and day <= $as_of and date_diff('day', day, $as_of) < 800
    group by account_id, scorecard
),

campaigns as (
    select distinct account_id
    from goals.campaign_day
    where days_ago between 0 and 799
),

single as (
    select
        'account:' || told.account_id as series,
        told.account_id,
        told.metric,
        wanted.kind,
        case when wanted.kind = 'flow' then told.first_day else cast(told.first_day + interval 1 day as date) end as first_day,
        wanted.kind = 'flow' and told.days_told = date_diff('day', told.first_day, $as_of) + 1 and campaigns.account_id is null as is_whole,
        wanted.kind = 'flow' and told.least >= 0 as has_weeks,
        accounts.industry,
        count(*) over (partition by told.metric, accounts.industry) as in_industry
    from told
    inner join wanted on wanted.metric = told.metric
    inner join raw.accounts as accounts on accounts.account_id = told.account_id
    left join campaigns on campaigns.account_id = told.account_id
),

everything as (
    select
        series, account_id, metric, kind, first_day, is_whole, has_weeks,
        case when in_industry >= settings.least_pool and industry is not null then industry else '' end as pool
    from single
    cross join raw.forecast as settings
    where date_diff('day', first_day, $as_of) >= 0
    union all
    select
        together.series,
        cast(null as varchar) as account_id,
        single.metric,
        single.kind,
        min(single.first_day) as first_day,
        false as is_whole,
        min(case when single.has_weeks then 1 else 0 end) = 1 as has_weeks,
        '' as pool
    from (
        select distinct series, account_id
        from goals.promised
        where subject_kind <> 'account'
    ) as together
    inner join single on single.account_id = together.account_id
    where date_diff('day', single.first_day, $as_of) >= 0
    group by together.series, single.metric, single.kind
)

select
    cast(row_number() over (order by metric, series) as integer) as history, -- its number, for this day's tables only
    series,                                             -- account, team, brand or selector, and its name
    account_id,                                         -- the account; NULL for a group
    metric,                                             -- a flow, a stock or score whose growth is foreseen, or a ratio where days tell it as it is
    kind,                                               -- flow, stock or score; a ratio is foreseen as the sum of its days
    first_day,                                          -- its first day, 800 days back at most
    cast(date_diff('day', first_day, $as_of) + 1 as integer) as days, -- how many days it has
    is_whole,                                           -- whether every one of them is told of, and none lies in a declared campaign
    has_weeks,                                          -- whether it has a weekly shape: not what falls below zero, nor the growth of a level
    pool                                                -- its peers: an industry with enough accounts, or all
from everything
