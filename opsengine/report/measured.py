"""What was measured over a period: its numbers beside those of the one before, and what moved a score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from opsengine.report.labels import Label, Unit


@dataclass(frozen=True, slots=True)
class Number:
    """One metric over the period and over the one it is held against; ratios are recomputed from their sums."""

    metric: str
    label: Label
    unit: Unit
    direction: Literal["up", "down"]
    step: Literal["settle", "keep", "convert", "chosen"]
    """Where in the funnel it belongs: winning people, keeping them, selling to them; or chosen by the report."""
    value: float | None
    previous: float | None = None
    days: int = 0
    """Days with data, of those the period has."""
    of_days: int = 0
    previous_days: int = 0
    previous_of_days: int = 0
    settles_on: date | None = None
    """The day until which the platform still corrects it, where that lies behind the end of the period."""
    is_sum: bool = True
    """Whether it adds up over days; a level or a ratio does not."""

    @property
    def is_whole(self) -> bool:
        """Whether no day of either period lacks data; a period before of which nothing is known is no gap."""
        return self.days >= self.of_days and (not self.previous_days or self.previous_days >= self.previous_of_days)

    @property
    def is_by_day(self) -> bool:
        """Whether the change compares means of days with data: because days are missing, or the periods differ in length."""
        return self.is_sum and (not self.is_whole or self.of_days != self.previous_of_days)

    @property
    def change(self) -> float | None:
        """The relative change, of a ratio the difference; None when there is nothing to hold it against."""
        if self.value is None or self.previous is None:
            return None
        if self.unit == "ratio":
            return self.value - self.previous
        now, before = self.value, self.previous
        if self.is_by_day:
            now, before = now / self.days, before / self.previous_days
        return now / before - 1 if before > 0 else None


@dataclass(frozen=True, slots=True)
class Cause:
    """Points of a score's change that one thing made: the account itself, its whole field, or data that came or went."""

    id: str
    label: Label
    own: float = 0.0
    field: float = 0.0
    coverage: float = 0.0

    @property
    def points(self) -> float:
        """All of it."""
        return round(self.own + self.field + self.coverage, 6)


@dataclass(frozen=True, slots=True)
class Risk:
    """Points that a risk takes off a score, and the ratio that makes it one."""

    id: str
    label: Label
    unit: Unit
    value: float | None
    points: float


@dataclass(frozen=True, slots=True)
class Trait:
    """Something that the best works have in common and the worst have not; shares are between 0 and 1."""

    id: str
    label: Label
    best: float
    """Of the best works, the share that has it; or their median."""
    worst: float
    unit: Unit = "ratio"
    works: int = 0
    """So many works were looked at."""
