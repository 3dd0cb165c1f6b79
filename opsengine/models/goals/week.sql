-- Every history in weeks that end with the day looked at: its days, the shape of its week, and what all the weeks before it add up to.
-- grain: history, week
with together as (
    select members.account_id, whole.history, part.history as part, whole.kind
    from (
        select distinct series, account_id
        from goals.promised
        where subject_kind <> 'account'
    ) as members
    inner join goals.history as whole on whole.series = members.series
    inner join goals.history as part on part.account_id = members.account_id and part.metric = whole.metric
),

days as (
    select history, week, place, ordinary
    from goals.filled_day
    union all
    select
        together.history,
        filled.week,
        filled.place,
        case together.kind when 'score' then avg(filled.ordinary) else sum(filled.ordinary) end as ordinary
    from together
    inner join goals.filled_day as filled on filled.history = together.part
    group by together.history, together.kind, filled.week, filled.place
),

weeks as (
    select
        history,
        week,
        max(ordinary) filter (where place = 0) as day_0,
        max(ordinary) filter (where place = 1) as day_1,
        max(ordinary) filter (where place = 2) as day_2,
        max(ordinary) filter (where place = 3) as day_3,
        max(ordinary) filter (where place = 4) as day_4,
        max(ordinary) filter (where place = 5) as day_5,
        max(ordinary) filter (where place = 6) as day_6
    from days
    group by history, week
),

regular as (
    select
        weeks.history,
        count(*) as weeks,
        avg(weeks.day_0 * 7 / nullif(weeks.whole, 0)) as mean_0, var_pop(weeks.day_0 * 7 / nullif(weeks.whole, 0)) as noise_0,
        avg(weeks.day_1 * 7 / nullif(weeks.whole, 0)) as mean_1, var_pop(weeks.day_1 * 7 / nullif(weeks.whole, 0)) as noise_1,
        avg(weeks.day_2 * 7 / nullif(weeks.whole, 0)) as mean_2, var_pop(weeks.day_2 * 7 / nullif(weeks.whole, 0)) as noise_2,
        avg(weeks.day_3 * 7 / nullif(weeks.whole, 0)) as mean_3, var_pop(weeks.day_3 * 7 / nullif(weeks.whole, 0)) as noise_3,
        avg(weeks.day_4 * 7 / nullif(weeks.whole, 0)) as mean_4, var_pop(weeks.day_4 * 7 / nullif(weeks.whole, 0)) as noise_4,
        avg(weeks.day_5 * 7 / nullif(weeks.whole, 0)) as mean_5, var_pop(weeks.day_5 * 7 / nullif(weeks.whole, 0)) as noise_5,
        avg(weeks.day_6 * 7 / nullif(weeks.whole, 0)) as mean_6, var_pop(weeks.day_6 * 7 / nullif(weeks.whole, 0)) as noise_6
    from (
        select history, day_0, day_1, day_2, day_3, day_4, day_5, day_6, day_0 + day_1 + day_2 + day_3 + day_4 + day_5 + day_6 as whole
        from weeks
    ) as weeks
    where weeks.whole > 0
    group by weeks.history
),

told as (
    select
        history,
        ((mean_0 - 1) * (mean_0 - 1) + (mean_1 - 1) * (mean_1 - 1) + (mean_2 - 1) * (mean_2 - 1) + (mean_3 - 1) * (mean_3 - 1) + (mean_4 - 1) * (mean_4 - 1) + (mean_5 - 1) * (mean_5 - 1) + (mean_6 - 1) * (mean_6 - 1)) / 6 as profile,
        (noise_0 + noise_1 + noise_2 + noise_3 + noise_4 + noise_5 + noise_6) / 7 as noise,
        weeks
    from regular
),

trusted as (
    select
        told.history,
        case
            when told.weeks < 4 then 1
            else 1 - settings.shape_doubt * (1 - coalesce(
                greatest(0, told.profile - told.noise / nullif(told.weeks - 1, 0))
                / nullif(greatest(0, told.profile - told.noise / nullif(told.weeks - 1, 0)) + told.noise / 8, 0), 1
            ))
        end as share
    from told
    cross join raw.forecast as settings
),

