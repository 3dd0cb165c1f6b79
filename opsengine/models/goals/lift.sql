-- How many times an ordinary stretch the days ahead will bring, because of declared campaigns among them; learnt from earlier days of the campaign.
-- grain: history, days_ahead, backtest
with together as (
    select members.account_id, history.history, history.metric, history.pool
    from (select distinct series, account_id from goals.promised where subject_kind <> 'account') as members
    inner join goals.history as history on history.series = members.series
    where history.kind = 'flow' and history.has_weeks
),

days as (
    select history.history, history.metric, history.pool, campaign.campaign, campaign.days_ago, campaign.expected_lift
    from goals.campaign_day as campaign
    inner join goals.history as history on history.account_id = campaign.account_id
    where history.kind = 'flow' and history.has_weeks
    union all
    select
        together.history, together.metric, together.pool, min(campaign.campaign) as campaign, campaign.days_ago,
        max(campaign.expected_lift) as expected_lift
    from goals.campaign_day as campaign
    inner join together on together.account_id = campaign.account_id
    group by together.history, together.metric, together.pool, campaign.days_ago
),

parts as (
    select members.history, filled.days_ago, sum(filled.value) as value, sum(filled.ordinary) as ordinary
    from (
        select together.history, part.history as part
        from together
        inner join goals.history as part on part.account_id = together.account_id and part.metric = together.metric
    ) as members
    inner join goals.filled_day as filled on filled.history = members.part
    inner join days on days.history = members.history and days.days_ago = filled.days_ago
    group by members.history, filled.days_ago
    union all
    select filled.history, filled.days_ago, filled.value, filled.ordinary
    from goals.filled_day as filled
    inner join days on days.history = filled.history and days.days_ago = filled.days_ago
),

lived as (
    select
        days.history, days.metric, days.pool, days.campaign, count(*) as days,
        sum(parts.value) / nullif(sum(parts.ordinary), 0) as lift
    from days
    inner join parts on parts.history = days.history and parts.days_ago = days.days_ago
    group by days.history, days.metric, days.pool, days.campaign
),

peers as (
    select lived.pool, lived.metric, lived.campaign, avg(lived.lift) as lift
    from lived
    inner join goals.history as history on history.history = lived.history
    where history.account_id is not null
    group by lived.pool, lived.metric, lived.campaign
),

weighed as (
    select
        days.history, days.days_ago, lived.days, lived.lift,
        coalesce(peers.lift, days.expected_lift, 1) as peer_lift,
        case when history.account_id is null and lived.days > 0 then 0 else settings.peer_campaign_days end as peer_days
    from days
    inner join goals.history as history on history.history = days.history
    cross join raw.forecast as settings
    left join lived on lived.history = days.history and lived.campaign = days.campaign
    left join peers on peers.pool = days.pool and peers.metric = days.metric and peers.campaign = days.campaign
),

expected as (
    select
        history, days_ago,
        (coalesce(days * lift, 0) + peer_days * peer_lift) / nullif(coalesce(days, 0) + peer_days, 0) as lift
    from weighed
)

select
    origin.history,                                     -- whose
    origin.days_ahead,                                  -- how many days are foreseen
    origin.backtest,                                    -- 0 is today, -1 as seen yesterday, …
    greatest(0, 1 + cast(sum(expected.lift - 1) as double) / nullif(max(origin.span), 0)) as lift -- how many times an ordinary stretch
from goals.origin as origin
inner join expected
    on expected.history = origin.history
    and expected.days_ago < origin.days_ago
    and expected.days_ago >= -origin.days_ahead
where origin.backtest <= 0
group by origin.history, origin.days_ahead, origin.backtest
