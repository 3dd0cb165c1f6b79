"""A play: one move an operator can make, when it fits, and what it may be expected to do.

`PlayFile` is what a person writes in `playbook/NAME.yaml`; `Play` is what it means once its condition is understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from opsengine.project import Amount, Declared, Name, parse_amount
from opsengine.strategy.names import measured_by, value_of
from opsengine.strategy.saying import Label
from opsengine.warehouse import Condition

Family = Literal["popularity", "business", "efficiency"]
Step = Literal["settle", "retain", "convert"]
Channel = Literal["video", "live", "home", "subscription", "message", "group", "qianchuan", "douplus", "store", "wechat"]
Quadrant = Literal[
    "high_frequency_high_online",
    "high_frequency_low_online",
    "low_frequency_high_online",
    "low_frequency_low_online",
]
Stage = Literal["cold_start", "growth", "mature"]
Traffic = Literal["public", "paid", "external", "owned"]
Role = Literal["operator", "editor", "host", "advertiser", "service", "store", "manager"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Text(_Part):
    """A text in every language we speak."""

    zh: Annotated[str, Field(alias="zh-CN", min_length=1)]
    """In Chinese."""
    en: Annotated[str, Field(min_length=1)]
    """In English."""

    @property
    def label(self) -> Label:
        """The text by locale."""
        return {"zh-CN": self.zh, "en": self.en}


class Held(_Part):
    """A number that speaks for the play, and what it is held against."""

    name: str
    """A name of a number, such as `roi_7d`."""
    benchmark: str
    """Another name, such as `roi_7d_p50`, or a plain number."""


class Expected(_Part):
    """What the play does to a metric where it works, as relative effects: 0.1 is a tenth more, -0.1 a tenth less."""

    metric: str
    """A metric of the catalogue."""
    low: Amount
    """A cautious guess."""
    mid: Amount
    """The middle guess; it decides the rank."""
    high: Amount
    """A hopeful guess."""
    source: Text
    """Where these numbers are from; where nothing is published: our judgement."""

    @model_validator(mode="after")
    def _is_in_order(self) -> Expected:
        if not (0 <= self.low <= self.mid <= self.high or 0 >= self.low >= self.mid >= self.high):
            raise ValueError("`low`, `mid` and `high` must lead away from 0 in this order")
        return self


class SideEffect(_Part):
    """What the play also does to another metric, as a relative change: 0.05 is a twentieth more, -0.05 a twentieth less."""

    metric: str
    """A metric of the catalogue."""
    mid: Amount
    """The middle guess."""
    spread: Annotated[Amount, Field(gt=0)] = Decimal("0.05")
    """How far it may be off: one standard deviation."""
    source: Text
    """Where these numbers are from; where nothing is published: our judgement."""


class TaskFile(_Part):
    """One thing to do when the play is taken up."""

    name: Name
    """Its name within the play."""
    title: Text
    """What to do, in a few words."""
    days: Annotated[int, Field(ge=1, le=180)] = 14
    """Days from taking the play up until it is due."""
    stages: tuple[str, ...] = ()
    """Conditions over names of numbers, easy to hard; the last proves that it was done. Without any, the metric that
    the play expects to move must have moved by its cautious guess."""
    after: tuple[str, ...] = ()
    """Tasks of this play that come first."""
    owner: Role = "operator"
    """Whose task it is, where nobody is named when the play is taken up."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What a number is held against: another name or a plain number."""

    name: str
    value: float | None

    @staticmethod
    @cache
    def of(text: str) -> Benchmark:
        """A plain number where the text is one, else a name."""
        try:
            return Benchmark("", float(parse_amount(text)))
        except ValueError:
            return Benchmark(text, None)


class PlayFile(Declared):
    """A move, as it stands in `playbook/NAME.yaml`."""

    kind: Literal["play"]
    title: Text
    """What to do, in a few words."""
    text: Text
    """How to do it, in a few sentences."""
    family: Family
    """What it is for: popularity, business or efficiency."""
    step: Step
    """Where it works: settle (沉淀) brings people in, retain (留存) keeps them, convert (转化) sells."""
    channel: Channel
    """Where it is done."""
    quadrants: tuple[Quadrant, ...] = ()
    """Kinds of business it suits; every kind when none is named."""
    stages: tuple[Stage, ...] = ()
    """Stages of an account it suits; every stage when none is named."""
    goals: Annotated[tuple[str, ...], Field(min_length=1)]
    """Metrics and scores of goals that it serves."""
    when: str
    """The condition under which it fits, over names of numbers."""
    evidence: Annotated[tuple[Held, ...], Field(min_length=1)]
    """The numbers to show."""
    because: Text
    """Why it fits, with the numbers in gaps: `{roi_7d}`."""
    expected: Expected
    """What it may do."""
    side_effects: tuple[SideEffect, ...] = ()
    """What it does beside that; where this may break a guardrail of the account, the play is not suggested."""
    effort: Annotated[int, Field(ge=1, le=5)]
    """From 1, an hour of one person, to 5, a project of weeks."""
    cost: Annotated[Amount, Field(ge=0)] = Decimal(0)
    """Money to set aside for it, in yuan, apart from people's time."""
    source: Text
    """Where the move and its thresholds are from."""
    traffic: tuple[Traffic, ...] = ()
    """Where the people come from that it works with: public (公域), paid (商域), external (外域), owned (私域); any when
    none is named."""
    tasks: tuple[TaskFile, ...] = ()
    """What it consists of; one task, the play itself, when none is named."""
    conflicts: tuple[Name, ...] = ()
    """Plays that do not go together with it; saying so in one of the two files is enough."""
    cooldown: Annotated[int, Field(ge=0, le=365)] = 28
    """Days after taking it up in which it is not suggested again."""
    weekly_cap: Annotated[int, Field(ge=1)] | None = None
    """Accounts that may take it up within seven days; the neediest come first. No limit when left out."""

    @property
    def held(self) -> tuple[tuple[str, Benchmark], ...]:
        """Each number of its evidence, and what it is held against."""
        return tuple((one.name, Benchmark.of(one.benchmark)) for one in self.evidence)


@dataclass(frozen=True, slots=True)
class Work:
    """A task of a play, understood."""

    name: str
    title: Label
    days: int
    stages: tuple[Condition, ...]
    after: tuple[str, ...]
    owner: str


@dataclass(frozen=True, slots=True)
class Play:
    """A play of the playbook, understood."""

    name: str
    """The file's name without `.yaml`."""
    file: str
    """The file as the user knows it."""
    revision: str
    """SHA-256 of the file's text."""
    declared: PlayFile
    condition: Condition
    units: Mapping[str, str]
    """Every name it speaks of, with its unit; without any one of them it cannot be judged."""
    works: tuple[Work, ...]
    """What it consists of, in the order of the file; never empty."""
    metric_unit: str = "count"
    """The unit of the metric it moves; `points` for a score."""
    wholes: tuple[str, ...] = ()
    """Metrics that are sums with the metric it moves among their parts."""

    @property
    def asked(self) -> frozenset[str]:
        """Every name of a number that is looked up for it: those it speaks of, those that prove its tasks, and its baseline."""
        stages = (name for work in self.works for stage in work.stages for name in stage.names)
        values = (value_of(name) for name in self.units)
        return frozenset((*self.units, *values, *stages, measured_by(self.declared.expected.metric)))

    @property
    def held(self) -> tuple[tuple[str, Benchmark], ...]:
        """Each number of its evidence, and what it is held against."""
        return self.declared.held
