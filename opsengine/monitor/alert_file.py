"""What a person writes in `alerts/NAME.yaml`: what is watched, from where on it matters, and how people are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from opsengine.errors import Unfit
from opsengine.monitor.settings import Severity
from opsengine.project import Amount, Declared
from opsengine.strategy import Text

Watched = Literal[
    "freshness", "score", "rank", "tier_share", "metric", "goal", "field", "ramp", "delivery", "ledger", "review", "import", "run"
]
By = Literal["missing", "change", "threshold", "anomaly", "shift", "status", "odds", "error"]
GoalStatus = Literal["ahead", "on_track", "at_risk", "behind", "reached", "missed"]
RampVerdict = Literal["continue", "scale", "hold", "pull_back"]
Duration = Annotated[str, Field(pattern=r"^\d{1,4}[mhd]$")]
SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "info")
"""The gravest first."""

WAYS: Mapping[Watched, tuple[By, ...]] = {
    "freshness": ("missing",),
    "score": ("change",),
    "rank": ("threshold", "change", "shift"),
    "tier_share": ("threshold", "change"),
    "metric": ("threshold", "change", "anomaly", "shift"),
    "goal": ("status", "odds"),
    "field": ("anomaly",),
    "ramp": ("status", "error"),
    "delivery": ("error",),
    "ledger": ("error",),
    "review": ("error",),
    "import": ("error",),
    "run": ("error",),
}
"""How each thing can be watched; the first is meant when nothing is said."""
NEEDED: Mapping[tuple[Watched, By], frozenset[str]] = {
    ("score", "change"): frozenset({"scorecard"}),
    ("rank", "threshold"): frozenset({"scorecard"}),
    ("rank", "change"): frozenset({"scorecard"}),
    ("rank", "shift"): frozenset({"scorecard"}),
    ("tier_share", "threshold"): frozenset({"tier"}),
    ("tier_share", "change"): frozenset({"tier"}),
    ("metric", "threshold"): frozenset({"when", "value"}),
    ("metric", "change"): frozenset({"metrics"}),
    ("metric", "anomaly"): frozenset({"metrics"}),
    ("metric", "shift"): frozenset({"metrics"}),
    ("goal", "status"): frozenset({"statuses"}),
    ("field", "anomaly"): frozenset({"metrics"}),
    ("ramp", "status"): frozenset({"verdicts"}),
}
"""For each way of watching, the keys that say how."""
_OF_A_CHANGE = frozenset({"metric", "value", "before", "change", "field_change", "days"})
_OF_A_SURPRISE = frozenset({"metric", "value", "expected", "change", "field_change", "surprise"})
_OF_A_RANK = frozenset({"score", "group", "rank", "accounts"})
_OF_A_TIER = frozenset({"tier", "share", "fans"})
_OF_A_GOAL = frozenset({"goal", "metric", "actual", "expected", "progress", "elapsed", "odds", "landing", "target"})
SPOKEN: Mapping[tuple[Watched, By], frozenset[str]] = {
    ("freshness", "missing"): frozenset({"source", "days_since_data"}),
    ("score", "change"): frozenset({"score", "change"}),
    ("rank", "threshold"): _OF_A_RANK,
    ("rank", "change"): _OF_A_RANK | {"before", "change", "days"},
    ("rank", "shift"): _OF_A_RANK | {"change"},
    ("tier_share", "threshold"): _OF_A_TIER,
    ("tier_share", "change"): _OF_A_TIER | {"before", "change"},
    ("metric", "change"): _OF_A_CHANGE,
    ("metric", "anomaly"): _OF_A_SURPRISE,
    ("metric", "shift"): _OF_A_SURPRISE,
    ("field", "anomaly"): frozenset({"field", "metric", "change", "accounts"}),
    ("goal", "status"): _OF_A_GOAL,
    ("goal", "odds"): _OF_A_GOAL,
    ("ramp", "status"): frozenset({"test", "roi", "target", "odds", "spend", "from", "to", "reason"}),
    ("ramp", "error"): frozenset({"test", "reason"}),
    ("delivery", "error"): frozenset({"failed", "unknown"}),
    ("ledger", "error"): frozenset({"difference"}),
    ("review", "error"): frozenset({"entries"}),
    ("import", "error"): frozenset({"files"}),
    ("run", "error"): frozenset({"reason"}),
}
"""What a sentence may speak of beside `threshold` and, for numbers, their names."""
SPOKEN_OF_CAUSES: Mapping[Watched, frozenset[str]] = {
    "score": frozenset({"component", "points"}),
    "metric": frozenset({"part", "part_change"}),
}
"""What the sentence about a cause may speak of."""
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class AlertFile(Declared):
    """A rule, as it stands in `alerts/NAME.yaml`."""

    kind: Literal["alert"]
    title: Text
    """What is the matter, in a few words."""
    watch: Watched
    """What is watched: a source's freshness, a score, a rank, a tier's share, numbers, a goal, a field, a paid test, the house."""
    by: By | None = None
    """How it is watched: against a threshold, by change, surprise, a moved level, odds; the usual way when left out."""
    severity: Severity
    """How much it matters; where money says more, see `stakes`."""
    stakes: Mapping[Severity, Amount] = {}
    """From how much money at stake on, in yuan, it matters how much: `{critical: 10000}`."""
    money: str | None = None
    """The name of the number that is at stake; of a metric in yuan what is missing against what was expected."""
    threshold: Amount = Decimal(0)
    """From where on it matters: days without data, points lost in 7 days, a rank, a share, or what `when` says."""
    clear: Amount | None = None
    """Back to where a firing alert must come before it is over; the threshold when not said."""
    scorecard: Literal["business", "popularity"] | None = None
    """For a score and a rank: which one."""
    tier: Literal["devoted", "warm", "casual"] | None = None
    """For a tier's share: which one."""
    when: str | None = None
    """For numbers: the condition, over the names that plays use and `threshold`."""
    value: str | None = None
    """For numbers: the name of the one to show."""
    metrics: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    """For changes, surprises and fields: which flows are watched."""
    direction: Literal["down", "up", "both"] = "down"
    """For changes, surprises, ranks and shares: which way it must go; a rank goes down when others pass by."""
    window: Literal["7d", "28d"] = "7d"
    """For changes: the window that is held against the one before; of a rank, how long ago it is compared with."""
    against: Literal["itself", "peers"] = "itself"
    """For changes: against the window before, or against what became of the peers in the meantime."""
    statuses: Annotated[tuple[GoalStatus, ...], Field(min_length=1)] | None = None
    """For a goal: the words that make it matter."""
    verdicts: Annotated[tuple[RampVerdict, ...], Field(min_length=1)] | None = None
    """For a paid test: the verdicts that need a person."""
    because: Text
    """What is the matter, with the numbers in gaps."""
    cause: Text | None = None
    """A sentence about what is behind it: of a score the component, of a metric the part that moved most."""
    play: str | None = None
    """The play that fits, by its name in the playbook."""
    for_: Annotated[Duration, Field(alias="for")] = "0m"
    """How long it must hold before it fires: `30m`, `12h`, `2d`."""
    keep_for: Duration = "0m"
    """How long it must be over before it is called over."""
    renotify: Duration = "24h"
    """The least time between two messages that the same alert fires."""
    remind: Duration | None = None
    """After which time somebody is reminded of an alert that still fires and that nobody has acknowledged; never when not said."""
    not_on: tuple[Literal["campaigns", "holidays"], ...] = ()
    """Days on which it neither begins nor ends."""
    recovery: Literal["told", "silent"] = "told"
    """Whether people are told that it is over."""
    route: tuple[str, ...] = ()
    """Who is told, by their names in `monitor.yaml`; everybody who cares for the account when empty."""
    owner: str = ""
    """Who answers for the rule."""

    @property
    def way(self) -> By:
        """How it is watched."""
        return self.by or WAYS[self.watch][0]

    @property
    def days(self) -> int:
        """The days of the window."""
        return int(self.window.removesuffix("d"))

    @property
    def said(self) -> frozenset[str]:
        """Which of the keys that say how are there."""
        return frozenset(key for keys in NEEDED.values() for key in keys if getattr(self, key) is not None)

    @model_validator(mode="after")
    def _can_be_watched_so(self) -> AlertFile:
        if self.way not in WAYS[self.watch]:
            raise Unfit("`{watch}` is watched by one of: {ways}", watch=self.watch, ways=", ".join(WAYS[self.watch]))
        if self.watch in ("rank", "tier_share"):
            self._says_how_far()
        return self

    def _says_how_far(self) -> None:
        """Raises Unfit where a rank or a share is watched in a way that nobody can judge."""
        if self.threshold <= 0:
            raise Unfit("an alert that watches a {watch} needs a `threshold` above zero", watch=self.watch)
        if self.way == "threshold" and self.direction == "both":
            raise Unfit("a threshold is passed `down` or `up`, not `both`")
        if self.watch == "tier_share" and self.window != "7d":
            raise Unfit("what a tier's share was is known of seven days before: `window` is 7d")


def duration(text: str) -> timedelta:
    """`30m`, `12h` or `2d` as a length of time."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