-- The eight weeks that end with a week, and the eight before it, share seven: those are summed once.
shaped as (
    select
        history, week,
        day_0, day_1, day_2, day_3, day_4, day_5, day_6,
        sum(day_0) over seven_before as seven_0,
        sum(day_1) over seven_before as seven_1,
        sum(day_2) over seven_before as seven_2,
        sum(day_3) over seven_before as seven_3,
        sum(day_4) over seven_before as seven_4,
        sum(day_5) over seven_before as seven_5,
        sum(day_6) over seven_before as seven_6,
        lag(day_0, 8) over by_week as eighth_0,
        lag(day_1, 8) over by_week as eighth_1,
        lag(day_2, 8) over by_week as eighth_2,
        lag(day_3, 8) over by_week as eighth_3,
        lag(day_4, 8) over by_week as eighth_4,
        lag(day_5, 8) over by_week as eighth_5,
        lag(day_6, 8) over by_week as eighth_6
    from weeks
    window
        by_week as (partition by history order by week desc),
        seven_before as (partition by history order by week desc rows between 7 preceding and 1 preceding)
),

lengths as (
    select
        history, pool, metric, days, has_weeks,
        cast(ceil(days / 7.0) as integer) as weeks_0,
        cast(ceil((days - 1) / 7.0) as integer) as weeks_1,
        cast(ceil((days - 2) / 7.0) as integer) as weeks_2,
        cast(ceil((days - 3) / 7.0) as integer) as weeks_3,
        cast(ceil((days - 4) / 7.0) as integer) as weeks_4,
        cast(ceil((days - 5) / 7.0) as integer) as weeks_5,
        cast(ceil((days - 6) / 7.0) as integer) as weeks_6
    from goals.history
),

averaged as (
    select
        shaped.history, shaped.week, lengths.pool, lengths.metric, lengths.days, lengths.has_weeks,
        shaped.day_0, shaped.day_1, shaped.day_2, shaped.day_3, shaped.day_4, shaped.day_5, shaped.day_6,
        (coalesce(shaped.seven_0, 0) + shaped.day_0) / nullif(least(8, lengths.weeks_0 - shaped.week), 0) as mean_0,
        (coalesce(shaped.seven_1, 0) + shaped.day_1) / nullif(least(8, lengths.weeks_1 - shaped.week), 0) as mean_1,
        (coalesce(shaped.seven_2, 0) + shaped.day_2) / nullif(least(8, lengths.weeks_2 - shaped.week), 0) as mean_2,
        (coalesce(shaped.seven_3, 0) + shaped.day_3) / nullif(least(8, lengths.weeks_3 - shaped.week), 0) as mean_3,
        (coalesce(shaped.seven_4, 0) + shaped.day_4) / nullif(least(8, lengths.weeks_4 - shaped.week), 0) as mean_4,
        (coalesce(shaped.seven_5, 0) + shaped.day_5) / nullif(least(8, lengths.weeks_5 - shaped.week), 0) as mean_5,
        (coalesce(shaped.seven_6, 0) + shaped.day_6) / nullif(least(8, lengths.weeks_6 - shaped.week), 0) as mean_6,
        (shaped.seven_0 + coalesce(shaped.eighth_0, 0)) / nullif(least(8, lengths.weeks_0 - shaped.week - 1), 0) as earlier_0,
        (shaped.seven_1 + coalesce(shaped.eighth_1, 0)) / nullif(least(8, lengths.weeks_1 - shaped.week - 1), 0) as earlier_1,
        (shaped.seven_2 + coalesce(shaped.eighth_2, 0)) / nullif(least(8, lengths.weeks_2 - shaped.week - 1), 0) as earlier_2,
        (shaped.seven_3 + coalesce(shaped.eighth_3, 0)) / nullif(least(8, lengths.weeks_3 - shaped.week - 1), 0) as earlier_3,
        (shaped.seven_4 + coalesce(shaped.eighth_4, 0)) / nullif(least(8, lengths.weeks_4 - shaped.week - 1), 0) as earlier_4,
        (shaped.seven_5 + coalesce(shaped.eighth_5, 0)) / nullif(least(8, lengths.weeks_5 - shaped.week - 1), 0) as earlier_5,
        (shaped.seven_6 + coalesce(shaped.eighth_6, 0)) / nullif(least(8, lengths.weeks_6 - shaped.week - 1), 0) as earlier_6
    from shaped
    inner join lengths on lengths.history = shaped.history
),

