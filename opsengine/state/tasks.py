"""What became of suggestions: words that people said about tasks, and what the data proved."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from opsengine.state.database import Row, State
from opsengine.state.times import canonical, instant


@dataclass(frozen=True, slots=True)
class TaskEvent:
    """One word about one task. Which may follow which is a rule of the schema."""

    task_id: str
    account_id: str
    play: str
    event: str
    """accepted, dismissed, started, done, verified, expired or noted."""
    day: date
    """The last day that was looked at when it was said."""
    by: str
    """Who said it; never empty."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    """What it rests on, as plain JSON values."""


class Tasks:
    """Every word about every task of a project."""

    def __init__(self, state: State) -> None:
        self._state = state

    def say(self, events: Iterable[TaskEvent], now: datetime) -> None:
        """Add these words, all or none. Raises Refused when one does not follow from what was said before."""
        with self._state.transaction():
            for one in events:
                self._state.change(
                    "INSERT INTO task_event (task_id, account_id, play, event, day, said_by, said_at, detail)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        one.task_id, one.account_id, one.play, one.event, one.day.isoformat(), one.by,
                        instant(now), canonical(dict(one.detail)),
                    ),
                )  # fmt: skip

    def said(self, as_of: date) -> list[TaskEvent]:
        """Every word said while a day up to this one was looked at, oldest first: a past day reads as it did then."""
        rows = self._state.read(
            "SELECT task_id, account_id, play, event, day, said_by, detail FROM task_event WHERE day <= ? ORDER BY seq",
            (as_of.isoformat(),),
        )
        return [_event(row) for row in rows]


def _event(row: Row) -> TaskEvent:
    return TaskEvent(
        row["task_id"], row["account_id"], row["play"], row["event"], date.fromisoformat(row["day"]), row["said_by"],
        json.loads(row["detail"]),
    )  # fmt: skip
