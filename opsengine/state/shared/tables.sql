-- What must never be lost, on a PostgreSQL server that several hosts share: the same tables and columns as in the file that one
-- host keeps for itself, at the same step of its schema. Texts compare byte by byte, as they do there.

CREATE DOMAIN wording AS TEXT COLLATE "C";

-- Who is at work. The lock itself is the server's and ends with its session; the turn is counted on by every worker that takes it,
-- and every transaction looks whether it is still its own.
CREATE TABLE work_turn (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    turn BIGINT NOT NULL,
    worker TEXT NOT NULL,
    since TEXT NOT NULL
);

INSERT INTO work_turn (only_row, turn, worker, since) VALUES (1, 0, '', '');

-- How many steps the schema has had.
CREATE TABLE state_step (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    step INTEGER NOT NULL
);

INSERT INTO state_step (only_row, step) VALUES (1, 1);

-- One row for each time a command worked.
CREATE TABLE run (
    run_id wording NOT NULL PRIMARY KEY,
    command wording NOT NULL,
    as_of wording NOT NULL, -- the last day it looked at
    versions wording NOT NULL, -- JSON: of opsengine and what it stands on
    started_at wording NOT NULL,
    finished_at wording, -- empty while it works, and for ever when it was killed
    outcome wording NOT NULL DEFAULT '',
    inputs_sha wording NOT NULL DEFAULT '', -- of everything it read
    CHECK ((finished_at IS NULL) = (outcome = ''))
);

-- The catalogue of imported files; what a record says is the importer's business.
CREATE TABLE import (
    seq BIGINT NOT NULL PRIMARY KEY, -- 1, 2, 3, …: a later import wins
    sha256 wording NOT NULL UNIQUE CHECK (length(sha256) = 64),
    source wording NOT NULL,
    record wording NOT NULL -- JSON
);

-- Bytes, named by their SHA-256.
CREATE TABLE blob (
    sha256 wording NOT NULL PRIMARY KEY CHECK (length(sha256) = 64),
    content BYTEA NOT NULL
);

-- One row for each revision of a brief.
CREATE TABLE brief (
    brief_id wording NOT NULL PRIMARY KEY, -- report/period/subject/r1
    report wording NOT NULL,
    period wording NOT NULL,
    subject_id wording NOT NULL,
    revision BIGINT NOT NULL CHECK (revision >= 1),
    content_sha wording NOT NULL, -- of all its parts
    run_id wording NOT NULL REFERENCES run (run_id),
    created_at wording NOT NULL,
    UNIQUE (report, period, subject_id, revision)
);

-- What a brief is made of: its page, its Markdown, its data.
CREATE TABLE brief_part (
    brief_id wording NOT NULL REFERENCES brief (brief_id),
    part wording NOT NULL, -- a file name: index.html
    sha256 wording NOT NULL REFERENCES blob (sha256),
    PRIMARY KEY (brief_id, part)
);

-- Under which inputs a revision came out as it is: those it was made from, and those that changed nothing about it.
CREATE TABLE brief_inputs (
    brief_id wording NOT NULL REFERENCES brief (brief_id),
    inputs_sha wording NOT NULL,
    PRIMARY KEY (brief_id, inputs_sha)
);

-- One row for each message to one recipient over one channel.
CREATE TABLE outbox (
    message_key wording NOT NULL PRIMARY KEY, -- made of report, period, subject, recipient, channel and revision
    brief_id wording NOT NULL REFERENCES brief (brief_id),
    channel wording NOT NULL CHECK (channel IN ('mail', 'folder', 'chat', 'files')),
    recipient wording NOT NULL,
    payload_sha wording NOT NULL REFERENCES blob (sha256), -- the message, byte for byte
    planned_at wording NOT NULL,
    deadline_at wording NOT NULL, -- late news is worse than none
    state wording NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_try_at wording NOT NULL,
    changed_at wording NOT NULL,
    last_reply wording NOT NULL DEFAULT '', -- what the other side said last
    resolved_by wording, -- who decided about an unknown outcome
    UNIQUE (brief_id, channel, recipient)
);

