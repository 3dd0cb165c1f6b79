"""What was promised, as it was first seen: a goal that becomes easier while its cycle runs is noticed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from opsengine.state.database import State
from opsengine.state.times import canonical


@dataclass(frozen=True, slots=True)
class Promised:
    """One measure of a goal as a run saw it."""

    subject: str
    cycle: str
    role: str
    metric: str
    direction: str
    levels: Mapping[str, str]
    """The bound of each level that has one, as exact decimal text."""
    revision: str
    """SHA-256 of the goal's file."""
    seen_on: date
    """The last day that the run looked at."""


class Promises:
    """Every promise of a project as it was seen; a promise that was changed is there in each of its forms."""

    def __init__(self, state: State) -> None:
        self._state = state

    def note(self, promises: Iterable[Promised], run_id: str) -> None:
        """Keep those that were not seen before in this form."""
        rows = [
            (
                one.subject, one.cycle, one.role, one.metric, one.direction, canonical(dict(one.levels)), one.revision,
                one.seen_on.isoformat(), run_id,
            )
            for one in promises
        ]  # fmt: skip
        with self._state.transaction():
            self._state.change_many(_INSERT, rows)

    def all(self) -> list[Promised]:
        """Every form of every promise, in the order in which they were seen."""
        rows = self._state.read(
            "SELECT subject_id AS subject, cycle_key AS cycle, role, metric, direction, levels, revision, seen_on"
            " FROM promise ORDER BY seq"
        )
        return [
            Promised(**dict(row) | {"levels": json.loads(row["levels"]), "seen_on": date.fromisoformat(row["seen_on"])})
            for row in rows
        ]


_INSERT = """
INSERT INTO promise (subject_id, cycle_key, role, metric, direction, levels, revision, seen_on, run_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (subject_id, cycle_key, role, metric, direction, levels) DO NOTHING
"""
