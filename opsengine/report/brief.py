"""The brief of one account: everything that will be said, as values, before anyone decides how it looks.

Nothing here is formatted, rounded or translated. A name that comes in several languages is a `Label`. What is not
known is None, and stands beside the reason; it is never 0. Money is in yuan, shares are between 0 and 1, scores
between 10 and 1000, and both ends of a period are days that belong to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from opsengine.report.correcting import Correction
from opsengine.report.labels import Label, Reason, Status, Unit, Verdict
from opsengine.report.measured import Cause, Number, Risk, Trait
from opsengine.report.plainness import as_json, as_plain
from opsengine.report.sections import Sections
from opsengine.report.undertaken import Balance, CheckIn, Lesson, NextGoal, Task

if TYPE_CHECKING:
    from opsengine.see import Funnel


@dataclass(frozen=True, slots=True)
class Period:
    """What the brief looks back on; `start` and `end` both belong to it."""

    id: str
    kind: Literal["day", "week", "month", "quarter", "campaign", "custom"]
    start: date
    end: date
    label: Label | None = None
    """What a campaign is called."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The account. Names are other people's text and may hold anything."""

    account_id: str
    name: str
    industry: str | None = None
    size: str | None = None
    region: str | None = None
    team: str | None = None
    brand: str | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """One measured part of a score, against the account's own past and against its peers today."""

    id: str
    label: Label
    unit: Unit
    value: float | None
    position: float | None = None
    """Where it lies in the frozen reference, 0.01 to 1: the part that makes the score."""
    percentile_self: float | None = None
    percentile_peers: float | None = None
    p25: float | None = None
    p50: float | None = None
    p75: float | None = None
    points: float | None = None
    """Its part of the score; the base and all points add up to it."""
    change: float | None = None
    """Points more than at the end of the previous period."""
    reason: Reason = ""

    @property
    def is_missing(self) -> bool:
        """Whether the data does not say."""
        return self.value is None


@dataclass(frozen=True, slots=True)
class Pillar:
    """Components that belong together."""

    id: str
    label: Label
    components: tuple[Component, ...]
    position: float | None = None
    points: float | None = None
    change: float | None = None


@dataclass(frozen=True, slots=True)
class Rank:
    """The place within a peer group, and the places it cannot be told apart from."""

    level: Literal["industry_size", "industry", "all"]
    key: str
    rank: int
    low: int
    high: int
    accounts: int
    previous: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A score at the end of one day."""

    day: date
    value: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a score will be on a day to come, four times in five."""

    day: date
    low: float
    mid: float
    high: float


@dataclass(frozen=True, slots=True)
class Score:
    """One of the two composite scores."""

    scorecard: Literal["business", "popularity"]
    label: Label
    value: float | None
    base: float = 10.0
    previous: float | None = None
    peer_median: float | None = None
    percentile_self: float | None = None
    percentile_peers: float | None = None
    coverage: float | None = None
    history: tuple[Point, ...] = ()
    """Thirteen days a week apart, the last is the end of the period."""
    pillars: tuple[Pillar, ...] = ()
    rank: Rank | None = None
    reason: Reason = ""
    risks: tuple[Risk, ...] = ()
    """What lowers it; base, points and these add up to it."""
    causes: tuple[Cause, ...] = ()
    """What moved it since the end of the previous period; they add up to the change."""
    told_before: float | None = None
    """What was told for the previous period where another method told it; `previous` is that day by today's method."""
    outlook: tuple[Outlook, ...] = ()
    """Where it may be in the coming weeks."""

    @property
    def change(self) -> float | None:
        """How much it moved since the end of the previous period."""
        return None if self.value is None or self.previous is None else self.value - self.previous


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the end of the cycle is likely to be: four times in five between low and high."""

    low: float
    mid: float
    high: float


@dataclass(frozen=True, slots=True)
class Level:
    """A named step of a goal."""

    label: Label
    value: float
    is_reached: bool


@dataclass(frozen=True, slots=True)
class Goal:
    """A promise and where it stands on the last day of the period."""

    id: str
    role: Literal["primary", "secondary", "guardrail"]
    metric: Label
    unit: Unit
    direction: Literal["up", "down"]
    start: date
    end: date
    target: float
    status: Status
    actual: float | None = None
    progress: float | None = None
    expected: float | None = None
    """The progress that the plan asks for by now."""
    elapsed: float = 0.0
    needed_per_day: float | None = None
    landing: Landing | None = None
    levels: tuple[Level, ...] = ()
    note: Label | None = None
    reason: Reason = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One day of a cumulative series; `actual` is None for days still to come or without data."""

    day: date
    actual: float | None
    plan: float


