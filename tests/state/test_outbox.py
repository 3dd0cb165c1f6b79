from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from itertools import product

import pytest

from opsengine.errors import EngineError
from opsengine.state import Address, Briefs, Channel, Outbox, Refused, Stage, Topic, message_key
from tests.state.tampering import unguard

TOPIC = Topic("weekly", "2026-W25", "shop-01")
ADDRESS = Address(Channel.MAIL, "ops@example.com")
LEGAL = {
    "held>pending", "held>suppressed", "pending>connecting", "pending>failed", "pending>suppressed", "connecting>pending",
    "connecting>in_data", "connecting>failed", "in_data>sent", "in_data>pending", "in_data>failed", "in_data>unknown",
    "unknown>sent", "unknown>pending",
}  # fmt: skip
WAY = {
    Stage.PENDING: [],
    Stage.CONNECTING: [Stage.CONNECTING],
    Stage.IN_DATA: [Stage.CONNECTING, Stage.IN_DATA],
    Stage.SENT: [Stage.CONNECTING, Stage.IN_DATA, Stage.SENT],
    Stage.FAILED: [Stage.FAILED],
    Stage.UNKNOWN: [Stage.CONNECTING, Stage.IN_DATA, Stage.UNKNOWN],
    Stage.SUPPRESSED: [Stage.SUPPRESSED],
}


@pytest.fixture
def brief(state, run_id, now):
    return Briefs(state).add(TOPIC, {"index.html": b"<p>here</p>", "brief.md": b"here"}, run_id, now)


@pytest.fixture
def outbox(state):
    return Outbox(state)


@pytest.fixture
def key(outbox, brief, now):
    return outbox.add(brief, ADDRESS, b"the message", now, now + timedelta(hours=48))


COPY = """
INSERT INTO outbox
SELECT 'other', brief_id, channel, 'other', payload_sha, planned_at, deadline_at, ?, 0, next_try_at, changed_at, '', NULL
FROM outbox
"""


def _change(state, statement, *values):
    with state.transaction():
        state.change(statement, values)


@pytest.mark.parametrize(("start", "end"), [pair for pair in product(Stage, Stage) if pair[0] is not Stage.HELD])
def test_only_legal_moves_are_made(outbox, key, now, start, end):
    for stage in WAY[start]:
        outbox.move(key, stage, now)
    values = (end, "somebody" if start is Stage.UNKNOWN else None)
    is_legal = f"{start}>{end}" in LEGAL

    with nullcontext() if is_legal else pytest.raises(Refused):
        _change(outbox._state, "UPDATE outbox SET state = ?, resolved_by = ?", *values)

    assert outbox.find(key).stage is (end if is_legal else start)


@pytest.mark.parametrize("stage", list(Stage))
def test_a_message_begins_pending_or_held(state, key, stage):
    with nullcontext() if stage in (Stage.PENDING, Stage.HELD) else pytest.raises(Refused):
        _change(state, COPY, stage)


@pytest.mark.parametrize("end", list(Stage))
def test_a_held_message_is_released_or_suppressed(state, key, end):
    _change(state, COPY, Stage.HELD)

    with nullcontext() if f"held>{end}" in LEGAL else pytest.raises(Refused):
        _change(state, "UPDATE outbox SET state = ? WHERE message_key = 'other'", end)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outbox SET state = 'connecting', message_key = 'x'",
        "UPDATE outbox SET state = 'connecting', brief_id = 'x'",
        "UPDATE outbox SET state = 'connecting', channel = 'folder'",
        "UPDATE outbox SET state = 'connecting', recipient = 'x'",
        "UPDATE outbox SET state = 'connecting', payload_sha = 'x'",
        "UPDATE outbox SET state = 'connecting', planned_at = 'x'",
        "UPDATE brief SET period = 'x'",
        "UPDATE brief_part SET part = 'x'",
        "UPDATE blob SET sha256 = sha256",
        "DELETE FROM outbox",
        "DELETE FROM brief",
        "DELETE FROM brief_part",
        "DELETE FROM blob",
    ],
)
def test_what_was_made_and_to_whom_it_goes_never_changes(state, key, statement):
    with pytest.raises(Refused):
        _change(state, statement)


def test_a_message_is_planned_once(outbox, key, brief, now):
    with pytest.raises(Refused):
        outbox.add(brief, ADDRESS, b"another", now, now)

    assert outbox.payload(outbox.find(key)) == b"the message"


def test_a_key_is_made_of_what_a_message_is():
    keys = {
        message_key(topic, revision, Address(channel, recipient))
        for topic in (TOPIC, Topic("weekly", "2026-W25", "shop-02"))
        for revision in (1, 2)
        for channel in Channel
        for recipient in ("a@example.com", "b@example.com")
    }

    assert len(keys) == 8 * len(Channel)
    assert message_key(TOPIC, 1, ADDRESS) == message_key(TOPIC, 1, ADDRESS)


def test_an_unknown_outcome_is_resolved_by_a_named_person(outbox, key, now):
    for stage in WAY[Stage.UNKNOWN]:
        outbox.move(key, stage, now)

    with pytest.raises(Refused):
        outbox.move(key, Stage.SENT, now)
    with pytest.raises(Refused):
        outbox.resolve(key, Stage.SENT, "", now, now)
    outbox.resolve(key, Stage.PENDING, "Li", now, now + timedelta(hours=1))

    assert (outbox.find(key).stage, outbox.find(key).resolved_by) == (Stage.PENDING, "Li")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Stage.PENDING, (Stage.PENDING, 0)),
        (Stage.CONNECTING, (Stage.PENDING, 1)),
        (Stage.IN_DATA, (Stage.UNKNOWN, 0)),
        (Stage.SENT, (Stage.SENT, 0)),
    ],
)
def test_what_a_killed_run_left_is_tried_again_only_when_nothing_had_left(outbox, key, now, found, expected):
    for stage in WAY[found]:
        outbox.move(key, stage, now)

    outbox.recover(now)

    assert (outbox.find(key).stage, outbox.find(key).attempts) == expected


def test_a_brief_gets_revisions_and_keeps_them_all(state, brief, run_id, now):
    second = Briefs(state).add(TOPIC, {"index.html": b"<p>there</p>"}, run_id, now)

    assert (brief.brief_id, second.brief_id) == ("weekly/2026-W25/shop-01/r1", "weekly/2026-W25/shop-01/r2")
    assert Briefs(state).parts(brief.brief_id) == {"index.html": b"<p>here</p>", "brief.md": b"here"}
    assert Briefs(state).latest(TOPIC) == second
    assert Briefs(state).find("weekly/2026-W25/shop-01") == second
    assert Briefs(state).find(brief.brief_id) == brief
    assert Briefs(state).newest() == [second]


def test_a_part_that_rotted_is_not_passed_on(state, brief):
    with state.transaction():
        unguard(state, "blob", "blob_is_frozen")
        state.change("UPDATE blob SET content = ?", (b"",))

    with pytest.raises(EngineError, match="lost"):
        Briefs(state).parts(brief.brief_id)