even as (
    select
        averaged.history, averaged.week, averaged.pool, averaged.metric, averaged.days, averaged.has_weeks,
        averaged.has_weeks and averaged.days < 56 as is_young,
        coalesce(trusted.share, 1) as share,
        averaged.day_0, averaged.day_1, averaged.day_2, averaged.day_3, averaged.day_4, averaged.day_5, averaged.day_6,
        averaged.mean_0, averaged.mean_1, averaged.mean_2, averaged.mean_3, averaged.mean_4, averaged.mean_5, averaged.mean_6,
        averaged.earlier_0, averaged.earlier_1, averaged.earlier_2, averaged.earlier_3, averaged.earlier_4, averaged.earlier_5, averaged.earlier_6,
        (coalesce(averaged.mean_0, 0) + coalesce(averaged.mean_1, 0) + coalesce(averaged.mean_2, 0) + coalesce(averaged.mean_3, 0) + coalesce(averaged.mean_4, 0) + coalesce(averaged.mean_5, 0) + coalesce(averaged.mean_6, 0)) / 7 as evenly,
        (coalesce(averaged.earlier_0, 0) + coalesce(averaged.earlier_1, 0) + coalesce(averaged.earlier_2, 0) + coalesce(averaged.earlier_3, 0) + coalesce(averaged.earlier_4, 0) + coalesce(averaged.earlier_5, 0) + coalesce(averaged.earlier_6, 0)) / 7 as evenly_before
    from averaged
    left join trusted on trusted.history = averaged.history
),

beside as (
    select
        history, week, pool, metric, days, has_weeks, is_young,
        coalesce(day_0, 0) as day_0,
        coalesce(day_1, 0) as day_1,
        coalesce(day_2, 0) as day_2,
        coalesce(day_3, 0) as day_3,
        coalesce(day_4, 0) as day_4,
        coalesce(day_5, 0) as day_5,
        coalesce(day_6, 0) as day_6,
        coalesce(case when has_weeks then evenly + share * (mean_0 - evenly) when day_0 is not null then 1 end, 0) as usual_0,
        coalesce(case when has_weeks then evenly + share * (mean_1 - evenly) when day_1 is not null then 1 end, 0) as usual_1,
        coalesce(case when has_weeks then evenly + share * (mean_2 - evenly) when day_2 is not null then 1 end, 0) as usual_2,
        coalesce(case when has_weeks then evenly + share * (mean_3 - evenly) when day_3 is not null then 1 end, 0) as usual_3,
        coalesce(case when has_weeks then evenly + share * (mean_4 - evenly) when day_4 is not null then 1 end, 0) as usual_4,
        coalesce(case when has_weeks then evenly + share * (mean_5 - evenly) when day_5 is not null then 1 end, 0) as usual_5,
        coalesce(case when has_weeks then evenly + share * (mean_6 - evenly) when day_6 is not null then 1 end, 0) as usual_6,
        coalesce(evenly_before + share * (earlier_0 - evenly_before), 0) as before_0,
        coalesce(evenly_before + share * (earlier_1 - evenly_before), 0) as before_1,
        coalesce(evenly_before + share * (earlier_2 - evenly_before), 0) as before_2,
        coalesce(evenly_before + share * (earlier_3 - evenly_before), 0) as before_3,
        coalesce(evenly_before + share * (earlier_4 - evenly_before), 0) as before_4,
        coalesce(evenly_before + share * (earlier_5 - evenly_before), 0) as before_5
    from even
),

