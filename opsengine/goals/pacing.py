"""How far a promise is, how far it should be by now, and what to call that.

A running promise whose landing is foreseen is called by the odds of its target; one without a forecast by its pace. The pace
follows the curve that the file declares, else it is linear: a third of the days gone, a third of the way expected. What that
means differs by kind:

    flow, more is better    the sum so far against the target; reached as soon as it is there
    flow, less is better    an allowance: the sum so far against the part of it that the days gone allow; missed as soon as
                            it is used up, reached only when the cycle is over
    stock, score            the way from where it stood before the cycle to the target; decided on the last day
    ratio                   the same target on every day, for a ratio does not grow; decided on the last day
    guardrail               keeps its limit or does not; a flow below its limit is measured by the days gone

A missing day is not a day with nothing: a sum is judged by the days that have data. When the cycle is over and its missing
days, as good as the others, would turn the verdict, there is none.

Numbers are exact decimals, None where there is none; a share is 1 for all of it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from opsengine.goals.goal import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsengine.goals.goal import Measure

AHEAD_FROM = Decimal("1.05")
"""Five hundredths more than the pace asks for is more than chance."""
ON_TRACK_FROM = Decimal("0.95")
"""Five hundredths less is within what a single day can bring back."""
AT_RISK_FROM = Decimal("0.80")
"""A fifth behind can still be made good with effort; more is behind."""
ODDS_AHEAD = 0.9
"""Nine in ten: it would take bad luck to miss."""
ODDS_ON_TRACK = 0.7
"""Seven in ten reach it."""
ODDS_AT_RISK = 0.3
"""Three in ten still do; fewer is behind."""
ODDS_SLACK = 0.05
"""A word is given up only when the odds are this far below its bound, so that it does not flap; a better one is given at once."""
ENOUGH_DAYS = Decimal("0.5")
"""A sum over less than half of its days says nothing about the whole."""
LEVEL_IS_STALE_AFTER_DAYS = 7
"""A level (stock, score, ratio) may be measured weekly; what is older than a week is not known."""


class Status(StrEnum):
    """Where a promise stands."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    BEHIND = "behind"
    REACHED = "reached"
    MISSED = "missed"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Stand:
    """One measure on one day of its cycle: the numbers that its pace is made of."""

    measure: Measure
    actual: Decimal
    """Reached so far."""
    baseline: Decimal | None
    """Where a level stood before the cycle."""
    days: int
    """Days of the cycle."""
    days_elapsed: int
    """Days of it that are past, at least 1."""
    coverage: Decimal = Decimal(1)
    """The share of the days past that have data, more than 0."""
    curve: Decimal | None = None
    """The share that the declared curve expects by now; None for a linear pace."""

    @property
    def due(self) -> Decimal:
        """The share of the way that is expected by now; all of it on the last day, whatever the curve."""
        return self.elapsed if self.curve is None or self.is_over else self.curve

    @property
    def elapsed(self) -> Decimal:
        """The share of the cycle that is past."""
        return Decimal(self.days_elapsed) / self.days

    @property
    def is_over(self) -> bool:
        """Whether every day is past."""
        return self.days_elapsed >= self.days

    @property
    def is_met(self) -> bool:
        """Whether the number promised is there today, whatever may come."""
        return self._keeps(self.actual)

    @property
    def is_undecided(self) -> bool:
        """Whether a cycle is over and its missing days, as good as the others, would turn the verdict."""
        if not self.is_over or self.measure.kind != "flow":
            return False
        return self._keeps(self.actual) != self._keeps(self.actual / self.coverage)

    @property
    def expected(self) -> Decimal:
        """What it should be by now."""
        target = self.measure.target
        if self.measure.kind == "flow":
            return target * self.due
        start = self.start_of_way
        return target if start is None else start + (target - start) * self.due

    @property
    def progress(self) -> Decimal | None:
        """The share of the promise that is kept; of an allowance, the share used. None when the target is zero.

        A ratio where less is better and a tenth above its target is at 0.9, as one where more is better a tenth below.
        """
        start, target = self.start_of_way, self.measure.target
        if start is not None:
            return (self.actual - start) / (target - start)
        if target == 0:
            return None
        if self.measure.direction == "down" and self.measure.kind != "flow":
            return max(2 - self.actual / target, Decimal(0))
        return self.actual / target

    @property
    def index(self) -> Decimal | None:
        """How the pace is kept: 1 is as expected, more is better, whichever way is good. None when the target is zero."""
        if self.measure.target == 0:
            return None
        if self.measure.kind != "flow":
            due = Decimal(1) if self.start_of_way is None else self.due
            return (self.progress or Decimal(0)) / due if due else None
        if self.expected == 0:
            return None
        share = self.actual / (self.expected * self.coverage)
        return share if self.measure.direction == "up" else 2 - share

    @property
    def needed_per_day(self) -> Decimal | None:
        """What each remaining day must bring; of an allowance, what it may use. None for ratios and when no day remains."""
        if self.is_over or self.measure.kind == "ratio":
            return None
        missing = self.measure.target - self.actual
        if self.measure.direction == "down" and self.measure.kind != "flow":
            missing = -missing
        return max(missing, Decimal(0)) / (self.days - self.days_elapsed)

    @property
    def status(self) -> Status:
        """Its word."""
        if self.is_undecided:
            return self.certain
        if self.is_over:
            return Status.REACHED if self.is_met else Status.MISSED
        if self.measure.kind == "flow" and self.measure.direction == "down" and not self.is_met:
            return Status.MISSED
        if self.measure.role is Role.GUARDRAIL:
            return Status.ON_TRACK if self._keeps_limit else Status.BEHIND
        if self.measure.kind == "flow" and self.measure.direction == "up" and self.is_met:
            return Status.REACHED
        return _word(self.index)

    @property
    def start_of_way(self) -> Decimal | None:
        """Where the way to a level's target begins; None for flows, ratios, guardrails, and where the target is behind already."""
        measure, start = self.measure, self.baseline
        if measure.kind not in ("stock", "score") or measure.role is Role.GUARDRAIL or start is None:
            return None
        is_ahead = start < measure.target if measure.direction == "up" else start > measure.target
        return start if is_ahead else None

    @property
    def _keeps_limit(self) -> bool:
        """Whether a guardrail holds today; one that a sum must not fall below asks for its share of the days."""
        if self.measure.kind == "flow" and self.measure.direction == "up":
            return self.actual >= self.expected * self.coverage
        return self.is_met

    @property
    def certain(self) -> Status:
        """What can be said in spite of missing days: a target that is there, an allowance that is used up."""
        if self.measure.direction == "up":
            return Status.REACHED if self.is_met else Status.NO_DATA
        return Status.NO_DATA if self.is_met else Status.MISSED

    def _keeps(self, number: Decimal) -> bool:
        """Whether a number is what was promised."""
        return number >= self.measure.target if self.measure.direction == "up" else number <= self.measure.target


def word_of_odds(odds: Sequence[float]) -> Status:
    """The word for the odds of a target, as seen today, yesterday and so on; at least one."""
    place = bisect_right(_BOUNDS, odds[-1])
    for chance in reversed(odds[:-1]):
        place = max(bisect_right(_BOUNDS, chance), min(place, bisect_right(_BOUNDS, chance + ODDS_SLACK)))
    return _GOOD[place]


_GOOD = (Status.BEHIND, Status.AT_RISK, Status.ON_TRACK, Status.AHEAD)
"""Each better than the one before,"""
_BOUNDS = (ODDS_AT_RISK, ODDS_ON_TRACK, ODDS_AHEAD)
"""and from which odds on it is one of the better ones."""


def _word(index: Decimal | None) -> Status:
    if index is None:
        return Status.ON_TRACK
    steps = ((AHEAD_FROM, Status.AHEAD), (ON_TRACK_FROM, Status.ON_TRACK), (AT_RISK_FROM, Status.AT_RISK))
    return next((status for bound, status in steps if index >= bound), Status.BEHIND)
