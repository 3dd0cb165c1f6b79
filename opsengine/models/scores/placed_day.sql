-- Where each account stands in each component: its place in the frozen distribution of its peers.
-- grain: account_id, day
-- made: in pieces
with located as (
    select
        compared.account_id,
        compared.day,
        compared.cell,
        compared.component__value,
        compared.component__is_carried,
        compared.component__counts,
        component__is_growth
        and coalesce(date_diff('day', compared.component__first_day, compared.day) < 55, true) as component__is_too_young,
        case
            when compared.component__log is null then null
            when compared.component__log <= 0 then -1
            else least(greatest(cast(floor(coalesce(
                (compared.component__log - ranges.component__low) / nullif(ranges.component__high - ranges.component__low, 0), 0
            ) * ranges.bins) as integer), 0), ranges.bins - 1)
        end as component__bin,
        case
            when compared.component__log <= 0 or ranges.component__high = ranges.component__low then cast(0.5 as double)
            else (compared.component__log - ranges.component__low) / nullif(ranges.component__high - ranges.component__low, 0) * ranges.bins
        end as component__at,
        compared.risk__value
    from scores.compared_day as compared
    inner join raw.accounts_made as accounts_made on accounts_made.account_id = compared.account_id
    inner join raw.days_made as made on made.day = compared.day
    cross join scores.reference_range as ranges
),

shared as (
    select
        located.account_id,
        located.day,
        located.component__value,
        located.component__is_carried,
        located.component__counts,
        located.component__is_too_young,
        component__grid.share_below + (component__grid.share_up_to - component__grid.share_below)
        * least(greatest(located.component__at - greatest(located.component__bin, 0), 0), 1) as component__share,
        located.risk__value
    from located
    left join scores.blended_grid as component__grid
        on component__grid.component_id = component__id
        and component__grid.cell = located.cell
        and component__grid.bin = located.component__bin
)

select
    account_id,                                         -- the account
    day,                                                -- the day
    component__counts,                                  -- whether the component counts for the account
    component__value,                                   -- the value; NULL when missing
    component__value is not null and component__is_carried as component__is_carried, -- whether the value is up to three days old
    component__share is null as component__is_missing,  -- whether the place is assumed for want of data
    case
        when not component__counts or (component__is_too_young and component__value is null) then null
        when component__share is null then component__imputed
        when component__is_down then 0.01 + 0.99 * (1 - component__share)
        else 0.01 + 0.99 * component__share
    end as component__position,                         -- 0.01 to 1; a missing one is taken at the peers' lower quarter
    risk__value                                         -- the ratio that a risk looks at
from shared
