"""Where each alert stands, and every move it made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from opsengine.state.database import State
from opsengine.state.times import instant


@dataclass(frozen=True, slots=True)
class AlertMark:
    """An alert about one subject: its state, and since when (a day or a moment, as the monitor counts)."""

    alert: str
    subject: str
    state: str
    since: str
    severity: str
    detail: str = "{}"
    """What it rests on, as canonical JSON."""


@dataclass(frozen=True, slots=True)
class AlertMove:
    """One move of an alert; `from_state` is empty for the first."""

    alert: str
    subject: str
    from_state: str
    to_state: str
    at: str
    severity: str
    detail: str
    run_id: str


class Alerts:
    """All alerts of a project."""

    def __init__(self, state: State) -> None:
        self._state = state

    def current(self) -> list[AlertMark]:
        """Where every alert stands, ordered by alert and subject."""
        rows = self._state.read(
            "SELECT alert, subject_id AS subject, state, since, severity, detail FROM alert_state ORDER BY alert, subject_id"
        )
        return [AlertMark(**dict(row)) for row in rows]

    def record(self, marks: Iterable[AlertMark], run_id: str, now: datetime) -> list[AlertMark]:
        """Note where alerts stand now; those that moved. One that stays in its state keeps its `since`."""
        known = {(mark.alert, mark.subject): mark for mark in self.current()}
        moved: list[AlertMark] = []
        with self._state.transaction():
            for mark in marks:
                before = known.get((mark.alert, mark.subject))
                if before is None or (before.state, before.severity) != (mark.state, mark.severity):
                    self._note_move(mark, before.state if before else "", run_id, now)
                    moved.append(mark)
                stays = before is not None and before.state == mark.state
                self._put(replace(mark, since=before.since) if before is not None and stays else mark)
        return moved

    def history(self, limit: int) -> list[AlertMove]:
        """The last moves, newest first."""
        rows = self._state.read(
            "SELECT alert, subject_id AS subject, from_state, to_state, at, severity, detail, run_id"
            " FROM alert_history ORDER BY seq DESC LIMIT ?",
            (limit,),
        )
        return [AlertMove(**dict(row)) for row in rows]

    def _put(self, mark: AlertMark) -> None:
        self._state.change(
            "INSERT INTO alert_state (alert, subject_id, state, since, severity, detail) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (alert, subject_id) DO UPDATE SET"
            " state = excluded.state, since = excluded.since, severity = excluded.severity, detail = excluded.detail",
            (mark.alert, mark.subject, mark.state, mark.since, mark.severity, mark.detail),
        )

    def _note_move(self, mark: AlertMark, from_state: str, run_id: str, now: datetime) -> None:
        self._state.change(
            "INSERT INTO alert_history (alert, subject_id, from_state, to_state, at, severity, detail, run_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (mark.alert, mark.subject, from_state, mark.state, instant(now), mark.severity, mark.detail, run_id),
        )
