-- The distribution that the accounts of an industry and size are read from: their own group's, shrunk towards the wide ones while it is small.
-- grain: cell, component_id, bin
with trusted as (
    select
        cells.cell,
        wide.scorecard || '/' || wide.component as component_id,
        wide.bin,
        narrow.share_below as narrow_below,
        narrow.share_up_to as narrow_up_to,
        middle.share_below as middle_below,
        middle.share_up_to as middle_up_to,
        wide.share_below as wide_below,
        wide.share_up_to as wide_up_to,
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
    from scores.cell as cells
    cross join scores.reference_grid as wide
    inner join raw.scorecards as scorecards on scorecards.scorecard = wide.scorecard
    left join scores.reference_grid as narrow
        on narrow.scorecard = wide.scorecard and narrow.component = wide.component and narrow.bin = wide.bin
        and narrow.level = 2 and narrow.key = cells.industry || ' / ' || cells.size
    left join scores.reference_grid as middle
        on middle.scorecard = wide.scorecard and middle.component = wide.component and middle.bin = wide.bin
        and middle.level = 1 and middle.key = cells.industry
    where wide.level = 0
)

select
    cell,                                               -- the industry and size, by number
    component_id,                                       -- scorecard and component
    cast(bin as integer) as bin,                        -- -1 for nothing at all, then 0 to 255
    narrow_trust * coalesce(narrow_below, 0) + (1 - narrow_trust) * (
        middle_trust * coalesce(middle_below, 0) + (1 - middle_trust) * (wide_trust * wide_below + (1 - wide_trust) * 0.5)
    ) as share_below,                                   -- share below the bin
    narrow_trust * coalesce(narrow_up_to, 0) + (1 - narrow_trust) * (
        middle_trust * coalesce(middle_up_to, 0) + (1 - middle_trust) * (wide_trust * wide_up_to + (1 - wide_trust) * 0.5)
    ) as share_up_to                                    -- share below or in the bin
from trusted
