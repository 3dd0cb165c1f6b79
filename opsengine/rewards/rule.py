"""A rule: what earns which benefit, for whom, how much at most, and from when to when.

Benefits are what the operator funds: budget, service hours, early access, points, badges. A rule promises nothing that a
platform would have to give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from opsengine.errors import Unfit
from opsengine.project import Amount, Declared
from opsengine.rewards.benefit import Benefit, Labels

if TYPE_CHECKING:
    from collections.abc import Collection

SETTLE_DAYS = 2
"""Numbers of the last days are restated by refunds and late files; after two days most have settled."""

Level = Literal["floor", "target", "stretch"]
LEVELS: tuple[Level, ...] = ("floor", "target", "stretch")
"""From the easiest to the hardest."""
By = Literal["goal", "task", "streak", "rank", "tier", "improvement", "team"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


_NEEDED: Mapping[str, str] = {"streak": "cycles", "rank": "top", "tier": "at_least", "improvement": "metric", "task": "plays"}
_ASKED_OF_GOALS = {"goal", "role", "level", "metrics", "goals"}
_ASKED: Mapping[str, Collection[str]] = {
    "goal": _ASKED_OF_GOALS,
    "streak": {*_ASKED_OF_GOALS, "cycles"},
    "team": {"role", "level", "share"},
    "rank": {"scorecard", "top", "cycle"},
    "tier": {"tier", "at_least", "cycle"},
    "improvement": {"metric", "more_by", "cycle"},
    "task": {"plays", "cycle"},
}
"""Which keys each way of earning understands, beside `by`."""


class Earns(_Part):
    """What must have happened by the end of a cycle."""

    by: By = "goal"
    """`goal`: a goal reached a level. `streak`: so many goals in a row did. `team`: enough accounts of a team reached theirs.
    `rank`: a place in the peer group. `tier`: so many fans of a tier. `improvement`: more than the account's own best.
    `task`: a task that was taken up and that the data proved; what is only said to be done earns nothing."""
    goal: Literal["reached"] = "reached"
    """The goal was reached; there is no other way for a goal to earn."""
    role: Literal["primary", "secondary"] = "primary"
    """Which promise of the goal."""
    level: Level = "target"
    """How far it must have come at least; a goal without that level earns nothing by it."""
    metrics: tuple[str, ...] = ()
    """Only promises about these metrics; empty means any."""
    goals: tuple[str, ...] = ()
    """Only these goal files, by name; empty means any."""
    cycles: Annotated[int, Field(ge=2, le=60)] | None = None
    """For a streak: how many cycles in a row."""
    share: Annotated[Amount, Field(gt=0, le=1)] = Decimal(1)
    """For a team: the share of its accounts with a goal in the cycle that must have reached it."""
    cycle: Literal["week", "month", "quarter"] = "month"
    """For a rank, a tier, an improvement or a task: the stretch of the calendar that is looked at, once it is over."""
    scorecard: Literal["business", "popularity"] = "business"
    """For a rank: by which score."""
    top: Annotated[int, Field(ge=1)] | None = None
    """For a rank: the last place that earns, on the last day of the cycle."""
    tier: Literal["devoted", "warm"] = "devoted"
    """For a tier: which fans are counted; warm counts devoted fans as well."""
    at_least: Annotated[int, Field(ge=1)] | None = None
    """For a tier: how many of them on the last day of the cycle."""
    metric: str = ""
    """For an improvement: a sum, such as `gmv`."""
    more_by: Annotated[Amount, Field(ge=0, le=10)] = Decimal("0.1")
    """For an improvement: how much above the account's own best cycle before, as a share."""
    plays: tuple[str, ...] = ()
    """For a task: plays of the playbook whose tasks earn, once the data have proved them; each task by itself."""

    @model_validator(mode="after")
    def _says_what_its_way_needs(self) -> Earns:
        needed = _NEEDED.get(self.by)
        if needed and not getattr(self, needed):
            raise Unfit("`by: {by}` needs `{needed}`", by=self.by, needed=needed)
        strange = sorted(self.model_fields_set - {"by", *_ASKED[self.by]})
        if strange:
            raise Unfit("`{strange}` means nothing with `by: {by}`", by=self.by, strange=strange[0])
        return self


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
        return key in {"account": self.accounts, "team": self.teams, "brand": self.brands}.get(kind, ())


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


