-- The plays whose condition an account meets with every number known, and what else is held against them.
-- grain: account_id, play
select
    suited.account_id,                                  -- the account
    suited.play,                                        -- the play
    resting.reason as rests_for,                        -- cooldown or under_way; NULL when nothing stands in the way
    resting.other as rests_beside,                      -- the play under way that it does not go together with
    resting.until as rests_until                        -- the first day on which it may come again
from strategy.suited as suited
inner join raw.play_judgements as judgement
    on judgement.account_id = suited.account_id and judgement.question = suited.play and judgement.is_true
left join (select account_id, play from strategy.missing_name group by account_id, play) as missing
    on missing.account_id = suited.account_id and missing.play = suited.play
left join strategy.resting as resting
    on resting.account_id = suited.account_id and resting.play = suited.play
where missing.play is null
