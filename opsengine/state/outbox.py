"""Messages on their way: one row for each recipient and channel, and only legal moves (the schema sees to it).

`in_data` is the point of no return: it is committed before the first byte of a message leaves. Whoever finds a message
there after a crash cannot know whether it arrived, so it becomes `unknown` and waits for a person.
"""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from opsengine.state.blobs import fetch, keep
from opsengine.state.briefs import BriefRecord, Topic
from opsengine.state.database import Refused, Row, State
from opsengine.state.times import canonical, instant


class Channel(StrEnum):
    """How a message travels."""

    MAIL = "mail"
    FOLDER = "folder"
    """Instead of a mail server: messages left as `.eml` files."""
    CHAT = "chat"
    FILES = "files"
    """Pages left in a folder where people look for them."""


class Stage(StrEnum):
    """Where a message stands."""

    HELD = "held"
    PENDING = "pending"
    CONNECTING = "connecting"
    IN_DATA = "in_data"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: a mail address, the name of a chat, or a folder; the outbox folder needs no recipient."""

    channel: Channel
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message in the outbox."""

    key: str
    brief_id: str
    topic: Topic
    revision: int
    address: Address
    payload_sha: str
    planned_at: str
    deadline_at: str
    stage: Stage
    attempts: int
    """Tries that came to an end: with an answer, or with a crash."""
    next_try_at: str
    changed_at: str
    last_reply: str
    resolved_by: str | None


def message_key(topic: Topic, revision: int, address: Address) -> str:
    """32 hex digits made of what a message is; the same message has the same key, however often we run."""
    meaning = [topic.report, topic.period, topic.subject, revision, address.channel, address.recipient]
    return hashlib.blake2b(canonical(meaning).encode(), digest_size=16).hexdigest()


class Outbox:
    """All messages of a project."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, brief: BriefRecord, address: Address, payload: bytes, now: datetime, deadline: datetime) -> str:
        """Plan one message of a brief, to be sent from now until the deadline; its key. Raises Refused when it is there already."""
        key = message_key(brief.topic, brief.revision, address)
        with self._state.transaction():
            sha256 = keep(self._state, payload)
            self._state.change(
                "INSERT INTO outbox (message_key, brief_id, channel, recipient, payload_sha, planned_at, deadline_at,"
                " state, next_try_at, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'pending', ?6, ?6)",
                (key, brief.brief_id, address.channel, address.recipient, sha256, instant(now), instant(deadline)),
            )
        return key

    def find(self, key: str) -> Message | None:
        """The message of that key, if there is one."""
        row = self._state.first(f"{_SELECT} WHERE message_key = ?", (key,))
        return _message(row) if row else None

    def of(self, topic: Topic) -> list[Message]:
        """Every message about a topic, of every revision, oldest revision first."""
        rows = self._state.read(
            f"{_SELECT} WHERE report = ? AND period = ? AND subject_id = ? ORDER BY revision, channel, recipient",
            (topic.report, topic.period, topic.subject),
        )
        return [_message(row) for row in rows]

    def newest(self, topic: Topic) -> list[Message]:
        """For each address of a topic, the newest message about it."""
        return list({message.address: message for message in self.of(topic)}.values())

    def at(self, *stages: Stage) -> list[Message]:
        """Every message at one of these stages, in the order they were planned."""
        marks = ", ".join("?" * len(stages))
        order = "planned_at, outbox.brief_id, channel, recipient"
        rows = self._state.read(f"{_SELECT} WHERE state IN ({marks}) ORDER BY {order}", stages)
        return [_message(row) for row in rows]

    def payload(self, message: Message) -> bytes:
        """The message, byte for byte. Raises EngineError when it is not what was kept."""
        return fetch(self._state, message.payload_sha)

    def together(self) -> AbstractContextManager[None]:
        """What happens to messages inside is committed at its end, all of it or nothing. Raises Locked, EngineError."""
        return self._state.transaction()

    def recover(self, now: datetime) -> int:
        """Settle what a killed run left behind; how many messages nobody can tell about. Only under the project's lock."""
        with self._state.transaction():
            back = "UPDATE outbox SET state = 'pending', attempts = attempts + 1, changed_at = ? WHERE state = 'connecting'"
            self._state.change(back, (instant(now),))
            lost = "UPDATE outbox SET state = 'unknown', changed_at = ? WHERE state = 'in_data'"
            return self._state.change(lost, (instant(now),))

    def move(self, key: str, stage: Stage, now: datetime, reply: str = "") -> None:
        """Move a message on, and note what the other side said. Raises Refused for a move that is not legal."""
        self._update("state = ?, last_reply = ?", (stage, reply), key, now)

    def mark_sent(self, key: str, now: datetime, reply: str) -> None:
        """Note that a message has arrived; one that never needed a point of no return passes it in the same commit."""
        with self._state.transaction():
            message = self.find(key)
            if message and message.stage is Stage.CONNECTING:
                self.move(key, Stage.IN_DATA, now)
            self.move(key, Stage.SENT, now, reply)

    def postpone(self, key: str, until: datetime, now: datetime, reply: str) -> None:
        """Put a message that was refused for now back, to be tried again later; this counts as an attempt."""
        values = (reply, instant(until))
        self._update("state = 'pending', attempts = attempts + 1, last_reply = ?, next_try_at = ?", values, key, now)

    def resolve(self, key: str, stage: Stage, by: str, now: datetime, deadline: datetime) -> None:
        """A person says what became of an unknown message: `sent`, or `pending` to send it again until the deadline.

        Raises Refused when nobody is named or the message is not unknown.
        """
        values = (stage, by, instant(now), instant(deadline))
        self._update("state = ?, resolved_by = ?, next_try_at = ?, deadline_at = ?, last_reply = ''", values, key, now)

    def _update(self, what: str, values: tuple[str, ...], key: str, now: datetime) -> None:
        with self._state.transaction():
            statement = f"UPDATE outbox SET {what}, changed_at = ? WHERE message_key = ?"  # noqa: S608  `what` is written above, not handed in
            if not self._state.change(statement, (*values, instant(now), key)):
                raise Refused("there is no message {key}", key=key)


_SELECT = """
SELECT outbox.*, brief.report, brief.period, brief.subject_id, brief.revision
FROM outbox INNER JOIN brief ON brief.brief_id = outbox.brief_id
"""


def _message(row: Row) -> Message:
    return Message(
        key=row["message_key"],
        brief_id=row["brief_id"],
        topic=Topic(row["report"], row["period"], row["subject_id"]),
        revision=row["revision"],
        address=Address(Channel(row["channel"]), row["recipient"]),
        payload_sha=row["payload_sha"],
        planned_at=row["planned_at"],
        deadline_at=row["deadline_at"],
        stage=Stage(row["state"]),
        attempts=row["attempts"],
        next_try_at=row["next_try_at"],
        changed_at=row["changed_at"],
        last_reply=row["last_reply"],
        resolved_by=row["resolved_by"],
    )