class Usable(_Part):
    """When the benefit can be handed over, counted in days from the end of the cycle."""

    after_days: Annotated[int, Field(ge=0, le=3660)] = 0
    """Not before so many days."""
    until_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    """What is not handed over by then expires; never when left out."""

    @model_validator(mode="after")
    def _is_forward(self) -> Usable:
        if self.until_days is not None and self.until_days < self.after_days:
            raise ValueError("it expires before it can be used")
        return self


class FairPlay(_Part):
    """From when on numbers look made rather than earned; an entry that rests on them waits for a person."""

    fans_in_one_day: Annotated[Amount, Field(gt=0)] = Decimal(8)
    """A day with so many times the usual new fans; an ordinary success brings two or three times."""
    interactions_in_one_hour: Annotated[Amount, Field(gt=0, le=1)] = Decimal("0.5")
    """The share of a cycle's interactions that came within one hour."""
    refunds_after: Annotated[Amount, Field(gt=0, le=1)] = Decimal("0.3")
    """The share of a cycle's sales that was refunded after it ended."""
    orders_of_one_buyer: Annotated[Amount, Field(gt=0, le=1)] = Decimal("0.3")
    """The share of a cycle's orders that one buyer placed."""


Part = Annotated[int, Field(gt=0)]
"""An amount in the unit's smallest part."""


class RuleFile(Declared):
    """A rule as it stands in `rewards/NAME.yaml`. Raise `version` whenever what it grants changes."""

    kind: Literal["reward"]
    status: Literal["active", "draft"] = "active"
    """`draft`: it is read and checked, and grants nothing until somebody writes `active`."""
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
    cap: Part | None = None
    """The most that one subject can earn by this rule in one cycle, in smallest parts; no limit when left out."""
    cap_subject: Part | None = None
    """The most that one subject can earn by this rule in all cycles together, in smallest parts."""
    cap_cycle: Part | None = None
    """The most that all subjects together can earn by this rule in one cycle, in smallest parts."""
    budget: Part | None = None
    """The most that this rule can grant to all subjects in all cycles and versions, in smallest parts."""
    spending: Literal["earliest", "best", "smallest"] = "earliest"
    """Who comes first where caps or budget do not suffice, among what is due on one day. `earliest`: the cycle that ended first,
    then the subject's name. `best`: within a cycle, who came furthest. `smallest`: within a cycle, the smallest amounts."""
    valid: Validity = Validity()
    """Which cycles count."""
    usable: Usable = Usable()
    """When the benefit can be handed over, and when it expires."""
    guardrails: Literal["void", "ignore"] = "void"
    """Whether a broken guardrail of the same subject and cycle takes the benefit away."""
    approval: Literal["none", "needed"] = "none"
    """Whether a person must confirm each grant."""
    lowered: Literal["void", "allow"] = "void"
    """Whether a goal that was made easier while its cycle ran earns only with a person's approval."""
    review: Literal["hold", "ignore"] = "hold"
    """Whether an entry whose data look made waits for a person."""
    fair_play: FairPlay = FairPlay()
    """From when on data look made."""

    @model_validator(mode="after")
    def _can_give(self) -> RuleFile:
        if self.earns.by in ("goal", "streak") and not self.benefit.amount_at(LEVELS[-1]):
            raise ValueError("no level pays")
        return self

    def pays(self, level: Level | None) -> int:
        """What a level earns, in smallest parts; 0 for none, or one that is not far enough."""
        return self._paid[level]

    @cached_property
    def _paid(self) -> Mapping[Level | None, int]:
        enough = LEVELS[LEVELS.index(self.earns.level) :]
        return {None: 0} | {level: self.benefit.amount_at(level) if level in enough else 0 for level in LEVELS}

    def usable_from(self, end: date) -> date:
        """The first day on which a benefit of a cycle that ends on `end` can be handed over."""
        return end + timedelta(days=self.usable.after_days)

    def expires_on(self, end: date) -> date | None:
        """The last day on which it can be."""
        return None if self.usable.until_days is None else end + timedelta(days=self.usable.until_days)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule file, with its name and revision."""

    name: str
    """The file's name without `.yaml`."""
    revision: str
    """SHA-256 of the file's text."""
    says: RuleFile
    text: str = ""
    """The file's text, which is kept with what it grants."""

    @property
    def is_active(self) -> bool:
        """Whether it grants anything; a draft is only read."""
        return self.says.status == "active"
