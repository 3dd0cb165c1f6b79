-- Messages travel to chats and into folders too. What a brief came out as, and from which inputs, is kept: so data that are restated
-- later are noticed, and told as a correction instead of being sent again.

CREATE TABLE outbox_of_channels (
    message_key TEXT NOT NULL PRIMARY KEY, -- made of report, period, subject, recipient, channel and revision
    brief_id TEXT NOT NULL REFERENCES brief (brief_id),
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'folder', 'chat', 'files')),
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

INSERT INTO outbox_of_channels (
    message_key, brief_id, channel, recipient, payload_sha, planned_at, deadline_at, state, attempts, next_try_at, changed_at,
    last_reply, resolved_by
)
SELECT
    message_key, brief_id, channel, recipient, payload_sha, planned_at, deadline_at, state, attempts, next_try_at, changed_at,
    last_reply, resolved_by
FROM outbox;

DROP TABLE outbox;
ALTER TABLE outbox_of_channels RENAME TO outbox;

CREATE INDEX outbox_waiting ON outbox (state, next_try_at);

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

-- Under which inputs a revision came out as it is: those it was made from, and those that changed nothing about it.
CREATE TABLE brief_inputs (
    brief_id TEXT NOT NULL REFERENCES brief (brief_id),
    inputs_sha TEXT NOT NULL,
    PRIMARY KEY (brief_id, inputs_sha)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER brief_inputs_are_frozen BEFORE UPDATE ON brief_inputs
BEGIN
    SELECT RAISE(ABORT, 'what a brief was made from does not change');
END;

CREATE TRIGGER brief_inputs_stay BEFORE DELETE ON brief_inputs
BEGIN
    SELECT RAISE(ABORT, 'what a brief was made from is not deleted');
END;
