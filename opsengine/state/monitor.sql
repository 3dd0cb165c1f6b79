-- How each alert lives: all that is remembered of it between two looks. Nothing here is worked out from the history, so the history
-- can be cut without changing what happens next.
CREATE TABLE alert_life (
    alert TEXT NOT NULL, -- the rule
    subject_id TEXT NOT NULL, -- rule and subject are what an alert is; there is never a second one
    phase TEXT NOT NULL CHECK (phase IN ('ok', 'pending', 'firing', 'recovering', 'no_data', 'error')),
    since TEXT NOT NULL, -- when the phase began
    shown TEXT NOT NULL, -- the phase as people saw it last: snoozed lies over any other
    fired_at TEXT, -- when the present trouble began
    told_at TEXT, -- when people were last told of it or of an earlier one
    is_told INTEGER NOT NULL CHECK (is_told IN (0, 1)), -- whether people know of the present trouble
    snoozed_until TEXT,
    acknowledged_by TEXT NOT NULL DEFAULT '',
    withheld TEXT NOT NULL DEFAULT '', -- why something is not told
    severity TEXT NOT NULL,
    detail TEXT NOT NULL, -- JSON: what was last seen
    PRIMARY KEY (alert, subject_id)
) STRICT, WITHOUT ROWID;

DROP TABLE alert_state;

ALTER TABLE alert_history ADD COLUMN why TEXT NOT NULL DEFAULT ''; -- who did it, or why it was not told

-- History may be cut at its old end; what is younger than ninety days stays.
DROP TRIGGER alert_history_stays;

CREATE TRIGGER alert_history_is_cut_at_its_old_end BEFORE DELETE ON alert_history
WHEN julianday((SELECT max(at) FROM alert_history)) - julianday(old.at) < 90
BEGIN
    SELECT RAISE(ABORT, 'history of the last ninety days is not deleted');
END;

-- What one person is to be told of one alert. It waits, and is then told in a digest or dropped, and why.
CREATE TABLE notice (
    seq INTEGER NOT NULL PRIMARY KEY,
    alert TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    word TEXT NOT NULL CHECK (word IN ('fired', 'still', 'over')),
    person TEXT NOT NULL, -- by their name in monitor.yaml; empty for the outbox folder
    decided_at TEXT NOT NULL,
    severity TEXT NOT NULL,
    detail TEXT NOT NULL, -- JSON: what will be said
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'told', 'dropped')),
    why TEXT NOT NULL DEFAULT '', -- why it waits or was dropped
    settled_at TEXT,
    brief_id TEXT REFERENCES brief (brief_id), -- the digest that told it
    run_id TEXT NOT NULL REFERENCES run (run_id),
    UNIQUE (alert, subject_id, word, person, decided_at),
    CHECK ((state = 'waiting') = (settled_at IS NULL)),
    CHECK ((state = 'told') = (brief_id IS NOT NULL))
) STRICT;

CREATE INDEX notice_waiting ON notice (state, person);

CREATE TRIGGER notice_is_settled_once BEFORE UPDATE ON notice
WHEN old.state <> 'waiting'
    OR (old.seq, old.alert, old.subject_id, old.word, old.person, old.decided_at, old.severity, old.detail, old.run_id)
    IS NOT (new.seq, new.alert, new.subject_id, new.word, new.person, new.decided_at, new.severity, new.detail, new.run_id)
BEGIN
    SELECT RAISE(ABORT, 'a notice is settled once, and what it says does not change');
END;

CREATE TRIGGER notice_waits_to_be_settled BEFORE DELETE ON notice
WHEN old.state = 'waiting'
BEGIN
    SELECT RAISE(ABORT, 'a notice that waits is not deleted');
END;