CREATE INDEX outbox_waiting ON outbox (state, next_try_at);

-- The only legal moves. `in_data` is the point of no return: from there on the message may have arrived.
CREATE TABLE outbox_move (
    from_state wording NOT NULL,
    to_state wording NOT NULL,
    PRIMARY KEY (from_state, to_state)
);

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

-- The ledger: it only grows, and every row carries the hash of the row before it.
CREATE TABLE ledger (
    seq BIGINT NOT NULL PRIMARY KEY,
    entry_id wording NOT NULL UNIQUE, -- made of what it means, never random
    kind wording NOT NULL CHECK (
        kind IN ('grant', 'adjustment', 'reversal', 'confirmation', 'fulfilment', 'cancellation', 'expiry')
    ),
    cycle_key wording NOT NULL,
    rule_id wording NOT NULL,
    rule_version BIGINT NOT NULL,
    rule_sha wording NOT NULL, -- the file that said so
    subject_id wording NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor <> 0),
    unit wording NOT NULL,
    status wording NOT NULL CHECK (status IN ('pending', 'confirmed', 'fulfilled')), -- where the amount stands, or is taken from
    target wording REFERENCES ledger (entry_id), -- the entry that this one ends, confirms or fulfils
    occasion wording NOT NULL, -- tells two entries of the same rule, cycle, subject and unit apart
    params_sha wording NOT NULL,
    evidence wording NOT NULL, -- JSON: the numbers it rests on, and who decided
    run_id wording NOT NULL REFERENCES run (run_id),
    created_at wording NOT NULL,
    prev_hash BYTEA NOT NULL UNIQUE CHECK (length(prev_hash) = 32), -- unique: the chain cannot fork
    row_hash BYTEA NOT NULL CHECK (length(row_hash) = 32), -- the next row's prev_hash, so unique as well
    CHECK ((kind IN ('reversal', 'confirmation', 'fulfilment', 'cancellation', 'expiry')) = (target IS NOT NULL)),
    CHECK (kind <> 'grant' OR status <> 'fulfilled'),
    CHECK (kind <> 'confirmation' OR status = 'confirmed'),
    CHECK (kind <> 'fulfilment' OR status = 'fulfilled'),
    CHECK (kind <> 'cancellation' OR status = 'pending'),
    CHECK (kind <> 'expiry' OR status <> 'fulfilled')
);

-- Confirmed once, fulfilled once.
CREATE UNIQUE INDEX ledger_follows_once ON ledger (target, kind) WHERE target IS NOT NULL;

-- An entry ends once: reversed, cancelled or expired.
CREATE UNIQUE INDEX ledger_ends_once ON ledger (target) WHERE kind IN ('reversal', 'cancellation', 'expiry');

-- Where the chain ends, kept apart so that a lost tail is noticed.
CREATE TABLE ledger_head (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    entries BIGINT NOT NULL,
    head BYTEA NOT NULL CHECK (length(head) = 32)
);

INSERT INTO ledger_head (only_row, entries, head) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

-- What was promised, as every run first saw it: a goal that becomes easier while its cycle runs is noticed.
CREATE TABLE promise (
    seq BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    subject_id wording NOT NULL,
    cycle_key wording NOT NULL,
    role wording NOT NULL,
    metric wording NOT NULL,
    direction wording NOT NULL,
    levels wording NOT NULL, -- JSON: the bound of each level
    revision wording NOT NULL, -- of the goal's file
    seen_on wording NOT NULL, -- the last day that the run looked at
    run_id wording NOT NULL REFERENCES run (run_id),
    UNIQUE (subject_id, cycle_key, role, metric, direction, levels)
);

-- Every time an order to fulfil left the house, and how that went; its key is the same each time.
CREATE TABLE handover (
    seq BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    entry_id wording NOT NULL REFERENCES ledger (entry_id),
    channel wording NOT NULL CHECK (channel IN ('csv', 'webhook')),
    outcome wording NOT NULL CHECK (outcome IN ('written', 'accepted', 'refused', 'unknown')),
    reply wording NOT NULL,
    by_whom wording NOT NULL CHECK (by_whom <> ''),
    at wording NOT NULL,
    run_id wording NOT NULL REFERENCES run (run_id)
);

