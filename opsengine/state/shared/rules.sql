-- The rules of the tables: whatever must always hold, so that no code on any host can get around it.

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_ARGV[0];
END
$$;

CREATE TRIGGER run_is_finished_once BEFORE UPDATE ON run FOR EACH ROW
WHEN (old.finished_at IS NOT NULL
    OR (old.run_id, old.command, old.as_of, old.versions, old.started_at)
    IS DISTINCT FROM (new.run_id, new.command, new.as_of, new.versions, new.started_at))
EXECUTE FUNCTION refuse('a run is finished once, and what it was does not change');
CREATE TRIGGER run_stays BEFORE DELETE ON run FOR EACH ROW EXECUTE FUNCTION refuse('runs are not deleted');
CREATE TRIGGER run_is_not_emptied BEFORE TRUNCATE ON run EXECUTE FUNCTION refuse('runs are not deleted');

CREATE TRIGGER import_is_frozen BEFORE UPDATE ON import FOR EACH ROW EXECUTE FUNCTION refuse('an import does not change');
CREATE TRIGGER import_stays BEFORE DELETE ON import FOR EACH ROW EXECUTE FUNCTION refuse('imports are not deleted');
CREATE TRIGGER import_is_not_emptied BEFORE TRUNCATE ON import EXECUTE FUNCTION refuse('imports are not deleted');

CREATE TRIGGER blob_is_frozen BEFORE UPDATE ON blob FOR EACH ROW EXECUTE FUNCTION refuse('a blob does not change');

CREATE TRIGGER brief_is_frozen BEFORE UPDATE ON brief FOR EACH ROW
EXECUTE FUNCTION refuse('a brief does not change: make a further revision');
CREATE TRIGGER brief_stays BEFORE DELETE ON brief FOR EACH ROW EXECUTE FUNCTION refuse('briefs are not deleted');
CREATE TRIGGER brief_is_not_emptied BEFORE TRUNCATE ON brief EXECUTE FUNCTION refuse('briefs are not deleted');

CREATE TRIGGER brief_part_is_frozen BEFORE UPDATE ON brief_part FOR EACH ROW
EXECUTE FUNCTION refuse('a brief does not change: make a further revision');
CREATE TRIGGER brief_part_stays BEFORE DELETE ON brief_part FOR EACH ROW EXECUTE FUNCTION refuse('briefs are not deleted');
CREATE TRIGGER brief_part_is_not_emptied BEFORE TRUNCATE ON brief_part EXECUTE FUNCTION refuse('briefs are not deleted');

CREATE TRIGGER brief_inputs_are_frozen BEFORE UPDATE ON brief_inputs FOR EACH ROW
EXECUTE FUNCTION refuse('what a brief was made from does not change');
CREATE TRIGGER brief_inputs_stay BEFORE DELETE ON brief_inputs FOR EACH ROW
EXECUTE FUNCTION refuse('what a brief was made from is not deleted');

CREATE TRIGGER outbox_begins_unsent BEFORE INSERT ON outbox FOR EACH ROW
WHEN (new.state NOT IN ('pending', 'held') OR new.attempts <> 0 OR new.resolved_by IS NOT NULL)
EXECUTE FUNCTION refuse('a message begins pending or held');

CREATE FUNCTION check_move_of_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM outbox_move WHERE from_state = old.state AND to_state = new.state) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'this is no legal move of a message';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER outbox_moves_legally BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION check_move_of_message();
CREATE TRIGGER outbox_unknown_is_resolved_by_somebody BEFORE UPDATE ON outbox FOR EACH ROW
WHEN (old.state = 'unknown' AND coalesce(new.resolved_by, '') = '')
EXECUTE FUNCTION refuse('an unknown outcome is resolved by a named person');
CREATE TRIGGER outbox_identity_is_frozen BEFORE UPDATE ON outbox FOR EACH ROW
WHEN ((old.message_key, old.brief_id, old.channel, old.recipient, old.payload_sha, old.planned_at)
    IS DISTINCT FROM (new.message_key, new.brief_id, new.channel, new.recipient, new.payload_sha, new.planned_at))
EXECUTE FUNCTION refuse('what a message is and to whom it goes does not change');
CREATE TRIGGER outbox_stays BEFORE DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION refuse('messages are not deleted');
CREATE TRIGGER outbox_is_not_emptied BEFORE TRUNCATE ON outbox EXECUTE FUNCTION refuse('messages are not deleted');

