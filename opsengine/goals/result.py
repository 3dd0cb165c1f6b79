"""Where one measure of one goal stood at the end of one day: what was found of it, and all that follows from that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from opsengine.goals.curving import Due, linear
from opsengine.goals.forecasting import Landing, landed
from opsengine.goals.goal import Role
from opsengine.goals.measuring import measure_id_of
from opsengine.goals.pacing import ENOUGH_DAYS, LEVEL_IS_STALE_AFTER_DAYS, Stand, Status, word_of_odds
from opsengine.goals.remarking import remarks_of
from opsengine.state import collector_at_rest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsengine.goals.checkins import CheckIn
    from opsengine.goals.cycle import Cycle
    from opsengine.goals.forecasting import Foreseen
    from opsengine.goals.goal import Goal, Measure
    from opsengine.goals.history import Change
    from opsengine.goals.notes import Note
    from opsengine.goals.remark import Remark
    from opsengine.goals.together import Together


@dataclass(frozen=True, slots=True)
class Found:
    """What the warehouse knows of one measure; sums are exact, None where nothing is known."""

    accounts: int = 0
    """Accounts behind the promise."""
    accounts_with_data: int = 0
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    """1 but for ratios and scores."""
    baseline: Decimal | None = None
    days_expected: int = 0
    """Days so far that could have data, over all accounts."""
    days_with_data: int = 0
    last_day: date | None = None
    days_typed: int = 0
    """Days among them that tell a ratio as it is, without its parts."""


@dataclass(frozen=True)
class GoalResult:
    """Where one measure of one goal stood at the end of one day. A missing day is missing, never zero.

    What costs arithmetic is worked out once: there may be tens of thousands of these.
    """

    goal: Goal
    measure: Measure
    as_of: date
    found: Found
    forecast: Foreseen | None = None
    """What is foreseen of a running cycle: where it lands, and the odds of the target."""
    due: Due | None = None
    """What the declared curve expects by now; None for a linear pace."""
    lowered: Change | None = None
    """The newest change that made the target easier while the cycle ran."""
    commit: str = ""
    """The newest commit of the goal file; empty without git."""
    is_edited: bool = False
    """Whether the goal file was changed since that commit."""
    note_of_owner: Note | None = None
    """The newest check-in, on the primary measure."""
    check_in: CheckIn | None = None
    """Whether its owner keeps the rhythm that the file asks for, on the primary measure or the first."""
    together: Together | None = None
    """The odds that all measures of the goal are reached, on the primary measure."""

    @property
    def measure_id(self) -> str:
        """Goal, role and metric: one result in a check."""
        return measure_id_of(self.goal, self.measure)

    @property
    def cycle(self) -> Cycle:
        """The cycle of the goal."""
        return self.goal.cycle

    @property
    def account_id(self) -> str | None:
        """The account that promised; None for a team or a brand."""
        return self.goal.subject.account

    @cached_property
    def actual(self) -> Decimal | None:
        """Reached so far; None when nothing is known, or a ratio has nothing to divide by."""
        if self.found.numerator is None or not self.found.denominator:
            return None
        return self.found.numerator / self.found.denominator

    @property
    def elapsed(self) -> Decimal:
        """The share of the cycle's days that are past, 0 to 1."""
        return Decimal(self.cycle.days_elapsed(self.as_of)) / self.cycle.days

    @cached_property
    def expected(self) -> Decimal | None:
        """What it should be by now; None before the cycle begins, and while nothing is known."""
        return self._stand.expected if self._stand else None

    @property
    def told_revision(self) -> str:
        """What a reader finds the promise by: the commit of its file, with a `+` when changed since; else the file's hash."""
        return self.commit[:10] + ("+" if self.is_edited else "") if self.commit else self.goal.revision[:12]

    @cached_property
    def expected_days(self) -> tuple[ExpectedDay, ...]:
        """What should be there by the end of each day of the cycle, by the declared pace; empty while nothing is promised."""
        if self.measure.is_open or self.measure.kind == "ratio":
            return ()
        shares = (self.due.shares if self.due else ()) or linear(self.cycle)
        start = self._stand.start_of_way if self._stand else None
        begins, way = (Decimal(0), self.measure.target) if start is None else (start, self.measure.target - start)
        if self.measure.kind != "flow" and start is None:
            begins, way = self.measure.target, Decimal(0)
        days = (self.cycle.start + timedelta(days=number) for number in range(self.cycle.days))
        return tuple(ExpectedDay(day, share, begins + way * share) for day, share in zip(days, shares, strict=True))

    @property
    def progress(self) -> Decimal | None:
        """The share of the promise that is kept; `pacing` says what that means for each kind."""
        return self._stand.progress if self._stand else None

    @property
    def needed_per_day(self) -> Decimal | None:
        """What each remaining day must bring, or may use."""
        return self._stand.needed_per_day if self._stand else None

    @property
    def pace(self) -> Decimal | None:
        """1 is as expected, more is better; None when nothing is known or the cycle is not running."""
        return self._stand.index if self._stand else None

    @cached_property
    def status(self) -> Status:
        """Its word: by the odds of the target where they are known, else by the pace."""
        if self._stand is None or not self.has_enough_data:
            return self._stand.certain if self._stand and self.measure.kind == "flow" else Status.NO_DATA
        return word_of_odds(self.forecast.odds) if self.forecast and self._is_called_by_odds else self._stand.status

    @cached_property
    def _is_called_by_odds(self) -> bool:
        """Whether it is still open, and no guardrail: those hold today or do not."""
        is_open = self._stand is not None and self._stand.status not in (Status.REACHED, Status.MISSED, Status.NO_DATA)
        return self.is_running and is_open and self.measure.role is not Role.GUARDRAIL

    @cached_property
    def landing(self) -> Landing | None:
        """Where it will end, or has ended; None when there is no forecast, or not enough data to rest one on."""
        if self.status is Status.NO_DATA or self.actual is None:
            return None
        if self.is_over:
            return landed(float(self.actual))
        return self.forecast.landing if self.forecast else None

    @property
    def odds(self) -> float | None:
        """The probability of the target, 0 to 1; None when there is no landing."""
        if self.landing is None:
            return None
        if self.is_over:
            return 1.0 if self.status is Status.REACHED else 0.0
        return self.forecast.odds[0] if self.forecast else None

    @property
    def is_over(self) -> bool:
        """Whether every day of the cycle is past."""
        return self.cycle.is_over(self.as_of)

    @property
    def is_running(self) -> bool:
        """Whether the cycle has begun and is not over."""
        return self.cycle.has_begun(self.as_of) and not self.is_over

    @property
    def has_complete_data(self) -> bool:
        """Whether no day so far is missing for any account: what money may rest on."""
        return self.found.accounts > 0 and self.found.days_with_data >= self.found.days_expected > 0

    @cached_property
    def has_enough_data(self) -> bool:
        """Whether there is enough to give it a word: half of the days for a sum, a fresh reading for a level."""
        if self.found.last_day is None:
            return False
        if self.measure.kind == "flow":
            return Decimal(self.found.days_with_data) >= ENOUGH_DAYS * self.found.days_expected
        return self._days_since_reading < LEVEL_IS_STALE_AFTER_DAYS

    @property
    def level(self) -> str | None:
        """The highest level that stands: `stretch`, `target` or `floor`; None below all of them."""
        sign = 1 if self.measure.direction == "up" else -1
        levels = (("stretch", self.measure.stretch), ("target", self.measure.target), ("floor", self.measure.floor))
        actual = self.actual
        if actual is None:
            return None
        return next((name for name, bound in levels if bound is not None and actual * sign >= bound * sign), None)

    @cached_property
    def remarks(self) -> tuple[Remark, ...]:
        """What a reader must know beside the numbers."""
        return tuple(remarks_of(self))

    def as_json(self) -> dict[str, Any]:
        """The result as `opsengine goals status` prints it."""
        measure, cycle = self.measure, self.cycle
        return {
            "goal": self.goal.name,
            "file": self.goal.file,
            "revision": self.goal.revision,
            "commit": self.commit or None,
            "edited_since": self.is_edited,
            "owner": self.goal.owner,
            "account_id": self.account_id,
            "subject": {"kind": self.goal.subject.kind, "id": self.goal.subject.key, "accounts": self.found.accounts},
            "cycle": {"id": cycle.id, "start": cycle.start.isoformat(), "end": cycle.end.isoformat()},
            "role": measure.role.value,
            "metric": measure.metric,
            "unit": measure.unit,
            "direction": measure.direction,
            "target": self._target,
            "levels": {"floor": _number(measure.floor), "target": self._target, "stretch": _number(measure.stretch)},
            "weight": _number(measure.weight),
            "actual": _number(self.actual),
            "baseline": _number(self.found.baseline),
            "progress": _number(self.progress),
            "elapsed": _number(self.elapsed),
            "due": _number(self._stand.due) if self._stand else None,
            "expected": _number(self.expected),
            "needed_per_day": _number(self.needed_per_day),
            "landing": {name: getattr(self.landing, name, None) for name in Landing.__slots__},
            "odds": self.odds,
            "odds_of_levels": dict(self.forecast.levels) if self.forecast and self.landing and not self.is_over else {},
            "status_by": "odds" if self.forecast and self._is_called_by_odds else "pace",
            "status": self.status.value,
            "days": {"elapsed": cycle.days_elapsed(self.as_of), "in_cycle": cycle.days},
            "odds_together": self.together.as_json() if self.together else None,
            "check_in": self.check_in.as_json() if self.check_in else None,
            "lowered": self.lowered.as_json() | {"at": _moment(self.lowered)} if self.lowered else None,
            "coverage": {"days": self.found.days_with_data, "of": self.found.days_expected},
            "note": "; ".join(str(remark) for remark in self.remarks),
        }

    @property
    def _target(self) -> float | int | None:
        return None if self.measure.is_open else _number(self.measure.target)

    @cached_property
    def _stand(self) -> Stand | None:
        actual, days_elapsed = self.actual, self.cycle.days_elapsed(self.as_of)
        if actual is None or days_elapsed == 0 or self.measure.is_open:
            return None
        curve = self.due.share(days_elapsed) if self.due else None
        return Stand(self.measure, actual, self.found.baseline, self.cycle.days, days_elapsed, self._coverage, curve)

    @cached_property
    def _coverage(self) -> Decimal:
        """The share of the days so far that have data; 1 where more of them have than could be expected."""
        found = self.found
        return min(Decimal(found.days_with_data) / found.days_expected, Decimal(1)) if found.days_expected else Decimal(1)

    @property
    def _days_since_reading(self) -> int:
        """Days of the cycle that have passed since the newest one with data."""
        last = self.found.last_day
        return (min(self.as_of, self.cycle.end) - last).days if last else self.cycle.days


@dataclass(frozen=True, slots=True)
class ExpectedDay:
    """One day of the pace that a goal file declares."""

    day: date
    share: Decimal
    """Of the way, 0 to 1, by the end of that day."""
    expected: Decimal
    """What should be there by then."""


def told_as_json(results: Iterable[GoalResult]) -> list[dict[str, Any]]:
    """Results as `opsengine goals status` prints them; for tens of thousands of them a third quicker than one by one."""
    with collector_at_rest():
        return [result.as_json() for result in results]


def _moment(change: Change) -> str | None:
    return change.touch.at.isoformat() if change.touch.at else None


def _number(value: Decimal | None) -> float | int | None:
    """A decimal as a JSON number: whole ones without a point."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
