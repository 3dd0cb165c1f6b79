"""What is remembered of each alert, and every move it made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import datetime

from opsengine.state.database import State
from opsengine.state.times import instant


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """One alert between two looks; moments are ISO 8601 texts in UTC, None where there is none."""

    alert: str
    subject: str
    phase: str
    since: str
    shown: str
    """The phase as people saw it last."""
    fired_at: str | None
    told_at: str | None
    is_told: int
    """1 when people know of the present trouble."""
    snoozed_until: str | None
    acknowledged_by: str
    withheld: str
    """Why something is not told; empty when nothing is withheld."""
    severity: str
    detail: str
    """What was last seen, as canonical JSON."""


@dataclass(frozen=True, slots=True)
class AlertMove:
    """One move of an alert; `from_state` is empty for the first. From a state to the same one, something was withheld."""

    alert: str
    subject: str
    from_state: str
    to_state: str
    at: str
    severity: str
    detail: str
    run_id: str
    why: str = ""


class Alerts:
    """All alerts of a project."""

    def __init__(self, state: State) -> None:
        self._state = state

    def current(self) -> list[AlertRecord]:
        """What is remembered of every alert, ordered by alert and subject."""
        rows = self._state.read(f"{_SELECT} ORDER BY alert, subject_id")
        return [AlertRecord(*row) for row in rows]

    def find(self, alert: str, subject: str) -> AlertRecord | None:
        """What is remembered of one alert, if it was ever seen."""
        row = self._state.first(f"{_SELECT} WHERE alert = ? AND subject_id = ?", (alert, subject))
        return AlertRecord(*row) if row else None

    def keep(self, records: Iterable[AlertRecord], moves: Iterable[AlertMove], now: datetime) -> None:
        """Remember where alerts stand, and note what moved; both or neither."""
        rows = [(one.alert, one.subject, one.from_state, one.to_state, instant(now), one.severity, one.detail, one.run_id, one.why)
                for one in moves]  # fmt: skip
        with self._state.transaction():
            self._state.change_many(_PUT, [astuple(record) for record in records])
            self._state.change_many(_NOTE, rows)

    def history(self, limit: int, alert: str = "", subject: str = "") -> list[AlertMove]:
        """The last moves, newest first; of one rule or one subject when they are named."""
        rows = self._state.read(
            "SELECT alert, subject_id, from_state, to_state, at, severity, detail, run_id, why FROM alert_history"
            " WHERE (?1 = '' OR alert = ?1) AND (?2 = '' OR subject_id = ?2 OR substr(subject_id, 1, length(?2) + 1) = ?2 || '/')"
            " ORDER BY seq DESC LIMIT ?3",
            (alert, subject, limit),
        )
        return [AlertMove(*row) for row in rows]

    def cut(self, before: datetime) -> int:
        """Forget moves and settled notices from before a moment; how many. Raises Refused for the last ninety days."""
        with self._state.transaction():
            moves = self._state.change("DELETE FROM alert_history WHERE at < ?", (instant(before),))
            notices = self._state.change("DELETE FROM notice WHERE state <> 'waiting' AND settled_at < ?", (instant(before),))
        return moves + notices


_NAMES = ["subject_id" if field.name == "subject" else field.name for field in fields(AlertRecord)]
_COLUMNS = ", ".join(_NAMES)
_SELECT = f"SELECT {_COLUMNS} FROM alert_life"  # noqa: S608  names of our own
_PUT = (
    f"INSERT INTO alert_life ({_COLUMNS}) VALUES ({', '.join('?' * len(_NAMES))}) ON CONFLICT (alert, subject_id) DO UPDATE SET "  # noqa: S608  names of our own
    + ", ".join(f"{name} = excluded.{name}" for name in _NAMES[2:])
)
_NOTE = """
INSERT INTO alert_history (alert, subject_id, from_state, to_state, at, severity, detail, run_id, why)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
