-- For each rule about numbers: what it says of every account, and the number to show.
-- grain: alert, account_id
select
    rules.alert,                                        -- the rule
    judgements.account_id,                              -- the account
    state.value,                                        -- the number to show; NULL when it is not known
    case
        when judgements.is_true is null then 'no_data'
        when judgements.is_true then 'firing'
        else 'ok'
    end as state,                                       -- firing, ok or no_data
    coalesce(cleared.is_true, false) as is_not_clear    -- whether an alert that fires already would go on
from raw.alert_rules as rules
inner join raw.alert_judgements as judgements on judgements.question = rules.alert
left join strategy.account_state as state
    on state.account_id = judgements.account_id and state.name = rules.value_name
left join raw.alert_judgements as cleared
    on cleared.question = rules.alert || '~clear' and cleared.account_id = judgements.account_id
