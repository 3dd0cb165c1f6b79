-- Component values on the scale on which they are compared: ratios pulled towards the industry's while they rest on little, then a logarithm.
-- grain: account_id, day, scorecard, component
with typical as (
    select
        accounts.industry,
        component_value.scorecard,
        component_value.component,
        cast(sum(component_value.numerator) as double) / nullif(cast(sum(component_value.denominator) as double), 0) as rate,
        cast(sum(component_value.denominator) as double) / nullif(count(component_value.denominator), 0) / 10 as weight
    from scores.component_value as component_value
    inner join scores.reference_days as reference
        on reference.scorecard = component_value.scorecard and reference.component = component_value.component
    inner join raw.accounts as accounts on accounts.account_id = component_value.account_id
    where component_value.day between reference.first_day and reference.last_day
        and component_value.value is not null
    group by accounts.industry, component_value.scorecard, component_value.component
)

select
    component_value.account_id,                         -- the account
    component_value.day,                                -- the day
    component_value.scorecard,                          -- business or popularity
    component_value.component,                          -- the component
    component_value.value,                              -- the value as it is shown
    component_value.is_carried,                         -- whether it is that of an earlier day, for want of newer data
    component_value.is_too_young,                       -- growth of an account without history does not count
    case when component_value.value is not null then ln(greatest(1 + case
        when component_value.denominator is null or typical.rate is null then component_value.compared_value
        else (cast(component_value.numerator as double) + typical.weight * typical.rate)
            / nullif(cast(component_value.denominator as double) + typical.weight, 0)
    end / nullif(components.scale, 0), 1)) end as position_log               -- ln(1 + value / scale), NULL when there is no value
from scores.component_value as component_value
inner join raw.accounts as accounts on accounts.account_id = component_value.account_id
inner join raw.components as components
    on components.scorecard = component_value.scorecard and components.component = component_value.component
left join typical
    on typical.industry = accounts.industry
    and typical.scorecard = component_value.scorecard
    and typical.component = component_value.component
