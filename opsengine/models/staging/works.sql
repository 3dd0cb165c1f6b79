-- Published works as the newest list tells them.
-- grain: account_id, work_id
select
    account_id,                                         -- the account
    work_id,                                            -- made from title and time, for exports carry no id
    title,                                              -- title and text as published
    form,                                               -- video by length, pictures, ...
    published_on,                                       -- the day of publication
    plays,                                              -- plays to date
    finish_rate,                                        -- share of plays watched to the end
    finish_rate_5s,                                     -- share of plays beyond five seconds
    bounce_rate_2s,                                     -- share of plays left within two seconds
    likes,                                              -- likes to date
    comments,                                           -- comments to date
    shares,                                             -- shares to date
    favourites,                                         -- favourites to date
    net_fans                                            -- fans won less fans lost by it
from raw.works
where published_on <= $as_of
qualify row_number() over (partition by account_id, work_id order by import_seq desc, file_sha asc, row_number asc) = 1
