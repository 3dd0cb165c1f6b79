"""What a promise is made of, as a person writes it: who, which metric, how much, by which steps and levels."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from opsengine.project import Amount

Direction = Literal["up", "down"]
PaceName = Literal["linear", "workdays", "weekdays", "last", "peers"]
SUBJECTS = ("account", "team", "brand", "accounts")
TARGETS = ("target", "steps", "growth", "benchmark")


class Part(BaseModel):
    """A piece of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Selector(Part):
    """Accounts by what accounts.csv says of them: all that is said here must fit; of a list, one entry."""

    industry: tuple[str, ...] = ()
    """Industries."""
    size: tuple[str, ...] = ()
    """Sizes."""
    region: tuple[str, ...] = ()
    """Regions."""
    team: tuple[str, ...] = ()
    """Teams."""
    brand: tuple[str, ...] = ()
    """Brands."""
    platform: tuple[str, ...] = ()
    """Platforms."""

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, data: object) -> object:
        """A single name is a list of one."""
        if not isinstance(data, dict):
            return data
        return {key: [value] if isinstance(value, str) else value for key, value in data.items()}

    @model_validator(mode="after")
    def _selects(self) -> Selector:
        if not self.wanted:
            raise ValueError("say at least one of industry, size, region, team, brand and platform")
        return self

    @property
    def wanted(self) -> dict[str, tuple[str, ...]]:
        """What is asked of an account: one of these values for each of these attributes."""
        return {name: getattr(self, name) for name in Selector.model_fields if getattr(self, name)}

    @property
    def key(self) -> str:
        """As one line, such as `industry=tea,coffee size=S`."""
        return " ".join(f"{name}={','.join(values)}" for name, values in self.wanted.items())

    def fits(self, account: object) -> bool:
        """Whether an account of the register is meant."""
        return all(getattr(account, name, None) in values for name, values in self.wanted.items())


class Subject(Part):
    """Who promises: exactly one of an account, a team, a brand or selected accounts. Several promise together."""

    account: str | None = None
    """An `account_id` of accounts.csv."""
    team: str | None = None
    """A `team` of accounts.csv."""
    brand: str | None = None
    """A `brand` of accounts.csv."""
    accounts: Selector | None = None
    """Accounts by industry, size and so on."""

    @model_validator(mode="after")
    def _is_one(self) -> Subject:
        if sum(getattr(self, kind) is not None for kind in SUBJECTS) != 1:
            raise ValueError("name exactly one of `account`, `team`, `brand` and `accounts`")
        return self

    @property
    def kind(self) -> str:
        """`account`, `team`, `brand` or `accounts`."""
        if self.account is not None:
            return "account"
        return next(kind for kind in SUBJECTS if getattr(self, kind) is not None)

    @property
    def key(self) -> str:
        """Its id or name."""
        return self.accounts.key if self.accounts else self.account or self.team or self.brand or ""

    @property
    def whoever(self) -> str:
        """As `key`, and the same for the same accounts in whichever order their values are written."""
        wanted = self.accounts.wanted if self.accounts else {}
        return " ".join(f"{name}={','.join(sorted(set(values)))}" for name, values in wanted.items()) or self.key


class Levels(Part):
    """Steps around the target: what must be reached at least, and what would be excellent."""

    floor: Amount | None = None
    """The least that still counts."""
    target: Amount | None = None
    """The target again, for those who like all three in one place; must be the same number."""
    stretch: Amount | None = None
    """More than was promised."""


class DatedStep(Part):
    """How much shall be there by the end of a day."""

    by: date
    """A day of the cycle."""
    reach: Annotated[Amount, Field(gt=0)]
    """How much by then, from the first day of the cycle on."""


class Growth(Part):
    """A target that rests on an earlier time: what was reached then, and so much more."""

    by: Annotated[Amount, Field(gt=-1, le=1000)]
    """How much more: `10%`, or less with `-5%`."""
    over: str
    """A cycle that is over before this one begins, such as `2026-05`; one of another length is taken by the day."""


class Promise(Part):
    """One metric and what it shall reach: exactly one of `target`, `steps`, `growth` and `benchmark`."""

    metric: str
    """A metric of the catalogue, a score (`business_score`, `popularity_score`) or a rank (`business_rank`, `popularity_rank`)."""
    target: Annotated[Amount, Field(gt=0)] | None = None
    """What it shall reach by the end of the cycle; `1200000`, `1,200,000`, `120万` and `35%` are all understood."""
    steps: tuple[DatedStep, ...] = ()
    """What it shall reach by which day; the last step is the target, and the pace goes from step to step."""
    growth: Growth | None = None
    """So much more than in an earlier cycle."""
    benchmark: Literal["p25", "p50", "p75"] | None = None
    """As much as this share of the peers brought in the four weeks before the cycle, for as many days as it has."""
    definition: str = ""
    """What the metric meant when the promise was made; `validate` says when it means something else now."""
    direction: Direction | None = None
    """`up` when more is better, `down` when less is; the catalogue knows it for every metric it has."""
    levels: Levels = Levels()
    """Steps around the target."""

    @field_validator("target", mode="before")
    @classmethod
    def _is_a_number(cls, value: object) -> object:
        if isinstance(value, dict):
            raise ValueError("a target is a number; `steps`, `growth` or `benchmark` stand beside the metric, in place of it")  # noqa: TRY004  what pydantic tells as a problem of the file
        return value

    @model_validator(mode="after")
    def _has_one_target(self) -> Promise:
        if sum(bool(getattr(self, name)) for name in TARGETS) != 1:
            raise ValueError("say exactly one of `target`, `steps`, `growth` and `benchmark`")
        return self

    @property
    def number(self) -> Decimal | None:
        """The target where it is a number; None where it rests on data."""
        return self.steps[-1].reach if self.steps else self.target


class SecondaryPromise(Promise):
    """A promise beside the primary one."""

    weight: Annotated[Amount, Field(gt=0, le=1)] | None = None
    """Its share among the secondary measures of this file; give all of them one or none."""


class Guardrail(Part):
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


class PacePoint(Part):
    """A point of a pace drawn by hand."""

    by: date
    """A day of the cycle."""
    share: Annotated[Amount, Field(ge=0, le=1)]
    """How much of the way shall be gone by the end of that day."""


class Composite(Part):
    """One number for the whole file: how far the primary and the secondary measures are together."""

    primary: Annotated[Amount, Field(gt=0, le=1)] = Decimal("0.7")
    """The primary measure's share of it; the secondary ones share the rest by their weights."""
    gate: Annotated[Amount, Field(ge=0, le=1)] = Decimal("0.8")
    """Below this achievement of the primary measure the whole is not more than the primary's."""