CREATE INDEX handover_of_entry ON handover (entry_id, channel);

-- What became of suggestions: every word that was said about a task, in the order in which it was said. It only grows.
CREATE TABLE task_move (
    from_state wording NOT NULL, -- empty before the first word
    to_state wording NOT NULL,
    PRIMARY KEY (from_state, to_state)
);

INSERT INTO task_move (from_state, to_state) VALUES
('', 'accepted'), ('', 'dismissed'),
('accepted', 'started'), ('accepted', 'done'), ('accepted', 'dismissed'), ('accepted', 'expired'),
('started', 'done'), ('started', 'dismissed'), ('started', 'expired'),
('done', 'verified'), ('done', 'expired');

CREATE TABLE task_event (
    seq BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    task_id wording NOT NULL CHECK (task_id <> ''), -- made of what it means, never random
    account_id wording NOT NULL,
    play wording NOT NULL,
    event wording NOT NULL CHECK (event IN ('accepted', 'dismissed', 'started', 'done', 'verified', 'expired', 'noted')),
    day wording NOT NULL, -- the last day that was looked at
    said_by wording NOT NULL CHECK (said_by <> ''),
    said_at wording NOT NULL,
    detail wording NOT NULL -- JSON
);

CREATE INDEX task_event_of_task ON task_event (task_id, seq);

-- How each alert lives: all that is remembered of it between two looks.
CREATE TABLE alert_life (
    alert wording NOT NULL, -- the rule
    subject_id wording NOT NULL, -- rule and subject are what an alert is; there is never a second one
    phase wording NOT NULL CHECK (phase IN ('ok', 'pending', 'firing', 'recovering', 'no_data', 'error')),
    since wording NOT NULL, -- when the phase began
    shown wording NOT NULL, -- the phase as people saw it last: snoozed lies over any other
    fired_at wording, -- when the present trouble began
    told_at wording, -- when people were last told of it or of an earlier one
    is_told BIGINT NOT NULL CHECK (is_told IN (0, 1)), -- whether people know of the present trouble
    snoozed_until wording,
    acknowledged_by wording NOT NULL DEFAULT '',
    withheld wording NOT NULL DEFAULT '', -- why something is not told
    severity wording NOT NULL,
    detail wording NOT NULL, -- JSON: what was last seen
    PRIMARY KEY (alert, subject_id)
);

CREATE TABLE alert_history (
    seq BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    alert wording NOT NULL,
    subject_id wording NOT NULL,
    from_state wording NOT NULL, -- empty for the first
    to_state wording NOT NULL,
    at wording NOT NULL,
    severity wording NOT NULL,
    detail wording NOT NULL, -- JSON
    run_id wording NOT NULL REFERENCES run (run_id),
    why wording NOT NULL DEFAULT '' -- who did it, or why it was not told
);

-- What one person is to be told of one alert. It waits, and is then told in a digest or dropped, and why.
CREATE TABLE notice (
    seq BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    alert wording NOT NULL,
    subject_id wording NOT NULL,
    word wording NOT NULL CHECK (word IN ('fired', 'still', 'over')),
    person wording NOT NULL, -- by their name in monitor.yaml; empty for the outbox folder
    decided_at wording NOT NULL,
    severity wording NOT NULL,
    detail wording NOT NULL, -- JSON: what will be said
    state wording NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'told', 'dropped')),
    why wording NOT NULL DEFAULT '', -- why it waits or was dropped
    settled_at wording,
    brief_id wording REFERENCES brief (brief_id), -- the digest that told it
    run_id wording NOT NULL REFERENCES run (run_id),
    UNIQUE (alert, subject_id, word, person, decided_at),
    CHECK ((state = 'waiting') = (settled_at IS NULL)),
    CHECK ((state = 'told') = (brief_id IS NOT NULL))
);

CREATE INDEX notice_waiting ON notice (state, person);
