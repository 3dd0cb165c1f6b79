"""The leaderboard of a cycle: who came furthest. Only those appear whose names the project has put on the list."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opsengine.goals import Role
from opsengine.rewards.feat import cycle_key, subject_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from opsengine.goals import GoalResult


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the leaderboard; equal progress shares a place."""

    place: int
    subject: str
    goal: str
    metric: str
    progress: Decimal

    def as_json(self) -> dict[str, Any]:
        """The line as `opsengine rewards leaderboard` prints it."""
        return {
            "place": self.place, "subject": self.subject, "goal": self.goal, "metric": self.metric,
            "progress": round(float(self.progress), 6),
        }  # fmt: skip


def leaderboard(results: Iterable[GoalResult], cycle: str, listed: Collection[str]) -> list[Place]:
    """The primary promises of one cycle by progress; a subject that is not listed is not there, also not as a gap."""
    found = [
        (result.progress, subject_of(result), result)
        for result in results
        if result.measure.role is Role.PRIMARY
        and cycle in (result.cycle.id, cycle_key(result.cycle))
        and ("*" in listed or subject_of(result) in listed)
        and result.progress is not None
    ]
    found.sort(key=lambda one: (-(one[0] or 0), one[1], one[2].goal.name))
    lines: list[Place] = []
    for number, (progress, subject, result) in enumerate(found, start=1):
        place = lines[-1].place if lines and lines[-1].progress == progress else number
        lines.append(Place(place, subject, result.goal.name, result.measure.metric, progress or Decimal(0)))
    return lines
