"""What was taken up, what it taught, what comes next, and what the ledger says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from opsengine.report.labels import Label, Unit


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a play that was taken up."""

    title: Label
    play: Label
    state: Literal["accepted", "started", "done", "verified", "expired"]
    owner: str
    due: date
    as_of: date
    """The last day of the period."""
    verified: bool | None = None
    """Whether the data proved it; None while nobody can tell."""

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in ("accepted", "started")

    @property
    def is_overdue(self) -> bool:
        """Whether its day is past and it is not done."""
        return (self.is_open and self.due < self.as_of) or (self.state == "expired" and self.verified is None)


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A goal whose owner was to say how it goes, and has not."""

    goal: str
    metric: Label
    owner: str
    every: Literal["day", "week", "month"]
    last: date | None
    """The newest check-in; None when there was none in this cycle."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one play did, measured against its peers, beside what was expected; effects are relative changes."""

    text: Label | None = None
    """The sentence, where a person wrote it."""
    play: Label | None = None
    metric: Label | None = None
    verdict: Literal["worked", "fell_short", "hurt", "unclear", "too_few", ""] = ""
    expected_low: float | None = None
    expected_high: float | None = None
    realised: float | None = None
    realised_low: float | None = None
    realised_high: float | None = None
    cases: int = 0
    hit_rate: float | None = None
    is_own: bool = False
    """Whether this account took the play up itself."""


@dataclass(frozen=True, slots=True)
class NextLevel:
    """One level of a proposed goal, and the chance to reach it."""

    id: Literal["floor", "target", "stretch"]
    label: Label
    value: float
    odds: float | None


@dataclass(frozen=True, slots=True)
class NextGoal:
    """The goal proposed for the next cycle; a person reviews it before it counts."""

    metric: Label
    unit: Unit
    cycle: str
    start: date
    end: date
    levels: tuple[NextLevel, ...]
    last: float | None = None
    """What the last finished cycle came to."""
    same_last_year: float | None = None
    peers_median: float | None = None

    @property
    def target(self) -> NextLevel | None:
        """The level that counts."""
        return next((level for level in self.levels if level.id == "target"), None)


@dataclass(frozen=True, slots=True)
class Balance:
    """What the ledger holds for the account in one unit, of cycles that were over."""

    unit: Label
    pending: float
    confirmed: float
    fulfilled: float
