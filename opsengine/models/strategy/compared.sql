-- For every day on which a play was taken up: the accounts that took it up and nothing else, and up to twenty peers that took nothing up around it.
-- grain: account_id, metric, adopted_on
with disturbed as (
    select windows.adopted_on, events.account_id, count(*) as adoptions
    from raw.adoption_windows as windows
    inner join raw.adoption_events as events
        on events.adopted_on >= windows.window_start and events.adopted_on <= windows.window_end
    group by windows.adopted_on, events.account_id
),

occasions as (
    select accounts.industry, adoptions.metric, adoptions.adopted_on
    from raw.adoptions as adoptions
    inner join raw.accounts as accounts on accounts.account_id = adoptions.account_id
    where accounts.industry is not null
    group by accounts.industry, adoptions.metric, adoptions.adopted_on
),

panel as (
    select account_id, industry, md5(account_id) as lot
    from raw.accounts
    where industry in (select industry from occasions)
    qualify row_number() over (partition by industry order by md5(account_id), account_id) <= 60
),

peers as (
    select panel.account_id, occasions.industry, occasions.metric, occasions.adopted_on
    from occasions
    inner join panel on panel.industry = occasions.industry
    left join disturbed on disturbed.account_id = panel.account_id and disturbed.adopted_on = occasions.adopted_on
    where disturbed.account_id is null
    qualify row_number() over (
        partition by occasions.industry, occasions.metric, occasions.adopted_on order by panel.lot, panel.account_id
    ) <= 20
),

adopters as (
    select adoptions.account_id, accounts.industry, adoptions.metric, adoptions.adopted_on
    from raw.adoptions as adoptions
    inner join raw.accounts as accounts on accounts.account_id = adoptions.account_id and accounts.industry is not null
    inner join disturbed
        on disturbed.account_id = adoptions.account_id
        and disturbed.adopted_on = adoptions.adopted_on
        and disturbed.adoptions = 1
)

select
    account_id,                                         -- the account
    industry,                                           -- its industry
    metric,                                             -- the metric
    adopted_on,                                         -- the day from which on it is compared
    adoptions                                           -- plays it took up around that day: a peer has none, a clean adopter one
from (
    select account_id, industry, metric, adopted_on, 0 as adoptions from peers
    union all
    select account_id, industry, metric, adopted_on, 1 as adoptions from adopters
) as everyone