weighed as (
    select
        history, week, pool, metric, days, is_young,
        day_0, day_1, day_2, day_3, day_4, day_5, day_6,
        usual_0, usual_1, usual_2, usual_3, usual_4, usual_5, usual_6,
        case when has_weeks then 7 * usual_0 / nullif(usual_0 + usual_1 + usual_2 + usual_3 + usual_4 + usual_5 + usual_6, 0) else usual_0 end as weight_0,
        case when has_weeks then 7 * usual_1 / nullif(usual_1 + usual_2 + usual_3 + usual_4 + usual_5 + usual_6 + before_0, 0) else usual_1 end as weight_1,
        case when has_weeks then 7 * usual_2 / nullif(usual_2 + usual_3 + usual_4 + usual_5 + usual_6 + before_0 + before_1, 0) else usual_2 end as weight_2,
        case when has_weeks then 7 * usual_3 / nullif(usual_3 + usual_4 + usual_5 + usual_6 + before_0 + before_1 + before_2, 0) else usual_3 end as weight_3,
        case when has_weeks then 7 * usual_4 / nullif(usual_4 + usual_5 + usual_6 + before_0 + before_1 + before_2 + before_3, 0) else usual_4 end as weight_4,
        case when has_weeks then 7 * usual_5 / nullif(usual_5 + usual_6 + before_0 + before_1 + before_2 + before_3 + before_4, 0) else usual_5 end as weight_5,
        case when has_weeks then 7 * usual_6 / nullif(usual_6 + before_0 + before_1 + before_2 + before_3 + before_4 + before_5, 0) else usual_6 end as weight_6
    from beside
),

peers as (
    select
        peer.pool,
        peer.metric,
        avg(weighed.weight_0) as weight_0,
        avg(weighed.weight_1) as weight_1,
        avg(weighed.weight_2) as weight_2,
        avg(weighed.weight_3) as weight_3,
        avg(weighed.weight_4) as weight_4,
        avg(weighed.weight_5) as weight_5,
        avg(weighed.weight_6) as weight_6
    from weighed
    inner join goals.peer as peer on peer.history = weighed.history
    inner join goals.history as history on history.history = weighed.history
    where history.has_weeks and weighed.days >= 56 and weighed.week = 0
    group by peer.pool, peer.metric
),

young as (
    select
        weighed.history,
        weighed.week,
        case when weighed.days > 7 * weighed.week + 0 then
            (weighed.weight_0 * least(8, (weighed.days - 7 * weighed.week - 0) / 7.0) + settings.peer_weeks * peers.weight_0) / nullif(least(8, (weighed.days - 7 * weighed.week - 0) / 7.0) + settings.peer_weeks, 0)
        end as weight_0,
        case when weighed.days > 7 * weighed.week + 1 then
            (weighed.weight_1 * least(8, (weighed.days - 7 * weighed.week - 1) / 7.0) + settings.peer_weeks * peers.weight_1) / nullif(least(8, (weighed.days - 7 * weighed.week - 1) / 7.0) + settings.peer_weeks, 0)
        end as weight_1,
        case when weighed.days > 7 * weighed.week + 2 then
            (weighed.weight_2 * least(8, (weighed.days - 7 * weighed.week - 2) / 7.0) + settings.peer_weeks * peers.weight_2) / nullif(least(8, (weighed.days - 7 * weighed.week - 2) / 7.0) + settings.peer_weeks, 0)
        end as weight_2,
        case when weighed.days > 7 * weighed.week + 3 then
            (weighed.weight_3 * least(8, (weighed.days - 7 * weighed.week - 3) / 7.0) + settings.peer_weeks * peers.weight_3) / nullif(least(8, (weighed.days - 7 * weighed.week - 3) / 7.0) + settings.peer_weeks, 0)
        end as weight_3,
        case when weighed.days > 7 * weighed.week + 4 then
            (weighed.weight_4 * least(8, (weighed.days - 7 * weighed.week - 4) / 7.0) + settings.peer_weeks * peers.weight_4) / nullif(least(8, (weighed.days - 7 * weighed.week - 4) / 7.0) + settings.peer_weeks, 0)
        end as weight_4,
        case when weighed.days > 7 * weighed.week + 5 then
            (weighed.weight_5 * least(8, (weighed.days - 7 * weighed.week - 5) / 7.0) + settings.peer_weeks * peers.weight_5) / nullif(least(8, (weighed.days - 7 * weighed.week - 5) / 7.0) + settings.peer_weeks, 0)
        end as weight_5,
        case when weighed.days > 7 * weighed.week + 6 then
            (weighed.weight_6 * least(8, (weighed.days - 7 * weighed.week - 6) / 7.0) + settings.peer_weeks * peers.weight_6) / nullif(least(8, (weighed.days - 7 * weighed.week - 6) / 7.0) + settings.peer_weeks, 0)
        end as weight_6
    from weighed
    inner join peers on peers.pool = weighed.pool and peers.metric = weighed.metric
    cross join raw.forecast as settings
    where weighed.is_young
),

