"""A promise: who, in which cycle, which metric, how much.

`GoalFile` is what a person writes; `Goal` is what it means once the cycle is dates, the metrics are known and every
measure has its direction. A file holds one primary measure, or secondary ones, or guardrails, or several of these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import model_validator

from opsengine.goals.terms import Composite, Direction, Guardrail, PaceName, PacePoint, Promise, SecondaryPromise, Subject
from opsengine.project import Declared

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from opsengine.errors import Place
    from opsengine.goals.cycle import Cycle

SECONDARY_WEIGHTS = Decimal(1)
"""What the weights of a file's secondary measures add up to."""


class Role(StrEnum):
    """What a measure is in its goal."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    GUARDRAIL = "guardrail"


class GoalFile(Declared):
    """A promise of one subject over one cycle, as it stands in `goals/NAME.yaml`."""

    kind: Literal["goal"]
    subject: Subject
    """Who promises."""
    cycle: str
    """`2026-06`, `2026-W24`, `2026-06-18`, `2026-Q2`, `2026-H1`, `2026`, `2026-06-01..2026-06-18`, or a campaign: `618-2026`."""
    why: str = ""
    """A sentence for someone who was not in the room."""
    owner: str = ""
    """Who answers for it."""
    primary: Promise | None = None
    """The main promise; one for a subject and cycle."""
    secondary: tuple[SecondaryPromise, ...] = ()
    """Promises beside it."""
    guardrails: tuple[Guardrail, ...] = ()
    """What must not suffer on the way."""
    pace: PaceName = "linear"
    """What is expected by when: `linear`, `workdays` (Chinese holidays and 调休 known), `weekdays` (the subject's own week),
    `last` (as in the cycle before, or the campaign a year ago) or `peers` (as their cycle before)."""
    curve: tuple[PacePoint, ...] = ()
    """A pace drawn by hand instead: how much of the way by which day."""
    composite: Composite = Composite()
    """How the measures count together."""
    check_in: Literal["day", "week", "month"] | None = None
    """How often its owner says how it goes, with `opsengine goals note`."""
    cascade: Literal["exact", "at_least", "off"] = "exact"
    """Of a team or a brand: how the goals of its accounts for the same metric and cycle must add up to it."""

    @model_validator(mode="after")
    def _promises_something(self) -> GoalFile:
        if self.primary is None and not self.secondary and not self.guardrails:
            raise ValueError("a goal needs a `primary`, a `secondary` or a guardrail")
        return self


class KnownMetric(Protocol):
    """What goals must know of a metric; the catalogue's own metrics fit."""

    @property
    def kind(self) -> str:
        """`flow`, `stock` or `ratio`."""

    @property
    def unit(self) -> str:
        """`count`, `yuan`, `ratio`, `seconds`, `minutes`."""

    @property
    def direction(self) -> str:
        """`up` or `down`."""


class Registered(Protocol):
    """What goals must know of an account; those of the register fit."""

    @property
    def account_id(self) -> str:
        """Its id."""

    @property
    def team(self) -> str | None:
        """Who works on it, when it is said."""

    @property
    def brand(self) -> str | None:
        """Whose it is, when it is said."""

    @property
    def industry(self) -> str:
        """What it deals in."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a goal may speak of."""

    metrics: Mapping[str, KnownMetric]
    accounts: Collection[str]
    teams: Collection[str] = ()
    brands: Collection[str] = ()
    register: Collection[Registered] = ()
    """The accounts with what is said of them; empty where that is not known."""

    @classmethod
    def of(cls, metrics: Mapping[str, KnownMetric], accounts: Collection[Registered]) -> Known:
        """These metrics, these accounts, and the teams and brands that they belong to."""
        ids = {account.account_id for account in accounts}
        teams = {account.team for account in accounts if account.team}
        brands = {account.brand for account in accounts if account.brand}
        return cls(metrics, ids, teams, brands, accounts)


@dataclass(frozen=True, slots=True)
class ScoreMetric:
    """A composite score, spoken of like a metric: the last one known counts, and that of a team is its accounts' mean."""

    kind: str = "score"
    unit: str = "points"
    direction: str = "up"


SCORES: Mapping[str, ScoreMetric] = {
    "business_score": ScoreMetric(),
    "popularity_score": ScoreMetric(),
    "business_rank": ScoreMetric(unit="count", direction="down"),
    "popularity_rank": ScoreMetric(unit="count", direction="down"),
}
"""Scores, and the places they give among the peers: 1 is the best."""
BEST_SCORE = 1000
"""No score is more."""
LEAST_NUMBER = Decimal("0.000001")
"""What tables tell from nothing."""
RANKS = ("business_rank", "popularity_rank")
"""What is told of single days only, and depends on what the others do."""


@dataclass(frozen=True, slots=True)
class Rests:
    """What a target is made of that is no number: earlier days of the subject, or what its peers brought."""

    first: date
    last: date
    factor: Decimal = Decimal(1)
    """How many times as much."""
    benchmark: str = ""
    """`p25`, `p50` or `p75` of the peers; empty for the subject's own days."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric of a goal and what it shall reach, fully spelled out."""

    role: Role
    metric: str
    kind: str
    """`flow`, `stock`, `ratio` or `score`."""
    unit: str
    direction: Direction
    target: Decimal
    """Of a guardrail: its limit."""
    floor: Decimal | None = None
    stretch: Decimal | None = None
    weight: Decimal | None = None
    """Share among the secondary measures of the file; they add up to 1. None for other roles."""
    place: Place | None = None
    """Where it is written."""
    steps: tuple[tuple[date, Decimal], ...] = ()
    """What shall be there by which day, when that is said."""
    rests_on: Rests | None = None
    """What the target is made of when it is no number; `target` is 0 until that is known."""

    @property
    def is_open(self) -> bool:
        """Whether the target rests on data that is not there."""
        return self.rests_on is not None and self.target == 0


@dataclass(frozen=True, slots=True)
class Plan:
    """How a goal is judged and kept, beside its measures."""

    pace: PaceName = "linear"
    curve: tuple[tuple[date, Decimal], ...] = ()
    """A pace drawn by hand: share of the way by day; it wins over `pace`."""
    composite: Composite = field(default_factory=Composite)
    check_in: str | None = None
    cascade: str = "exact"
    earlier: Cycle | None = None
    """The cycle before; for a campaign last year's, None where its days are not known."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal file, understood."""

    name: str
    """The file's name without `.yaml`."""
    file: str
    """The file as the user knows it."""
    revision: str
    """SHA-256 of the file's text: the same promise has the same revision."""
    subject: Subject
    cycle: Cycle
    why: str
    owner: str
    measures: tuple[Measure, ...]
    """Primary first, then secondary, then guardrails; no metric twice in one role."""
    plan: Plan = field(default_factory=Plan)
    """What the file says beside its measures."""

    @property
    def primary(self) -> Measure | None:
        """The main promise, when this file holds it."""
        return next((measure for measure in self.measures if measure.role is Role.PRIMARY), None)
