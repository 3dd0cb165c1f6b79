"""A promise: who, in which cycle, which metric, how much.

`GoalFile` is what a person writes; `Goal` is what it means once the cycle is dates, the metrics are known and every
measure has its direction. A file holds one primary measure, or secondary ones, or guardrails, or several of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from opsengine.project import Amount, Declared

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from opsengine.errors import Place
    from opsengine.goals.cycle import Cycle

Direction = Literal["up", "down"]
SUBJECTS = ("account", "team", "brand")
SECONDARY_WEIGHTS = Decimal(1)
"""What the weights of a file's secondary measures add up to."""


class Role(StrEnum):
    """What a measure is in its goal."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    GUARDRAIL = "guardrail"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Subject(_Part):
    """Who promises: exactly one of an account, a team or a brand. A team or a brand promises for its accounts together."""

    account: str | None = None
    """An `account_id` of accounts.csv."""
    team: str | None = None
    """A `team` of accounts.csv."""
    brand: str | None = None
    """A `brand` of accounts.csv."""

    @model_validator(mode="after")
    def _is_one(self) -> Subject:
        if sum(getattr(self, kind) is not None for kind in SUBJECTS) != 1:
            raise ValueError("name exactly one of `account`, `team` and `brand`")
        return self

    @property
    def kind(self) -> str:
        """`account`, `team` or `brand`."""
        return next(kind for kind in SUBJECTS if getattr(self, kind) is not None)

    @property
    def key(self) -> str:
        """Its id or name."""
        return str(getattr(self, self.kind))


class Levels(_Part):
    """Steps around the target: what must be reached at least, and what would be excellent."""

    floor: Amount | None = None
    """The least that still counts."""
    target: Amount | None = None
    """The target again, for those who like all three in one place; must be the same number."""
    stretch: Amount | None = None
    """More than was promised."""


class Promise(_Part):
    """One metric and what it shall reach."""

    metric: str
    """A metric of the catalogue, or a score: `business_score`, `popularity_score`."""
    target: Annotated[Amount, Field(gt=0)]
    """What it shall reach by the end of the cycle; `1200000`, `1,200,000`, `120万` and `35%` are all understood."""
    direction: Direction | None = None
    """`up` when more is better, `down` when less is; the catalogue knows it for every metric it has."""
    levels: Levels = Levels()
    """Steps around the target."""


class SecondaryPromise(Promise):
    """A promise beside the primary one."""

    weight: Annotated[Amount, Field(gt=0, le=1)] | None = None
    """Its share among the secondary measures of this file; give all of them one or none."""


class Guardrail(_Part):
    """What must not suffer on the way: exactly one limit."""

    metric: str
    """A metric of the catalogue."""
    must_not_fall_below: Annotated[Amount, Field(ge=0)] | None = None
    """The least it may be."""
    must_not_rise_above: Annotated[Amount, Field(ge=0)] | None = None
    """The most it may be."""

    @model_validator(mode="after")
    def _is_one(self) -> Guardrail:
        if (self.must_not_fall_below is None) == (self.must_not_rise_above is None):
            raise ValueError("say exactly one of `must_not_fall_below` and `must_not_rise_above`")
        return self

    @property
    def direction(self) -> Direction:
        """Which way is good."""
        return "up" if self.must_not_fall_below is not None else "down"

    @property
    def limit(self) -> Decimal:
        """The number it must keep to."""
        return self.must_not_fall_below if self.must_not_fall_below is not None else self.must_not_rise_above or Decimal(0)


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


@dataclass(frozen=True, slots=True)
class Known:
    """What a goal may speak of."""

    metrics: Mapping[str, KnownMetric]
    accounts: Collection[str]
    teams: Collection[str] = ()
    brands: Collection[str] = ()

    @classmethod
    def of(cls, metrics: Mapping[str, KnownMetric], accounts: Collection[Registered]) -> Known:
        """These metrics, these accounts, and the teams and brands that they belong to."""
        ids = {account.account_id for account in accounts}
        teams = {account.team for account in accounts if account.team}
        brands = {account.brand for account in accounts if account.brand}
        return cls(metrics, ids, teams, brands)


@dataclass(frozen=True, slots=True)
class ScoreMetric:
    """A composite score, spoken of like a metric: the last one known counts, and that of a team is its accounts' mean."""

    kind: str = "score"
    unit: str = "points"
    direction: str = "up"


SCORES: Mapping[str, ScoreMetric] = {"business_score": ScoreMetric(), "popularity_score": ScoreMetric()}


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

    @property
    def primary(self) -> Measure | None:
        """The main promise, when this file holds it."""
        return next((measure for measure in self.measures if measure.role is Role.PRIMARY), None)
