"""How an alert lives: from nothing over pending to firing, and back; what is told of it, and what is not.

    ok ──▶ pending ──▶ firing ──▶ recovering ──▶ ok      no data and error may come between, and are no recovery
              └─────────▲  ▲──────────┘                  snoozed hides whatever is beneath it until its time is over

Everything here is arithmetic over values: the moment is handed in, and a mark is all that is remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Phase(StrEnum):
    """Where an alert stands in its life."""

    OK = "ok"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"
    NO_DATA = "no_data"
    ERROR = "error"
    SNOOZED = "snoozed"


class Word(StrEnum):
    """What people are told of an alert."""

    FIRED = "fired"
    STILL = "still"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a rule says about the life of its alerts."""

    wait: timedelta = timedelta()
    """How long it must hold before it fires."""
    keep: timedelta = timedelta()
    """How long it must be over before it is over."""
    renotify: timedelta = timedelta(hours=24)
    """The least time between two messages that it fires."""
    remind: timedelta | None = None
    """After which time somebody is reminded; None for never."""
    tells_recovery: bool = True
    grades: int = 1
    """How many severities its alerts may have: each time one becomes graver than people know, they are told at once."""

    def most_words(self, span: timedelta) -> int:
        """Messages that one alert can cause within a span of time, whatever its numbers do."""
        pace = min(self.renotify, self.remind) if self.remind else self.renotify
        fired = (1 + (span // pace if pace else 10**9)) * self.grades
        return fired * (2 if self.tells_recovery else 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """All that is remembered of an alert between two looks."""

    phase: Phase
    """Never snoozed: that lies over it."""
    since: datetime
    """When the present phase began."""
    fired_at: datetime | None = None
    """When the present trouble fired; None when there is none."""
    told_at: datetime | None = None
    """When people were last told that it fires, in this trouble or an earlier one."""
    is_told: bool = False
    """Whether people know of the present trouble."""
    snoozed_until: datetime | None = None
    acknowledged_by: str = ""
    """Who has taken the present trouble on; no reminders then."""
    told_grade: int = 0
    """How grave people were told it is: 0 for not at all, more for graver."""

    def shown(self, now: datetime) -> Phase:
        """The phase as people see it."""
        is_snoozed = self.snoozed_until is not None and now < self.snoozed_until and self.phase is not Phase.OK
        return Phase.SNOOZED if is_snoozed else self.phase


@dataclass(frozen=True, slots=True)
class Step:
    """What one look made of a mark, and what is to be told of it."""

    mark: Mark
    word: Word | None = None
    withheld: str = ""
    """Why something that happened is not told: `snoozed`, `told before`, `acknowledged`; empty when nothing is withheld."""


def begin(now: datetime) -> Mark:
    """An alert that nobody has seen before."""
    return Mark(Phase.OK, now)


def step(mark: Mark, seen: str, terms: Terms, now: datetime, grade: int = 1) -> Step:
    """One look at `now`: `seen` is `firing`, `ok`, `no_data`, `error` or `masked`; `grade` is how grave it is, more for graver."""
    moved = _moved(mark, seen, terms, now)
    return _spoken(mark, moved, terms, now, grade)


def snoozed(mark: Mark, until: datetime) -> Mark:
    """The alert kept silent until a moment."""
    return replace(mark, snoozed_until=until)


def acknowledged(mark: Mark, by: str) -> Mark:
    """The alert taken on by somebody."""
    return replace(mark, acknowledged_by=by)


def _moved(mark: Mark, seen: str, terms: Terms, now: datetime) -> Mark:
    match seen:
        case "firing":
            return _burning(mark, terms, now)
        case "ok":
            return _calm(mark, terms, now)
        case "no_data" | "error":
            return _to(mark, Phase(seen), now)
        case _:
            return mark


def _burning(mark: Mark, terms: Terms, now: datetime) -> Mark:
    if mark.fired_at is not None:
        return _to(mark, Phase.FIRING, now)
    began = mark.since if mark.phase is Phase.PENDING else now
    if now - began < terms.wait:
        return _to(mark, Phase.PENDING, now)
    return replace(_to(mark, Phase.FIRING, now), fired_at=now, is_told=False, acknowledged_by="")


def _calm(mark: Mark, terms: Terms, now: datetime) -> Mark:
    if mark.fired_at is None:
        return _to(mark, Phase.OK, now)
    began = mark.since if mark.phase is Phase.RECOVERING else now
    if now - began < terms.keep:
        return _to(mark, Phase.RECOVERING, now)
    return replace(_to(mark, Phase.OK, now), fired_at=None, acknowledged_by="")


def _to(mark: Mark, phase: Phase, now: datetime) -> Mark:
    return mark if mark.phase is phase else replace(mark, phase=phase, since=now)


def _spoken(before: Mark, mark: Mark, terms: Terms, now: datetime, grade: int) -> Step:
    if before.fired_at is not None and mark.fired_at is None:
        return _farewell(before, mark, terms, now)
    if mark.phase is not Phase.FIRING:
        return Step(mark)
    is_due = terms.remind is not None and mark.told_at is not None and now - mark.told_at >= terms.remind
    is_graver = 0 < mark.told_grade < grade
    if mark.is_told and not is_due and not is_graver:
        return Step(mark)
    withheld = _withheld(mark, terms, now, grade)
    if withheld:
        return Step(mark, withheld=withheld)
    known = grade if _is_long_ago(mark, terms, now) else max(mark.told_grade, grade)
    told = replace(mark, is_told=True, told_at=now, told_grade=known)
    return Step(told, Word.STILL if mark.is_told else Word.FIRED)


def _withheld(mark: Mark, terms: Terms, now: datetime, grade: int) -> str:
    """Why there is something to tell, and it is not told now. What is graver than people know waits for nothing but a snooze."""
    if mark.snoozed_until is not None and now < mark.snoozed_until:
        return "snoozed"
    if 0 < mark.told_grade < grade:
        return ""
    if mark.is_told:
        return "acknowledged" if mark.acknowledged_by else ""
    return "" if _is_long_ago(mark, terms, now) else "told before"


def _is_long_ago(mark: Mark, terms: Terms, now: datetime) -> bool:
    """Whether people were last told so long ago, or never, that they may be told again."""
    return mark.told_at is None or now - mark.told_at >= terms.renotify


def _farewell(before: Mark, mark: Mark, terms: Terms, now: datetime) -> Step:
    """The trouble is over: told to those who knew of it, once for each time that they were told it began."""
    quiet = replace(mark, is_told=False)
    if not before.is_told or not terms.tells_recovery:
        return Step(quiet)
    if before.snoozed_until is not None and now < before.snoozed_until:
        return Step(quiet, withheld="snoozed")
    return Step(quiet, Word.OVER)
