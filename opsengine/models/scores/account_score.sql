-- The two scores, 10 to 1000: the weighted geometric mean of the pillars, so that one strong pillar cannot hide a weak one.
-- grain: account_id, day, scorecard
with summed as (
    select
        account_id,
        day,
        scorecard,
        sum(cast(pillar_weight * ln(nullif(position, 0)) as decimal(30, 18))) as logs,
        sum(case when position is not null then cast(pillar_weight as decimal(18, 12)) end) as available,
        sum(case when position is not null then cast(pillar_weight * coalesce(observed_share, 0) as decimal(18, 12)) end) as observed,
        sum(cast(pillar_weight as decimal(18, 12))) as whole
    from scores.pillar
    group by account_id, day, scorecard
)

select
    summed.account_id,                                  -- the account
    summed.day,                                         -- the day
    summed.scorecard,                                   -- business or popularity
    round(cast(coalesce(summed.observed, 0) as double) / nullif(cast(summed.whole as double), 0), 6) as coverage, -- share of the weight that rests on data
    cast(summed.available as double) as available,      -- weight of the pillars that count
    case
        when cast(coalesce(summed.observed, 0) as double) >= scorecards.min_score * cast(summed.whole as double) - 1e-9
            then round(1000 * exp(cast(summed.logs as double) / nullif(cast(summed.available as double), 0)), 6)
    end as score                                        -- 10 to 1000; NULL when too little is known
from summed
inner join raw.scorecards as scorecards on scorecards.scorecard = summed.scorecard