CREATE FUNCTION check_entry_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    complaint TEXT;
BEGIN
    IF (new.seq, new.prev_hash) IS DISTINCT FROM (SELECT (entries + 1, head) FROM ledger_head) THEN
        complaint := 'an entry goes on from the head of the chain';
    ELSIF new.target IS NULL THEN
        RETURN new;
    ELSIF NOT EXISTS (
        SELECT 1 FROM ledger AS named
        WHERE named.entry_id = new.target
            AND named.kind IN ('grant', 'adjustment')
            AND named.subject_id = new.subject_id
            AND named.unit = new.unit
            AND named.rule_id = new.rule_id
            AND named.cycle_key = new.cycle_key
            AND new.amount_minor = CASE
                WHEN new.kind IN ('reversal', 'cancellation', 'expiry') THEN -named.amount_minor
                ELSE named.amount_minor
            END
    ) THEN
        complaint := 'the entry does not fit the one it follows';
    ELSIF EXISTS (
        SELECT 1 FROM ledger WHERE target = new.target AND kind IN ('reversal', 'cancellation', 'expiry')
    ) THEN
        complaint := 'the entry it follows has ended';
    ELSIF (CASE new.kind WHEN 'confirmation' THEN 'pending' WHEN 'fulfilment' THEN 'confirmed' ELSE new.status END) <> (
        SELECT coalesce(
            (SELECT status FROM ledger WHERE target = new.target AND kind = 'fulfilment'),
            (SELECT status FROM ledger WHERE target = new.target AND kind = 'confirmation'),
            (SELECT status FROM ledger WHERE entry_id = new.target)
        )
    ) THEN
        complaint := 'the amount does not stand there';
    ELSE
        RETURN new;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = complaint;
END
$$;

CREATE FUNCTION move_head_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_head SET entries = new.seq, head = new.row_hash;
    RETURN NULL;
END
$$;

CREATE TRIGGER ledger_follows_its_rules BEFORE INSERT ON ledger FOR EACH ROW EXECUTE FUNCTION check_entry_of_ledger();
CREATE TRIGGER ledger_moves_its_head AFTER INSERT ON ledger FOR EACH ROW EXECUTE FUNCTION move_head_of_ledger();
CREATE TRIGGER ledger_is_frozen BEFORE UPDATE ON ledger FOR EACH ROW
EXECUTE FUNCTION refuse('the ledger only grows: answer a mistake with a further entry');
CREATE TRIGGER ledger_stays BEFORE DELETE ON ledger FOR EACH ROW
EXECUTE FUNCTION refuse('the ledger only grows: answer a mistake with a further entry');
CREATE TRIGGER ledger_is_not_emptied BEFORE TRUNCATE ON ledger
EXECUTE FUNCTION refuse('the ledger only grows: answer a mistake with a further entry');

CREATE TRIGGER promise_is_frozen BEFORE UPDATE ON promise FOR EACH ROW EXECUTE FUNCTION refuse('what was promised does not change');
CREATE TRIGGER promise_stays BEFORE DELETE ON promise FOR EACH ROW EXECUTE FUNCTION refuse('what was promised is not deleted');

CREATE TRIGGER handover_is_frozen BEFORE UPDATE ON handover FOR EACH ROW EXECUTE FUNCTION refuse('history does not change');
CREATE TRIGGER handover_stays BEFORE DELETE ON handover FOR EACH ROW EXECUTE FUNCTION refuse('history is not deleted');

CREATE FUNCTION check_word_about_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.event = 'noted' THEN
        IF NOT EXISTS (SELECT 1 FROM task_event WHERE task_id = new.task_id) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'there is no such task to note something about';
        END IF;
    ELSIF NOT EXISTS (
        SELECT 1 FROM task_move
        WHERE to_state = new.event AND from_state = coalesce(
            (SELECT event FROM task_event WHERE task_id = new.task_id AND event <> 'noted' ORDER BY seq DESC LIMIT 1), ''
        )
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'this is no legal move of a task';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER task_moves_legally BEFORE INSERT ON task_event FOR EACH ROW EXECUTE FUNCTION check_word_about_task();
CREATE TRIGGER task_event_is_frozen BEFORE UPDATE ON task_event FOR EACH ROW
EXECUTE FUNCTION refuse('what was said about a task does not change');
CREATE TRIGGER task_event_stays BEFORE DELETE ON task_event FOR EACH ROW
EXECUTE FUNCTION refuse('what was said about a task is not deleted');

CREATE FUNCTION check_cut_of_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT max(at)::timestamptz FROM alert_history) - old.at::timestamptz < interval '90 days' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'history of the last ninety days is not deleted';
    END IF;
    RETURN old;
END
$$;

CREATE TRIGGER alert_history_is_frozen BEFORE UPDATE ON alert_history FOR EACH ROW EXECUTE FUNCTION refuse('history does not change');
CREATE TRIGGER alert_history_is_cut_at_its_old_end BEFORE DELETE ON alert_history FOR EACH ROW EXECUTE FUNCTION check_cut_of_history();

CREATE TRIGGER notice_is_settled_once BEFORE UPDATE ON notice FOR EACH ROW
WHEN (old.state <> 'waiting'
    OR (old.seq, old.alert, old.subject_id, old.word, old.person, old.decided_at, old.severity, old.detail, old.run_id)
    IS DISTINCT FROM (new.seq, new.alert, new.subject_id, new.word, new.person, new.decided_at, new.severity, new.detail, new.run_id))
EXECUTE FUNCTION refuse('a notice is settled once, and what it says does not change');
CREATE TRIGGER notice_waits_to_be_settled BEFORE DELETE ON notice FOR EACH ROW
WHEN (old.state = 'waiting')
EXECUTE FUNCTION refuse('a notice that waits is not deleted');
