"""A rule: what earns which benefit, for whom, how much at most, and from when to when.

Benefits are what the operator funds: budget, service hours, early access, points, badges. A rule promises nothing that a
platform would have to give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from opsengine.errors import InvalidFiles, Problem
from opsengine.goals import SCORES
from opsengine.project import Declared, did_you_mean, read_declared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from opsengine.goals import Known
    from opsengine.project import Document, Project

SETTLE_DAYS = 2
"""Numbers of the last days are restated by refunds and late files; after two days most have settled."""
LEVELS = ("floor", "target", "stretch")
"""From the easiest to the hardest."""
_DEFAULTS = Path(__file__).parent / "defaults"

Labels = Mapping[Literal["zh-CN", "en"], str]


class BenefitKind(StrEnum):
    """What a benefit is."""

    TRAFFIC_SUPPORT = "traffic_support"
    """Advertising budget or placements that the operator pays for."""
    SERVICE = "service"
    FEATURE_PRIORITY = "feature_priority"
    BUDGET = "budget"
    POINTS = "points"
    BADGE = "badge"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Earns(_Part):
    """What must have happened: a goal that reached a level by the end of its cycle."""

    goal: Literal["reached"] = "reached"
    """A goal that was reached; there is no other way to earn yet."""
    role: Literal["primary", "secondary"] = "primary"
    """Which promise of the goal."""
    level: Literal["floor", "target", "stretch"] = "target"
    """How far it must have come; a goal without that level earns nothing by it."""
    metrics: tuple[str, ...] = ()
    """Only promises about these metrics; empty means any."""
    goals: tuple[str, ...] = ()
    """Only these goal files, by name; empty means any."""


class Subjects(_Part):
    """Who can earn it; with nothing written, everybody."""

    accounts: tuple[str, ...] = ()
    """These accounts."""
    teams: tuple[str, ...] = ()
    """These teams, for goals of the team."""
    brands: tuple[str, ...] = ()
    """These brands, for goals of the brand."""

    def include(self, kind: str, key: str) -> bool:
        """Whether a subject can earn it; `kind` is account, team or brand."""
        if not (self.accounts or self.teams or self.brands):
            return True
        return key in {"account": self.accounts, "team": self.teams, "brand": self.brands}[kind]


FEN_IN_YUAN = 100
"""Money is kept as whole fen, and shown in yuan."""


class Benefit(_Part):
    """What is earned."""

    kind: BenefitKind
    """What it is; all of it is funded by the operator."""
    title: Labels
    """What it is called, in each language."""
    unit: Annotated[str, Field(pattern=r"^[^\s|]{1,20}$")]
    """What it is counted in: yuan, points, hours, …"""
    amount: Annotated[int, Field(gt=0)]
    """How much, as a whole number of the unit's smallest part."""
    parts: Annotated[int, Field(ge=1)] = 1
    """How many smallest parts make one unit: 100 for yuan counted in fen."""

    @model_validator(mode="after")
    def _counts_yuan_in_fen(self) -> Benefit:
        if self.unit == "yuan" and self.parts != FEN_IN_YUAN:
            raise ValueError("yuan are counted in fen: say `parts: 100` and give the amount in fen")
        return self

    @property
    def units(self) -> Decimal:
        """The amount in units, for people."""
        return Decimal(self.amount) / self.parts


class Validity(_Part):
    """Cycles that end on these days or between them can earn it."""

    first: date | None = None
    """From when."""
    last: date | None = None
    """Until when."""

    @model_validator(mode="after")
    def _is_forward(self) -> Validity:
        if self.first and self.last and self.last < self.first:
            raise ValueError("it ends before it begins")
        return self

    def includes(self, day: date) -> bool:
        """Whether a cycle that ends on this day can earn it."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class RuleFile(Declared):
    """A rule as it stands in `rewards/NAME.yaml`. Raise `version` whenever what it grants changes."""

    kind: Literal["reward"]
    title: Labels
    """What the rule is called, in each language."""
    earns: Earns = Earns()
    """What must have happened."""
    subjects: Subjects = Subjects()
    """Who can earn it."""
    benefit: Benefit
    """What is earned each time."""
    settle_days: Annotated[int, Field(ge=0, le=366)] = SETTLE_DAYS
    """Days to wait after the end of a cycle until its numbers have settled."""
    cap: Annotated[int, Field(gt=0)] | None = None
    """The most that one subject can earn by this rule in one cycle, in smallest parts; no limit when left out."""
    budget: Annotated[int, Field(gt=0)] | None = None
    """The most that this rule can grant to all subjects in all cycles and versions, in smallest parts."""
    valid: Validity = Validity()
    """Which cycles count."""
    guardrails: Literal["void", "ignore"] = "void"
    """Whether a broken guardrail of the same subject and cycle takes the benefit away."""
    approval: Literal["none", "needed"] = "none"
    """Whether a person must confirm each grant."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule file, with its name and revision."""

    name: str
    """The file's name without `.yaml`."""
    revision: str
    """SHA-256 of the file's text."""
    says: RuleFile


def read_rules(project: Project, known: Known) -> tuple[Rule, ...]:
    """The rules of a project, by name. Raises InvalidFiles with the problems of all files at once."""
    read = read_declared([(path, project.shown(path)) for path in project.files("rewards")], RuleFile)
    problems = [problem for document, rule in read for problem in _problems(document, rule, known)]
    if problems:
        raise InvalidFiles(problems)
    return tuple(Rule(PurePath(document.file).stem, document.sha256, rule) for document, rule in read)


def default_rules() -> dict[str, str]:
    """The rules a new project begins with: file name to text."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(_DEFAULTS.glob("*.yaml"))}


def _problems(document: Document, rule: RuleFile, known: Known) -> Iterator[Problem]:
    yield from _unknown(document, ("earns", "metrics"), rule.earns.metrics, {**known.metrics, **SCORES})
    yield from _unknown(document, ("subjects", "accounts"), rule.subjects.accounts, known.accounts)
    yield from _unknown(document, ("subjects", "teams"), rule.subjects.teams, known.teams)
    yield from _unknown(document, ("subjects", "brands"), rule.subjects.brands, known.brands)
    for name, limit in (("cap", rule.cap), ("budget", rule.budget)):
        if limit is not None and limit < rule.benefit.amount:
            text = "`{key}` is less than the benefit's amount: nothing could ever be granted"
            yield Problem(document.place((name,)), "out-of-range", text, "it counts in the unit's smallest part", {"key": name})


def _unknown(document: Document, path: tuple[str, str], names: tuple[str, ...], known: Collection[str]) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name not in known:
            guess = did_you_mean(name, known)
            hint = "did you mean `{guess}`?" if guess else ""
            fields = {"key": path[-1], "name": name, "guess": guess}
            yield Problem(document.place((*path, index)), "unknown-name", "`{key}`: nothing is called {name}", hint, fields)