known as (
    select
        weighed.history, weighed.week,
        weighed.day_0, weighed.day_1, weighed.day_2, weighed.day_3, weighed.day_4, weighed.day_5, weighed.day_6,
        coalesce(young.weight_0, weighed.usual_0) as usual_0,
        coalesce(young.weight_1, weighed.usual_1) as usual_1,
        coalesce(young.weight_2, weighed.usual_2) as usual_2,
        coalesce(young.weight_3, weighed.usual_3) as usual_3,
        coalesce(young.weight_4, weighed.usual_4) as usual_4,
        coalesce(young.weight_5, weighed.usual_5) as usual_5,
        coalesce(young.weight_6, weighed.usual_6) as usual_6,
        coalesce(young.weight_0, weighed.weight_0, 0) as weight_0,
        coalesce(young.weight_1, weighed.weight_1, 0) as weight_1,
        coalesce(young.weight_2, weighed.weight_2, 0) as weight_2,
        coalesce(young.weight_3, weighed.weight_3, 0) as weight_3,
        coalesce(young.weight_4, weighed.weight_4, 0) as weight_4,
        coalesce(young.weight_5, weighed.weight_5, 0) as weight_5,
        coalesce(young.weight_6, weighed.weight_6, 0) as weight_6,
        settings.fade_short, settings.fade_middle, settings.fade_long,
        power(settings.fade_short, 7 * weighed.week) as fresh_short,
        power(settings.fade_middle, 7 * weighed.week) as fresh_middle,
        power(settings.fade_long, 7 * weighed.week) as fresh_long
    from weighed
    left join young on young.history = weighed.history and young.week = weighed.week
    cross join raw.forecast as settings
),

summed as (
    select
        history, week,
        day_0, day_1, day_2, day_3, day_4, day_5, day_6,
        usual_0, usual_1, usual_2, usual_3, usual_4, usual_5, usual_6,
        weight_0, weight_1, weight_2, weight_3, weight_4, weight_5, weight_6,
        day_6 + day_5 + day_4 + day_3 + day_2 + day_1 + day_0 as whole_week,
        fresh_short * ((((((day_6 * fade_short + day_5) * fade_short + day_4) * fade_short + day_3) * fade_short + day_2) * fade_short + day_1) * fade_short + day_0) as day_short,
        fresh_short * ((((((weight_6 * fade_short + weight_5) * fade_short + weight_4) * fade_short + weight_3) * fade_short + weight_2) * fade_short + weight_1) * fade_short + weight_0) as weight_short,
        fresh_middle * ((((((day_6 * fade_middle + day_5) * fade_middle + day_4) * fade_middle + day_3) * fade_middle + day_2) * fade_middle + day_1) * fade_middle + day_0) as day_middle,
        fresh_middle * ((((((weight_6 * fade_middle + weight_5) * fade_middle + weight_4) * fade_middle + weight_3) * fade_middle + weight_2) * fade_middle + weight_1) * fade_middle + weight_0) as weight_middle,
        fresh_long * ((((((day_6 * fade_long + day_5) * fade_long + day_4) * fade_long + day_3) * fade_long + day_2) * fade_long + day_1) * fade_long + day_0) as day_long,
        fresh_long * ((((((weight_6 * fade_long + weight_5) * fade_long + weight_4) * fade_long + weight_3) * fade_long + weight_2) * fade_long + weight_1) * fade_long + weight_0) as weight_long
    from known
),