@dataclass(frozen=True, slots=True)
class Pace:
    """The primary goal day by day."""

    metric: Label
    unit: Unit
    target: float
    steps: tuple[Step, ...]
    landing: Landing | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier of fans."""

    id: Literal["devoted", "warm", "casual"]
    count: float
    share: float
    previous: float | None = None


@dataclass(frozen=True, slots=True)
class Tiers:
    """The fans by how close they are, and the movement between tiers."""

    tiers: tuple[Tier, ...]
    upgraded: int | None = None
    downgraded: int | None = None
    mode: Literal["events", "declared", "estimated"] = "events"


@dataclass(frozen=True, slots=True)
class Domain:
    """Traffic from one domain."""

    id: Literal["public", "paid", "owned", "external"]
    count: float | None
    share: float | None = None
    previous: float | None = None
    reason: Reason = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A published video or post."""

    work_id: str
    title: str
    published_on: date
    plays: float | None = None
    finish_rate: float | None = None
    interactions: float | None = None
    net_fans: float | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to do next, and the numbers that made it fit."""

    play: str
    title: Label
    evidence: Label
    family: Literal["popularity", "business", "efficiency"]
    effort: Literal["low", "medium", "high"] | None = None
    state: Literal["proposed", "accepted", "doing", "done", "declined"] = "proposed"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a person should look at."""

    id: str
    title: Label
    severity: Literal["info", "warning", "critical"]
    since: date | None = None
    """The first day of the present streak; None when it is the last day of the period, or nobody can tell."""
    evidence: Label | None = None


@dataclass(frozen=True, slots=True)
class Benefit:
    """Something earned, or still to be earned, and by what."""

    title: Label
    amount: float
    unit: Label
    because: Label
    state: Literal["pending", "confirmed", "fulfilled", "open"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How complete one source was."""

    source: str
    label: Label
    present: int
    expected: int
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Method:
    """By which rules a score was made."""

    scorecard: str
    version: int
    reference: str
    before: int | None = None
    """The version that told the previous period, where it was another."""


@dataclass(frozen=True, slots=True)
class Notes:
    """Where the numbers come from and how they were made."""

    coverage: tuple[Coverage, ...]
    zone: str
    methods: tuple[Method, ...] = ()
    goal_revision: str = ""
    goal_commit: str = ""
    """The newest commits of the goal files; empty without git."""
    ledger_head: str = ""
    compared: Period | None = None
    """The period that scores are compared with."""
    counted: Period | None = None
    """The period that the numbers are compared with."""


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything there is to say about one account and one period."""

    report: str
    title: Label
    period: Period
    subject: Subject
    scores: tuple[Score, ...]
    notes: Notes
    goals: tuple[Goal, ...] = ()
    pace: Pace | None = None
    tiers: Tiers | None = None
    traffic: tuple[Domain, ...] = ()
    best_works: tuple[Work, ...] = ()
    worst_works: tuple[Work, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    alerts: tuple[Alert, ...] = ()
    earned: tuple[Benefit, ...] = ()
    possible: tuple[Benefit, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    numbers: tuple[Number, ...] = ()
    funnel: Funnel | None = None
    traits: tuple[Trait, ...] = ()
    """What the best works share and the worst do not."""
    tasks: tuple[Task, ...] = ()
    check_ins: tuple[CheckIn, ...] = ()
    """Check-ins that are overdue."""
    next_goals: tuple[NextGoal, ...] = ()
    balances: tuple[Balance, ...] = ()
    corrections: tuple[Correction, ...] = ()
    """What the revision before told otherwise."""
    sections: tuple[str, ...] = field(default_factory=lambda: Sections().shown)
    """The sections that are shown."""

    @property
    def primary(self) -> Goal | None:
        """The goal that matters most."""
        return next((goal for goal in self.goals if goal.role == "primary"), None)

    @property
    def verdict(self) -> Verdict:
        """In one word, how this account does: needs action, needs a look, or does well."""
        statuses = {goal.status for goal in self.goals}
        severities = {alert.severity for alert in self.alerts}
        if (self.primary and self.primary.status in ("behind", "missed")) or "critical" in severities:
            return "act"
        if statuses & {"at_risk", "behind", "missed", "no_data"} or "warning" in severities:
            return "watch"
        return "watch" if any(score.value is None for score in self.scores) else "good"

    def score(self, scorecard: str) -> Score | None:
        """The score of that scorecard, if the brief has it."""
        return next((score for score in self.scores if score.scorecard == scorecard), None)

    def as_plain(self) -> dict[str, Any]:
        """The brief as dicts, lists, texts and numbers, its verdict and changes included."""
        return dict(as_plain(self))

    def as_json(self) -> str:
        """The brief as JSON with sorted keys; the same brief is the same text. Raises DataError on NaN and infinity."""
        return as_json(self)
