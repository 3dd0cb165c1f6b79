-- Pillars: the weighted mean of their components, there when at least half of their weight is.
-- grain: account_id, day, scorecard, pillar
with summed as (
    select
        component.account_id,
        component.day,
        component.scorecard,
        component.pillar,
        max(component.pillar_weight) as pillar_weight,
        sum(cast(component.weight * component.position as decimal(24, 18))) as weighted,
        sum(case when component.position is not null then cast(component.weight as decimal(18, 12)) end) as available,
        sum(case when not component.is_missing then cast(component.weight as decimal(18, 12)) else 0 end) as observed,
        sum(cast(component.weight as decimal(18, 12))) as whole
    from scores.component as component
    group by component.account_id, component.day, component.scorecard, component.pillar
)

select
    summed.account_id,                                  -- the account
    summed.day,                                         -- the day
    summed.scorecard,                                   -- business or popularity
    summed.pillar,                                      -- the pillar
    cast(summed.pillar_weight as double) as pillar_weight, -- its weight in the score
    cast(summed.available as double) as available,      -- weight of its components that have a place
    cast(summed.observed as double) / nullif(cast(summed.available as double), 0) as observed_share, -- how much of that rests on data
    case
        when cast(summed.available as double) >= scorecards.min_pillar * cast(summed.whole as double) - 1e-9
            then cast(summed.weighted as double) / nullif(cast(summed.available as double), 0)
    end as position                                     -- 0.01 to 1; NULL when too little is known
from summed
inner join raw.scorecards as scorecards on scorecards.scorecard = summed.scorecard
