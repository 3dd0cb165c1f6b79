-- What the own audience gives back: public and paid traffic, and sales per visit, in weeks after much owned traffic and after little.
-- grain: account_id
-- kept: as a view
with told as (
    select
        account_id,
        day,
        each_least(case when number__id = 'traffic_owned' then number__value end) as owned,
        each_least(case when number__id = 'traffic_rented' then number__value end) as rented,
        each_least(case when number__id = 'live_gmv' then number__value end) as sales
    from metrics.number_day
    where day between cast($as_of - interval 83 day as date) and $as_of
),

weeks as (
    select
        account_id,
        cast(floor(date_diff('day', day, $as_of) / cast(7 as double)) as integer) as weeks_ago,
        sum(owned) as owned,
        sum(rented) as rented,
        sum(sales) as sales
    from told
    group by account_id, cast(floor(date_diff('day', day, $as_of) / cast(7 as double)) as integer)
),

pairs as (
    select
        earlier.account_id,
        earlier.owned,
        later.rented,
        later.sales,
        row_number() over (partition by earlier.account_id order by earlier.owned, earlier.weeks_ago) as place,
        count(*) over (partition by earlier.account_id) as pairs
    from weeks as earlier
    inner join weeks as later on later.account_id = earlier.account_id and later.weeks_ago = earlier.weeks_ago - 1
    where earlier.owned is not null and later.rented is not null
),

halves as (
    select
        account_id,
        max(pairs) as pairs,
        sum(case when 2 * place > pairs then rented end) as rented_high,
        sum(case when 2 * place > pairs then 1 else 0 end) as weeks_high,
        sum(case when 2 * place <= pairs then rented end) as rented_low,
        sum(case when 2 * place <= pairs then 1 else 0 end) as weeks_low,
        sum(case when 2 * place > pairs then sales end) as sales_high,
        sum(case when 2 * place <= pairs then sales end) as sales_low
    from pairs
    group by account_id
),

rates as (
    select
        account_id,
        pairs,
        cast(rented_high as double) / nullif(cast(weeks_high as double), 0) as after_much,
        cast(rented_low as double) / nullif(cast(weeks_low as double), 0) as after_little,
        cast(sales_high as double) / nullif(cast(rented_high as double), 0) as sales_after_much,
        cast(sales_low as double) / nullif(cast(rented_low as double), 0) as sales_after_little
    from halves
    where pairs >= 6
)

select
    account_id,                                         -- the account
    cast(pairs as integer) as weeks,                    -- pairs of a week and the one after it, of the last twelve weeks; six at least
    after_much,                                         -- public and paid visits a week after the half of the weeks with more owned traffic
    after_little,                                       -- after the other half
    after_much / nullif(after_little, 0) - 1 as lift,   -- the return flow: how much more follows
    sales_after_much,                                   -- live sales per public or paid visit, yuan, after much
    sales_after_little,                                 -- after little
    sales_after_much / nullif(sales_after_little, 0) - 1 as efficiency_lift -- how much more each visit brings
from rates
