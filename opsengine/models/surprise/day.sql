-- How surprising each day was: what is the subject's own against the last 56 days of it, in their standard deviations.
-- grain: subject_kind, subject, metric, day
with centred as (
    select
        subject_kind,
        subject,
        metric,
        day,
        level,
        key,
        residual,
        field_residual,
        own - median(own) over (
            partition by subject_kind, subject, metric order by day rows between 56 preceding and 1 preceding
        ) as away
    from surprise.own_day
),

spread_out as (
    select
        subject_kind,
        subject,
        metric,
        day,
        level,
        key,
        residual,
        field_residual,
        away,
        6 * greatest(coalesce(median(abs(away)) over (
            partition by subject_kind, subject, metric order by day rows between 56 preceding and 1 preceding
        ), 0), 0.05) as most
    from centred
),

scaled as (
    select
        subject_kind,
        subject,
        metric,
        day,
        level,
        key,
        residual,
        field_residual,
        away,
        stddev_samp(least(greatest(away, -most), most)) over before as spread,
        count(away) over before as days
    from spread_out
    window before as (partition by subject_kind, subject, metric order by day rows between 56 preceding and 1 preceding)
)

select
    scaled.subject_kind,                                -- account or field
    scaled.subject,                                     -- which one
    scaled.metric,                                      -- the flow
    scaled.day,                                         -- the day
    scaled.level,                                       -- the group whose movement was taken off; empty for none
    scaled.key,                                         -- which group
    scaled.residual,                                    -- log of brought over expected
    scaled.field_residual,                              -- that of the group's middle account
    cast(greatest(scaled.spread, 0.05) as double) as spread, -- how much it usually moves
    round(scaled.away / nullif(greatest(scaled.spread, 0.05), 0), 6) as surprise -- in standard deviations; below zero is less than usual
from scaled
inner join raw.anomaly as settings on scaled.days >= settings.least_days
where scaled.away is not null
