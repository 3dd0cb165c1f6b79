-- The industries and sizes that there are, numbered.
-- grain: cell
with kinds as (
    select distinct industry, size from raw.accounts
)

select
    cast(row_number() over (order by industry, size) as integer) as cell, -- its number
    industry,                                           -- the industry
    size                                                -- the size; NULL where nobody says it
from kinds
