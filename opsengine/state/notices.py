"""What people are to be told of alerts: it waits, and is then told in a digest, or dropped, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from opsengine.state.database import State
from opsengine.state.times import instant


@dataclass(frozen=True, slots=True)
class Notice:
    """One word about one alert for one person; `person` is empty for the outbox folder."""

    alert: str
    subject: str
    word: str
    """fired, still or over."""
    person: str
    severity: str
    detail: str
    """What will be said, as canonical JSON."""
    state: str = "waiting"
    """waiting, told or dropped."""
    why: str = ""
    decided_at: str = ""
    settled_at: str | None = None
    brief_id: str | None = None
    """The digest that told it."""
    seq: int = 0
    """Its number in the state; 0 before it is there."""


class Notices:
    """Everything that anybody is or was to be told."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, notices: Iterable[Notice], run_id: str, now: datetime) -> None:
        """Let these wait. One that is there already is there once."""
        rows = [
            (one.alert, one.subject, one.word, one.person, instant(now), one.severity, one.detail, one.why, run_id)
            for one in notices
        ]
        with self._state.transaction():
            self._state.change_many(_ADD, rows)

    def waiting(self) -> list[Notice]:
        """What nobody has been told yet, oldest first."""
        return self._read("WHERE state = 'waiting' ORDER BY seq", ())

    def history(self, limit: int, alert: str = "", subject: str = "") -> list[Notice]:
        """The last notices, newest first; of one rule or one subject when they are named."""
        where = "WHERE (?1 = '' OR alert = ?1)"
        where += " AND (?2 = '' OR subject_id = ?2 OR substr(subject_id, 1, length(?2) + 1) = ?2 || '/')"
        return self._read(f"{where} ORDER BY seq DESC LIMIT ?3", (alert, subject, limit))

    def digests_since(self, person: str, since: datetime) -> int:
        """How many digests a person has got since a moment."""
        row = self._state.first(
            "SELECT count(DISTINCT brief_id) AS digests FROM notice WHERE person = ? AND state = 'told' AND settled_at >= ?",
            (person, instant(since)),
        )
        return int(row["digests"]) if row else 0

    def hold(self, notices: Iterable[Notice], why: str) -> None:
        """Say why these wait on."""
        with self._state.transaction():
            statement = "UPDATE notice SET why = ? WHERE seq = ? AND why <> ?"
            self._state.change_many(statement, [(why, one.seq, why) for one in notices])

    def tell(self, notices: Iterable[Notice], brief_id: str, now: datetime) -> None:
        """Note that these stand in a digest."""
        with self._state.transaction():
            statement = "UPDATE notice SET state = 'told', why = '', settled_at = ?, brief_id = ? WHERE seq = ?"
            self._state.change_many(statement, [(instant(now), brief_id, one.seq) for one in notices])

    def drop(self, notices: Iterable[Notice], why: str, now: datetime) -> None:
        """Note that these are not told, and why."""
        with self._state.transaction():
            statement = "UPDATE notice SET state = 'dropped', why = ?, settled_at = ? WHERE seq = ?"
            self._state.change_many(statement, [(why, instant(now), one.seq) for one in notices])

    def _read(self, where: str, values: tuple[str | int, ...]) -> list[Notice]:
        return [Notice(**dict(row)) for row in self._state.read(f"{_SELECT} {where}", values)]


_ADD = """
INSERT INTO notice (alert, subject_id, word, person, decided_at, severity, detail, why, run_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (alert, subject_id, word, person, decided_at) DO NOTHING
"""
_SELECT = """
SELECT seq, alert, subject_id AS subject, word, person, severity, detail, state, why, decided_at, settled_at, brief_id FROM notice
"""
