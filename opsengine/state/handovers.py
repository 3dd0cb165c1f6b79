"""Orders to fulfil that left the house, and how each went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from opsengine.state.database import State
from opsengine.state.times import instant


class HandoverChannel(StrEnum):
    """How an order leaves the house."""

    CSV = "csv"
    WEBHOOK = "webhook"


class Outcome(StrEnum):
    """How it went."""

    WRITTEN = "written"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Nobody can tell; it may be sent again, since its key tells the other side that it is the same."""


@dataclass(frozen=True, slots=True)
class Handover:
    """One time an order left."""

    entry_id: str
    channel: HandoverChannel
    outcome: Outcome
    reply: str
    """What the other side said."""
    by: str
    """The person who sent it."""


class Handovers:
    """All orders of a project."""

    def __init__(self, state: State) -> None:
        self._state = state

    def note(self, handover: Handover, run_id: str, now: datetime) -> None:
        """Keep how one went."""
        with self._state.transaction():
            self._state.change(
                "INSERT INTO handover (entry_id, channel, outcome, reply, by_whom, at, run_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    handover.entry_id, handover.channel, handover.outcome, handover.reply, handover.by, instant(now), run_id,
                ),
            )  # fmt: skip

    def of(self, entry_id: str) -> list[Handover]:
        """Every time the order of an entry left, oldest first."""
        rows = self._state.read("SELECT * FROM handover WHERE entry_id = ? ORDER BY seq", (entry_id,))
        return [
            Handover(row["entry_id"], HandoverChannel(row["channel"]), Outcome(row["outcome"]), row["reply"], row["by_whom"])
            for row in rows
        ]
