-- What must never be lost. Times are ISO 8601 texts in UTC, hashes of files are 64 hex digits, amounts are whole numbers
-- of a unit's smallest part. Whatever must always hold is written here, so that no code can get around it.

-- One row for each time a command worked.
CREATE TABLE run (
    run_id TEXT NOT NULL PRIMARY KEY,
    command TEXT NOT NULL,
    as_of TEXT NOT NULL, -- the last day it looked at
    versions TEXT NOT NULL, -- JSON: of opsengine and what it stands on
    started_at TEXT NOT NULL,
    finished_at TEXT, -- empty while it works, and for ever when it was killed
    outcome TEXT NOT NULL DEFAULT '',
    inputs_sha TEXT NOT NULL DEFAULT '', -- of everything it read
    CHECK ((finished_at IS NULL) = (outcome = ''))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER run_is_finished_once BEFORE UPDATE ON run
WHEN old.finished_at IS NOT NULL
    OR (old.run_id, old.command, old.as_of, old.versions, old.started_at)
    IS NOT (new.run_id, new.command, new.as_of, new.versions, new.started_at)
BEGIN
    SELECT RAISE(ABORT, 'a run is finished once, and what it was does not change');
END;

CREATE TRIGGER run_stays BEFORE DELETE ON run
BEGIN
    SELECT RAISE(ABORT, 'runs are not deleted');
END;

-- The catalogue of imported files; what a record says is the importer's business.
CREATE TABLE import (
    seq INTEGER NOT NULL PRIMARY KEY, -- 1, 2, 3, …: a later import wins
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
    source TEXT NOT NULL,
    record TEXT NOT NULL -- JSON
) STRICT;

CREATE TRIGGER import_stays BEFORE DELETE ON import
BEGIN
    SELECT RAISE(ABORT, 'imports are not deleted');
END;

CREATE TRIGGER import_is_frozen BEFORE UPDATE ON import
BEGIN
    SELECT RAISE(ABORT, 'an import does not change');
END;

-- Bytes, named by their SHA-256.
CREATE TABLE blob (
    sha256 TEXT NOT NULL PRIMARY KEY CHECK (length(sha256) = 64),
    content BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER blob_is_frozen BEFORE UPDATE ON blob
BEGIN
    SELECT RAISE(ABORT, 'a blob does not change');
END;

-- One row for each revision of a brief.
CREATE TABLE brief (
    brief_id TEXT NOT NULL PRIMARY KEY, -- report/period/subject/r1
    report TEXT NOT NULL,
    period TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    content_sha TEXT NOT NULL, -- of all its parts
    run_id TEXT NOT NULL REFERENCES run (run_id),
    created_at TEXT NOT NULL,
    UNIQUE (report, period, subject_id, revision)
) STRICT, WITHOUT ROWID;

-- What a brief is made of: its page, its Markdown, its data.
CREATE TABLE brief_part (
    brief_id TEXT NOT NULL REFERENCES brief (brief_id),
    part TEXT NOT NULL, -- a file name: index.html
    sha256 TEXT NOT NULL REFERENCES blob (sha256),
    PRIMARY KEY (brief_id, part)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER brief_is_frozen BEFORE UPDATE ON brief
BEGIN
    SELECT RAISE(ABORT, 'a brief does not change: make a further revision');
END;

CREATE TRIGGER brief_stays BEFORE DELETE ON brief
BEGIN
    SELECT RAISE(ABORT, 'briefs are not deleted');
END;

CREATE TRIGGER brief_part_is_frozen BEFORE UPDATE ON brief_part
BEGIN
    SELECT RAISE(ABORT, 'a brief does not change: make a further revision');
END;

CREATE TRIGGER brief_part_stays BEFORE DELETE ON brief_part
BEGIN
    SELECT RAISE(ABORT, 'briefs are not deleted');
END;

-- One row for each message to one recipient over one channel.
CREATE TABLE outbox (
    message_key TEXT NOT NULL PRIMARY KEY, -- made of report, period, subject, recipient, channel and revision
    brief_id TEXT NOT NULL REFERENCES brief (brief_id),
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'folder')),
    recipient TEXT NOT NULL,
    payload_sha TEXT NOT NULL REFERENCES blob (sha256), -- the message, byte for byte
    planned_at TEXT NOT NULL,
    deadline_at TEXT NOT NULL, -- late news is worse than none
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    last_reply TEXT NOT NULL DEFAULT '', -- what the other side said last
    resolved_by TEXT, -- who decided about an unknown outcome
    UNIQUE (brief_id, channel, recipient)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_waiting ON outbox (state, next_try_at);

-- The only legal moves. `in_data` is the point of no return: from there on the message may have arrived.
CREATE TABLE outbox_move (
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    PRIMARY KEY (from_state, to_state)
) STRICT, WITHOUT ROWID;

INSERT INTO outbox_move (from_state, to_state) VALUES
('held', 'pending'),
('held', 'suppressed'),
('pending', 'connecting'),
('pending', 'failed'),
('pending', 'suppressed'),
('connecting', 'pending'),
('connecting', 'in_data'),
('connecting', 'failed'),
('in_data', 'sent'),
('in_data', 'pending'),
('in_data', 'failed'),
('in_data', 'unknown'),
('unknown', 'sent'),
('unknown', 'pending');

CREATE TRIGGER outbox_begins_unsent BEFORE INSERT ON outbox
WHEN new.state NOT IN ('pending', 'held') OR new.attempts <> 0 OR new.resolved_by IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a message begins pending or held');
END;

CREATE TRIGGER outbox_moves_legally BEFORE UPDATE ON outbox
WHEN NOT EXISTS (SELECT 1 FROM outbox_move WHERE from_state = old.state AND to_state = new.state)
BEGIN
    SELECT RAISE(ABORT, 'this is no legal move of a message');
END;

CREATE TRIGGER outbox_unknown_is_resolved_by_somebody BEFORE UPDATE ON outbox
WHEN old.state = 'unknown' AND coalesce(new.resolved_by, '') = ''
BEGIN
    SELECT RAISE(ABORT, 'an unknown outcome is resolved by a named person');
END;

CREATE TRIGGER outbox_identity_is_frozen BEFORE UPDATE ON outbox
WHEN (old.message_key, old.brief_id, old.channel, old.recipient, old.payload_sha, old.planned_at)
    IS NOT (new.message_key, new.brief_id, new.channel, new.recipient, new.payload_sha, new.planned_at)
BEGIN
    SELECT RAISE(ABORT, 'what a message is and to whom it goes does not change');
END;

CREATE TRIGGER outbox_stays BEFORE DELETE ON outbox
BEGIN
    SELECT RAISE(ABORT, 'messages are not deleted');
END;

-- The ledger: it only grows, and every row carries the hash of the row before it.
CREATE TABLE ledger (
    seq INTEGER NOT NULL PRIMARY KEY,
    entry_id TEXT NOT NULL UNIQUE, -- made of what it means, never random
    kind TEXT NOT NULL CHECK (kind IN ('grant', 'adjustment', 'reversal', 'confirmation', 'fulfilment')),
    cycle_key TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    rule_version INTEGER NOT NULL,
    rule_sha TEXT NOT NULL, -- the file that said so
    subject_id TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    unit TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'confirmed', 'fulfilled')), -- where the amount stands, or is taken from
    target TEXT REFERENCES ledger (entry_id), -- the entry that this one reverses, confirms or fulfils
    occasion TEXT NOT NULL, -- tells two entries of the same rule, cycle, subject and unit apart
    params_sha TEXT NOT NULL,
    evidence TEXT NOT NULL, -- JSON: the numbers it rests on
    run_id TEXT NOT NULL REFERENCES run (run_id),
    created_at TEXT NOT NULL,
    prev_hash BLOB NOT NULL UNIQUE CHECK (length(prev_hash) = 32), -- unique: the chain cannot fork
    row_hash BLOB NOT NULL UNIQUE CHECK (length(row_hash) = 32),
    UNIQUE (target, kind), -- reversed once, confirmed once, fulfilled once
    CHECK ((kind IN ('reversal', 'confirmation', 'fulfilment')) = (target IS NOT NULL)),
    CHECK (kind <> 'grant' OR status <> 'fulfilled'),
    CHECK (kind <> 'confirmation' OR status = 'confirmed'),
    CHECK (kind <> 'fulfilment' OR status = 'fulfilled')
) STRICT;

