"""The run log: which command worked when, on what, and how it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from opsengine.state.database import Row, State
from opsengine.state.times import canonical, instant


@dataclass(frozen=True, slots=True)
class Run:
    """One time a command worked. Times are ISO 8601 in UTC; a run that was killed never finished."""

    run_id: str
    command: str
    as_of: date
    versions: Mapping[str, str]
    started_at: str
    finished_at: str | None
    outcome: str
    inputs_sha: str


class Runs:
    """All runs of a project."""

    def __init__(self, state: State) -> None:
        self._state = state

    def start(self, command: str, as_of: date, versions: Mapping[str, str], now: datetime) -> str:
        """Note that a command begins; its run id, such as `20260622T080003Z-17`."""
        with self._state.transaction():
            (count,) = self._state.read("SELECT count(*) FROM run")[0]
            run_id = f"{instant(now)[:19].replace('-', '').replace(':', '')}Z-{count + 1}"
            self._state.change(
                "INSERT INTO run (run_id, command, as_of, versions, started_at) VALUES (?, ?, ?, ?, ?)",
                (run_id, command, as_of.isoformat(), canonical(dict(versions)), instant(now)),
            )
        return run_id

    def finish(self, run_id: str, outcome: str, now: datetime, inputs_sha: str = "") -> None:
        """Note how a run ended, in one word, and the hash of what it read. Raises Refused when it has ended before."""
        with self._state.transaction():
            self._state.change(
                "UPDATE run SET finished_at = ?, outcome = ?, inputs_sha = ? WHERE run_id = ?",
                (instant(now), outcome, inputs_sha, run_id),
            )

    def has_read(self, command: str, as_of: date, inputs_sha: str) -> bool:
        """Whether a run of that command about that day has ended that had read the same."""
        asked = "SELECT 1 FROM run WHERE command = ? AND as_of = ? AND inputs_sha = ? AND finished_at IS NOT NULL LIMIT 1"
        return bool(inputs_sha) and self._state.first(asked, (command, as_of.isoformat(), inputs_sha)) is not None

    def last(self) -> Run | None:
        """The run that began last, whatever the clock said then; None before the first."""
        (count,) = self._state.read("SELECT count(*) FROM run")[0]
        row = self._state.first("SELECT * FROM run WHERE run_id LIKE ? LIMIT 1", (f"%Z-{count}",))
        return _run(row) if row else None

    def latest(self, limit: int) -> list[Run]:
        """The last runs, newest first."""
        rows = self._state.read("SELECT * FROM run ORDER BY started_at DESC, length(run_id) DESC, run_id DESC LIMIT ?", (limit,))
        return [_run(row) for row in rows]


def _run(row: Row) -> Run:
    values = dict(row)
    return Run(**values | {"as_of": date.fromisoformat(values["as_of"]), "versions": json.loads(values["versions"])})