older as (
    select
        history, week,
        day_0, day_1, day_2, day_3, day_4, day_5, day_6,
        usual_0, usual_1, usual_2, usual_3, usual_4, usual_5, usual_6,
        weight_0, weight_1, weight_2, weight_3, weight_4, weight_5, weight_6,
        coalesce(sum(whole_week) over weeks_before, 0) as before,
        coalesce(sum(day_short) over weeks_before, 0) as day_short_before,
        coalesce(sum(weight_short) over weeks_before, 0) as weight_short_before,
        coalesce(sum(day_middle) over weeks_before, 0) as day_middle_before,
        coalesce(sum(weight_middle) over weeks_before, 0) as weight_middle_before,
        coalesce(sum(day_long) over weeks_before, 0) as day_long_before,
        coalesce(sum(weight_long) over weeks_before, 0) as weight_long_before
    from summed
    window weeks_before as (partition by history order by week desc rows between unbounded preceding and 1 preceding)
)

select
    history,                                            -- whose
    week,                                               -- 0 ends with the day looked at, 1 seven days before it, …
    cast(day_0 as double) as day_0,                     -- how much on its last day
    cast(day_1 as double) as day_1,                     -- how much on the day before
    cast(day_2 as double) as day_2,                     -- how much on two days before
    cast(day_3 as double) as day_3,                     -- how much on three days before
    cast(day_4 as double) as day_4,                     -- how much on four days before
    cast(day_5 as double) as day_5,                     -- how much on five days before
    cast(day_6 as double) as day_6,                     -- how much on its first day
    cast(weight_0 as double) as weight_0,               -- what share of its week its last day usually is, 1 on average
    cast(weight_1 as double) as weight_1,               -- what share of its week the day before usually is, 1 on average
    cast(weight_2 as double) as weight_2,               -- what share of its week two days before usually is, 1 on average
    cast(weight_3 as double) as weight_3,               -- what share of its week three days before usually is, 1 on average
    cast(weight_4 as double) as weight_4,               -- what share of its week four days before usually is, 1 on average
    cast(weight_5 as double) as weight_5,               -- what share of its week five days before usually is, 1 on average
    cast(weight_6 as double) as weight_6,               -- what share of its week its first day usually is, 1 on average
    cast(before + day_6 + day_5 + day_4 + day_3 + day_2 + day_1 + day_0 as double) as total_0, -- everything up to its last day
    cast(before + day_6 + day_5 + day_4 + day_3 + day_2 + day_1 as double) as total_1, -- everything up to the day before
    cast(before + day_6 + day_5 + day_4 + day_3 + day_2 as double) as total_2, -- everything up to two days before
    cast(before + day_6 + day_5 + day_4 + day_3 as double) as total_3, -- everything up to three days before
    cast(before + day_6 + day_5 + day_4 as double) as total_4, -- everything up to four days before
    cast(before + day_6 + day_5 as double) as total_5, -- everything up to five days before
    cast(before + day_6 as double) as total_6, -- everything up to its first day
    cast(usual_6 + usual_5 + usual_4 + usual_3 + usual_2 + usual_1 + usual_0 as double) as usual_0, -- what its days up to its last day usually bring together
    cast(usual_6 + usual_5 + usual_4 + usual_3 + usual_2 + usual_1 as double) as usual_1, -- what its days up to the day before usually bring together
    cast(usual_6 + usual_5 + usual_4 + usual_3 + usual_2 as double) as usual_2, -- what its days up to two days before usually bring together
    cast(usual_6 + usual_5 + usual_4 + usual_3 as double) as usual_3, -- what its days up to three days before usually bring together
    cast(usual_6 + usual_5 + usual_4 as double) as usual_4, -- what its days up to four days before usually bring together
    cast(usual_6 + usual_5 as double) as usual_5, -- what its days up to five days before usually bring together
    cast(usual_6 as double) as usual_6, -- what its days up to its first day usually bring together
    cast(day_short_before as double) as day_short_before,-- of the days of weeks before, as much as the short memory keeps
    cast(weight_short_before as double) as weight_short_before,-- of their weights likewise
    cast(day_middle_before as double) as day_middle_before,-- of those days what the middle memory keeps
    cast(weight_middle_before as double) as weight_middle_before,-- of their weights likewise
    cast(day_long_before as double) as day_long_before, -- of those days what the long memory keeps
    cast(weight_long_before as double) as weight_long_before -- of their weights likewise
from older