-- Where the chain ends, kept apart so that a lost tail is noticed.
CREATE TABLE ledger_head (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    entries INTEGER NOT NULL,
    head BLOB NOT NULL CHECK (length(head) = 32)
) STRICT;

INSERT INTO ledger_head (only_row, entries, head) VALUES (1, 0, zeroblob(32));

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
            AND new.amount_minor = CASE new.kind WHEN 'reversal' THEN -named.amount_minor ELSE named.amount_minor END
    );
    SELECT RAISE(ABORT, 'the entry it follows has been reversed')
    WHERE EXISTS (SELECT 1 FROM ledger WHERE target = new.target AND kind = 'reversal');
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

-- Where each alert stands now, and every move it made.
CREATE TABLE alert_state (
    alert TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    state TEXT NOT NULL,
    since TEXT NOT NULL,
    severity TEXT NOT NULL,
    detail TEXT NOT NULL, -- JSON
    PRIMARY KEY (alert, subject_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_history (
    seq INTEGER NOT NULL PRIMARY KEY,
    alert TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    from_state TEXT NOT NULL, -- empty for the first
    to_state TEXT NOT NULL,
    at TEXT NOT NULL,
    severity TEXT NOT NULL,
    detail TEXT NOT NULL, -- JSON
    run_id TEXT NOT NULL REFERENCES run (run_id)
) STRICT;

CREATE TRIGGER alert_history_is_frozen BEFORE UPDATE ON alert_history
BEGIN
    SELECT RAISE(ABORT, 'history does not change');
END;

CREATE TRIGGER alert_history_stays BEFORE DELETE ON alert_history
BEGIN
    SELECT RAISE(ABORT, 'history is not deleted');
END;
