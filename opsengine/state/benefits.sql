-- A benefit can also end by being cancelled before it was confirmed, or by expiring before it was handed over; an entry ends
-- once, in whichever way. What was promised is kept as it was first seen, and every hand-over is kept as it went.

CREATE TABLE ledger_of_benefits (
    seq INTEGER NOT NULL PRIMARY KEY,
    entry_id TEXT NOT NULL UNIQUE, -- made of what it means, never random
    kind TEXT NOT NULL CHECK (
        kind IN ('grant', 'adjustment', 'reversal', 'confirmation', 'fulfilment', 'cancellation', 'expiry')
    ),
    cycle_key TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    rule_version INTEGER NOT NULL,
    rule_sha TEXT NOT NULL, -- the file that said so
    subject_id TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    unit TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'confirmed', 'fulfilled')), -- where the amount stands, or is taken from
    target TEXT REFERENCES ledger_of_benefits (entry_id), -- the entry that this one ends, confirms or fulfils
    occasion TEXT NOT NULL, -- tells two entries of the same rule, cycle, subject and unit apart
    params_sha TEXT NOT NULL,
    evidence TEXT NOT NULL, -- JSON: the numbers it rests on, and who decided
    run_id TEXT NOT NULL REFERENCES run (run_id),
    created_at TEXT NOT NULL,
    prev_hash BLOB NOT NULL UNIQUE CHECK (length(prev_hash) = 32), -- unique: the chain cannot fork
    row_hash BLOB NOT NULL CHECK (length(row_hash) = 32), -- the next row's prev_hash, so unique as well
    CHECK ((kind IN ('reversal', 'confirmation', 'fulfilment', 'cancellation', 'expiry')) = (target IS NOT NULL)),
    CHECK (kind <> 'grant' OR status <> 'fulfilled'),
    CHECK (kind <> 'confirmation' OR status = 'confirmed'),
    CHECK (kind <> 'fulfilment' OR status = 'fulfilled'),
    CHECK (kind <> 'cancellation' OR status = 'pending'),
    CHECK (kind <> 'expiry' OR status <> 'fulfilled')
) STRICT;

INSERT INTO ledger_of_benefits (
    seq, entry_id, kind, cycle_key, rule_id, rule_version, rule_sha, subject_id, amount_minor, unit, status, target,
    occasion, params_sha, evidence, run_id, created_at, prev_hash, row_hash
)
SELECT
    seq, entry_id, kind, cycle_key, rule_id, rule_version, rule_sha, subject_id, amount_minor, unit, status, target,
    occasion, params_sha, evidence, run_id, created_at, prev_hash, row_hash
FROM ledger
ORDER BY seq;

DROP TABLE ledger;
ALTER TABLE ledger_of_benefits RENAME TO ledger;

-- Confirmed once, fulfilled once.
CREATE UNIQUE INDEX ledger_follows_once ON ledger (target, kind) WHERE target IS NOT NULL;

-- An entry ends once: reversed, cancelled or expired.
CREATE UNIQUE INDEX ledger_ends_once ON ledger (target) WHERE kind IN ('reversal', 'cancellation', 'expiry');

CREATE TRIGGER ledger_goes_on_from_its_head BEFORE INSERT ON ledger
WHEN (new.seq, new.prev_hash) IS NOT (SELECT entries + 1, head FROM ledger_head)
BEGIN
    SELECT RAISE(ABORT, 'an entry goes on from the head of the chain');
END;

CREATE TRIGGER ledger_follows_what_it_names BEFORE INSERT ON ledger
WHEN new.target IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'the entry does not fit the one it follows')
    WHERE NOT EXISTS (
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
    );
    SELECT RAISE(ABORT, 'the entry it follows has ended')
    WHERE EXISTS (
        SELECT 1 FROM ledger WHERE target = new.target AND kind IN ('reversal', 'cancellation', 'expiry')
    );
    SELECT RAISE(ABORT, 'the amount does not stand there')
    WHERE CASE new.kind WHEN 'confirmation' THEN 'pending' WHEN 'fulfilment' THEN 'confirmed' ELSE new.status END <> (
        SELECT coalesce(
            (SELECT status FROM ledger WHERE target = new.target AND kind = 'fulfilment'),
            (SELECT status FROM ledger WHERE target = new.target AND kind = 'confirmation'),
            (SELECT status FROM ledger WHERE entry_id = new.target)
        )
    );
END;

CREATE TRIGGER ledger_moves_its_head AFTER INSERT ON ledger
BEGIN
    UPDATE ledger_head SET entries = new.seq, head = new.row_hash;
END;

CREATE TRIGGER ledger_is_frozen BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger only grows: answer a mistake with a further entry');
END;

CREATE TRIGGER ledger_stays BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger only grows: answer a mistake with a further entry');
END;

-- What was promised, as every run first saw it: a goal that becomes easier while its cycle runs is noticed.
CREATE TABLE promise (
    seq INTEGER NOT NULL PRIMARY KEY,
    subject_id TEXT NOT NULL,
    cycle_key TEXT NOT NULL,
    role TEXT NOT NULL,
    metric TEXT NOT NULL,
    direction TEXT NOT NULL,
    levels TEXT NOT NULL, -- JSON: the bound of each level
    revision TEXT NOT NULL, -- of the goal's file
    seen_on TEXT NOT NULL, -- the last day that the run looked at
    run_id TEXT NOT NULL REFERENCES run (run_id),
    UNIQUE (subject_id, cycle_key, role, metric, direction, levels)
) STRICT;

CREATE TRIGGER promise_is_frozen BEFORE UPDATE ON promise
BEGIN
    SELECT RAISE(ABORT, 'what was promised does not change');
END;

CREATE TRIGGER promise_stays BEFORE DELETE ON promise
BEGIN
    SELECT RAISE(ABORT, 'what was promised is not deleted');
END;

-- Every time an order to fulfil left the house, and how that went; its key is the same each time.
CREATE TABLE handover (
    seq INTEGER NOT NULL PRIMARY KEY,
    entry_id TEXT NOT NULL REFERENCES ledger (entry_id),
    channel TEXT NOT NULL CHECK (channel IN ('csv', 'webhook')),
    outcome TEXT NOT NULL CHECK (outcome IN ('written', 'accepted', 'refused', 'unknown')),
    reply TEXT NOT NULL,
    by_whom TEXT NOT NULL CHECK (by_whom <> ''),
    at TEXT NOT NULL,
    run_id TEXT NOT NULL REFERENCES run (run_id)
) STRICT;

CREATE INDEX handover_of_entry ON handover (entry_id, channel);

CREATE TRIGGER handover_is_frozen BEFORE UPDATE ON handover
BEGIN
    SELECT RAISE(ABORT, 'history does not change');
END;

CREATE TRIGGER handover_stays BEFORE DELETE ON handover
BEGIN
    SELECT RAISE(ABORT, 'history is not deleted');
END;
