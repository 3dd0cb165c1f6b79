-- Where each account stands in each component: its place in the frozen distribution, shrunk from its narrow group towards the wide ones.
-- grain: account_id, day, scorecard, component
with located as (
    select
        component_log.account_id,
        component_log.day,
        component_log.scorecard,
        component_log.component,
        component_log.value,
        component_log.is_carried,
        component_log.is_too_young,
        case
            when component_log.position_log is null then null
            when component_log.position_log <= 0 then -1
            else least(greatest(cast(floor(coalesce(
                (component_log.position_log - ranges.low) / nullif(ranges.high - ranges.low, 0), 0
            ) * ranges.bins) as integer), 0), ranges.bins - 1)
        end as bin,
        case
            when component_log.position_log <= 0 or ranges.high = ranges.low then cast(0.5 as double)
            else least(greatest(
                (component_log.position_log - ranges.low) / nullif(ranges.high - ranges.low, 0) * ranges.bins
                - least(greatest(floor(
                    (component_log.position_log - ranges.low) / nullif(ranges.high - ranges.low, 0) * ranges.bins
                ), 0), ranges.bins - 1), 0), 1)
        end as inside
    from scores.component_log as component_log
    left join scores.reference_range as ranges
        on ranges.scorecard = component_log.scorecard and ranges.component = component_log.component
),

shares as (
    select
        located.account_id,
        located.day,
        located.scorecard,
        located.component,
        located.value,
        located.is_carried,
        located.is_too_young,
        narrow.share_below + located.inside * (narrow.share_up_to - narrow.share_below) as narrow_share,
        middle.share_below + located.inside * (middle.share_up_to - middle.share_below) as middle_share,
        wide.share_below + located.inside * (wide.share_up_to - wide.share_below) as wide_share,
        case
            when narrow.accounts >= scorecards.min_accounts
                then cast(narrow.accounts as double) / nullif(narrow.accounts + scorecards.kappa, 0)
            else cast(0 as double)
        end as narrow_trust,
        case
            when middle.accounts >= scorecards.min_accounts
                then cast(middle.accounts as double) / nullif(middle.accounts + scorecards.kappa, 0)
            else cast(0 as double)
        end as middle_trust,
        case
            when wide.accounts >= scorecards.min_accounts then cast(1 as double)
            else cast(wide.accounts as double) / nullif(wide.accounts + scorecards.kappa, 0)
        end as wide_trust
    from located
    inner join raw.accounts as accounts on accounts.account_id = located.account_id
    inner join raw.scorecards as scorecards on scorecards.scorecard = located.scorecard
    left join scores.reference_grid as narrow
        on narrow.scorecard = located.scorecard and narrow.component = located.component and narrow.bin = located.bin
        and narrow.level = 2 and narrow.key = accounts.industry || ' / ' || accounts.size
    left join scores.reference_grid as middle
        on middle.scorecard = located.scorecard and middle.component = located.component and middle.bin = located.bin
        and middle.level = 1 and middle.key = accounts.industry
    left join scores.reference_grid as wide
        on wide.scorecard = located.scorecard and wide.component = located.component and wide.bin = located.bin
        and wide.level = 0
),

shrunk as (
    select
        account_id,
        day,
        scorecard,
        component,
        value,
        is_carried,
        is_too_young,
        narrow_trust * coalesce(narrow_share, 0) + (1 - narrow_trust) * (
            middle_trust * coalesce(middle_share, 0)
            + (1 - middle_trust) * (wide_trust * wide_share + (1 - wide_trust) * 0.5)
        ) as share
    from shares
)

select
    shrunk.account_id,                                  -- the account
    shrunk.day,                                         -- the day
    shrunk.scorecard,                                   -- business or popularity
    shrunk.component,                                   -- the component
    components.pillar,                                  -- the pillar it belongs to
    components.metric,                                  -- the metric it looks at
    components.pillar_weight,                           -- weight of the pillar in the score
    components.weight,                                  -- weight of the component in the pillar
    shrunk.value,                                       -- the value; NULL when missing
    shrunk.share is null as is_missing,                 -- whether the place is assumed for want of data
    shrunk.value is not null and shrunk.is_carried as is_carried, -- whether the value is up to three days old
    case when components.direction = 'down' then 1 - shrunk.share else shrunk.share end as share, -- share of the reference it is ahead of
    case
        when shrunk.is_too_young and shrunk.value is null then null
        when shrunk.share is null then 0.01 + 0.99 * scorecards.impute
        when components.direction = 'down' then 0.01 + 0.99 * (1 - shrunk.share)
        else 0.01 + 0.99 * shrunk.share
    end as position                                     -- 0.01 to 1; a missing one is taken at the peers' lower quarter
from shrunk
inner join raw.scorecards as scorecards on scorecards.scorecard = shrunk.scorecard
inner join raw.components as components
    on components.scorecard = shrunk.scorecard and components.component = shrunk.component
