-- Numbers that a play speaks of and an account does not have: why the play cannot be judged for it.
-- grain: account_id, play, name
select
    suited.account_id,                                  -- the account
    suited.play,                                        -- the play
    play_names.name                                     -- the number that is not known
from strategy.suited as suited
inner join raw.play_judgements as judgement
    on judgement.account_id = suited.account_id and judgement.question = suited.play
inner join raw.play_names as play_names on play_names.play = suited.play
left join strategy.account_state as state
    on state.account_id = suited.account_id and state.name = play_names.name
where state.name is null and coalesce(judgement.is_true, true)
