"""Whether the owner of a goal says how it goes as often as its file asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from opsengine.goals.cycle import CycleKind, cycle_containing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsengine.goals.goal import Goal
    from opsengine.goals.notes import Note


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The rhythm of a running goal on one day."""

    every: str
    """`day`, `week` or `month`."""
    last: date | None
    """The day of the newest note within the cycle; None when there is none."""
    due: date
    """The last day by which the next note is in time."""
    is_overdue: bool

    def as_json(self) -> dict[str, Any]:
        """As `opsengine goals status` prints it."""
        return {
            "every": self.every, "last": self.last.isoformat() if self.last else None, "due": self.due.isoformat(),
            "overdue": self.is_overdue,
        }  # fmt: skip


def check_in_of(goal: Goal, notes: Sequence[Note], as_of: date) -> CheckIn | None:
    """None when the file asks for no check-ins, or its cycle is not running on that day."""
    every = goal.plan.check_in
    if every is None or not goal.cycle.has_begun(as_of) or as_of > goal.cycle.end:
        return None
    said = [note.on for note in notes if goal.cycle.start <= note.on <= as_of]
    last = max(said, default=None)
    due = min(_after(last or goal.cycle.start - timedelta(days=1), every), goal.cycle.end)
    return CheckIn(every, last, due, as_of > due)


def _after(day: date, every: str) -> date:
    """A day, a week or a month later."""
    if every == "day":
        return day + timedelta(days=1)
    if every == "week":
        return day + timedelta(days=7)
    return day + timedelta(days=cycle_containing(day, CycleKind.MONTH).days)
