-- What became of suggestions: every word that was said about a task, in the order in which it was said. It only grows.
CREATE TABLE task_move (
    from_state TEXT NOT NULL, -- empty before the first word
    to_state TEXT NOT NULL,
    PRIMARY KEY (from_state, to_state)
) STRICT, WITHOUT ROWID;

INSERT INTO task_move (from_state, to_state) VALUES
('', 'accepted'), ('', 'dismissed'),
('accepted', 'started'), ('accepted', 'done'), ('accepted', 'dismissed'), ('accepted', 'expired'),
('started', 'done'), ('started', 'dismissed'), ('started', 'expired'),
('done', 'verified'), ('done', 'expired');

CREATE TABLE task_event (
    seq INTEGER NOT NULL PRIMARY KEY,
    task_id TEXT NOT NULL CHECK (task_id <> ''), -- made of what it means, never random
    account_id TEXT NOT NULL,
    play TEXT NOT NULL,
    event TEXT NOT NULL CHECK (event IN ('accepted', 'dismissed', 'started', 'done', 'verified', 'expired', 'noted')),
    day TEXT NOT NULL, -- the last day that was looked at
    said_by TEXT NOT NULL CHECK (said_by <> ''),
    said_at TEXT NOT NULL,
    detail TEXT NOT NULL -- JSON
) STRICT;

CREATE INDEX task_event_of_task ON task_event (task_id, seq);

CREATE TRIGGER task_moves_legally BEFORE INSERT ON task_event
WHEN new.event <> 'noted' AND NOT EXISTS (
    SELECT 1 FROM task_move
    WHERE to_state = new.event AND from_state = coalesce(
        (SELECT event FROM task_event WHERE task_id = new.task_id AND event <> 'noted' ORDER BY seq DESC LIMIT 1), ''
    )
)
BEGIN
    SELECT RAISE(ABORT, 'this is no legal move of a task');
END;

CREATE TRIGGER task_note_is_about_a_task BEFORE INSERT ON task_event
WHEN new.event = 'noted' AND NOT EXISTS (SELECT 1 FROM task_event WHERE task_id = new.task_id)
BEGIN
    SELECT RAISE(ABORT, 'there is no such task to note something about');
END;

CREATE TRIGGER task_event_is_frozen BEFORE UPDATE ON task_event
BEGIN
    SELECT RAISE(ABORT, 'what was said about a task does not change');
END;

CREATE TRIGGER task_event_stays BEFORE DELETE ON task_event
BEGIN
    SELECT RAISE(ABORT, 'what was said about a task is not deleted');
END;
