"""The brief of a team, a brand or a portfolio: a digest over its accounts, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from opsengine.report.brief import Goal, Notes, Period
from opsengine.report.correcting import Correction
from opsengine.report.labels import Label, Status, Unit, Verdict
from opsengine.report.measured import Number
from opsengine.report.plainness import as_json, as_plain
from opsengine.report.sections import Sections

MOVERS = 3
"""So many accounts are named as risen and as fallen."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One account in the digest: both scores, and where its primary goal stands."""

    account_id: str
    name: str
    verdict: Verdict
    business: float | None
    popularity: float | None
    industry: str | None = None
    previous_business: float | None = None
    previous_popularity: float | None = None
    status: Status | None = None
    """None when the account has no primary goal."""
    progress: float | None = None
    alerts: int = 0
    critical_alerts: int = 0
    open_tasks: int = 0
    overdue_tasks: int = 0
    team: str | None = None
    brand: str | None = None

    @property
    def business_change(self) -> float | None:
        """Points of the business score since the end of the previous period."""
        return _difference(self.business, self.previous_business)

    @property
    def popularity_change(self) -> float | None:
        """Points of the popularity score since the end of the previous period."""
        return _difference(self.popularity, self.previous_popularity)


@dataclass(frozen=True, slots=True)
class GoalAtRisk:
    """A goal that is not on its way, and whose."""

    account_id: str
    name: str
    metric: Label
    unit: Unit
    target: float
    status: Status
    actual: float | None = None
    progress: float | None = None
    expected: float | None = None
    needed_per_day: float | None = None


@dataclass(frozen=True, slots=True)
class TeamBrief:
    """Everything there is to say about the accounts of one team, brand or portfolio and one period."""

    report: str
    title: Label
    period: Period
    team: str
    accounts: tuple[Standing, ...]
    notes: Notes
    goals_at_risk: tuple[GoalAtRisk, ...] = ()
    goals: tuple[Goal, ...] = ()
    """What the team promised for its accounts together."""
    kind: Literal["team", "brand", "portfolio"] = "team"
    numbers: tuple[Number, ...] = ()
    """The numbers of all accounts together."""
    corrections: tuple[Correction, ...] = ()
    """What the revision before told otherwise."""
    sections: tuple[str, ...] = field(default_factory=lambda: Sections().shown)
    """The sections that are shown."""

    @property
    def verdict(self) -> Verdict:
        """The worst that is true of at least one account in five, and never `good` while one needs action."""
        acting = sum(1 for account in self.accounts if account.verdict == "act")
        if acting * 5 >= max(len(self.accounts), 1):
            return "act"
        return "watch" if any(account.verdict != "good" for account in self.accounts) else "good"

    @property
    def risen(self) -> tuple[Standing, ...]:
        """The accounts whose business score rose most."""
        moved = [account for account in self.accounts if (account.business_change or 0) > 0]
        return tuple(sorted(moved, key=lambda account: (-(account.business_change or 0), account.account_id))[:MOVERS])

    @property
    def fallen(self) -> tuple[Standing, ...]:
        """The accounts whose business score fell most."""
        moved = [account for account in self.accounts if (account.business_change or 0) < 0]
        return tuple(sorted(moved, key=lambda account: ((account.business_change or 0), account.account_id))[:MOVERS])

    def as_plain(self) -> dict[str, Any]:
        """The brief as dicts, lists, texts and numbers, its verdict and movers included."""
        return dict(as_plain(self))

    def as_json(self) -> str:
        """The brief as JSON with sorted keys; the same brief is the same text. Raises DataError on NaN and infinity."""
        return as_json(self)


def _difference(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before
