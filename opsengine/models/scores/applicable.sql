-- Since when each component counts for each account: by its industry's rhythm from the beginning, and some only once the account reports them.
-- grain: account_id
with told as (
    select numbers.account_id, case when component__is_reported then numbers.day end as component__first_day
    from metrics.number_day as numbers
    inner join raw.days_made as made on made.day = numbers.day
    union all
    select account_id, component__first_day from raw.applicable_before
),

firsts as (
    select account_id, min(component__first_day) as component__first_day from told group by account_id
)

select
    accounts.account_id,                                -- the account
    cells.cell,                                         -- its industry and size
    firsts.component__first_day,                        -- since when the account reports it; NULL when it never has
    case
        when component__frequency <> industries.frequency or component__online <> industries.online then null
        when component__is_only_if_reported
            or (component__frequency is not null and industries.frequency is null)
            or (component__online is not null and industries.online is null) then firsts.component__first_day
        else cast('1900-01-01' as date)
    end as component__counts_from                       -- since when it counts; NULL when it never does
from raw.accounts as accounts
inner join scores.cell as cells
    on coalesce(cells.industry, '') = coalesce(accounts.industry, '') and coalesce(cells.size, '') = coalesce(accounts.size, '')
left join raw.industries as industries on industries.industry = lower(accounts.industry)
left join firsts on firsts.account_id = accounts.account_id
