"""An alert: what is watched, from where on a person should know, and what it says today.

`AlertFile` is what a person writes in `alerts/NAME.yaml`; `Rule` is what it means once its condition is understood;
`Alert` is what a rule says of one subject on one day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from opsengine.project import Amount, Declared
from opsengine.strategy import Evidence, Label, Locale, Sentence, Text
from opsengine.warehouse import Condition

Watched = Literal["freshness", "score", "metric", "goal"]
GoalStatus = Literal["ahead", "on_track", "at_risk", "behind", "reached", "missed"]
Severity = Literal["info", "warning", "critical"]
SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "info")
"""The gravest first."""

NEEDED: Mapping[Watched, frozenset[str]] = {
    "freshness": frozenset(),
    "score": frozenset({"scorecard"}),
    "metric": frozenset({"when", "value"}),
    "goal": frozenset({"statuses"}),
}
"""For each thing that can be watched, the keys that say how."""
SPOKEN: Mapping[Watched, frozenset[str]] = {
    "freshness": frozenset({"source", "days_since_data"}),
    "score": frozenset({"score", "change"}),
    "metric": frozenset(),
    "goal": frozenset({"goal", "metric", "actual", "expected", "progress", "elapsed"}),
}
"""What a sentence may speak of beside `threshold` and, for a metric, the names of numbers."""
SPOKEN_OF_CAUSES = frozenset({"component", "points"})
"""What the sentence about a cause may speak of."""


class State(StrEnum):
    """What a rule says of a subject."""

    FIRING = "firing"
    OK = "ok"
    NO_DATA = "no_data"


class AlertFile(Declared):
    """A rule, as it stands in `alerts/NAME.yaml`."""

    kind: Literal["alert"]
    title: Text
    """What is the matter, in a few words."""
    watch: Watched
    """What is watched: how fresh a source is, a score, numbers of an account, or a goal."""
    severity: Severity
    """How much it matters."""
    threshold: Amount = Decimal(0)
    """From where on it matters: days without data, points that a score fell in 7 days, or whatever `when` makes of it."""
    scorecard: Literal["business", "popularity"] | None = None
    """For a score: which one."""
    when: str | None = None
    """For numbers: the condition, over the names that plays use and `threshold`."""
    value: str | None = None
    """For numbers: the name of the one to show."""
    statuses: Annotated[tuple[GoalStatus, ...], Field(min_length=1)] | None = None
    """For a goal: the words that make it matter."""
    because: Text
    """What is the matter, with the numbers in gaps."""
    cause: Text | None = None
    """For a score: a sentence about the component that fell most, with the gaps `{component}` and `{points}`."""
    play: str | None = None
    """The play that fits, by its name in the playbook."""

    @property
    def said(self) -> frozenset[str]:
        """Which of the keys that say how are there."""
        return frozenset(key for keys in NEEDED.values() for key in keys if getattr(self, key) is not None)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, understood."""

    name: str
    """The file's name without `.yaml`."""
    file: str
    """The file as the user knows it."""
    revision: str
    """SHA-256 of the file's text."""
    declared: AlertFile
    condition: Condition | None
    """For numbers: the condition."""
    units: Mapping[str, str]
    """The names of numbers it speaks of, with their units."""

    @property
    def threshold(self) -> float:
        """From where on it matters."""
        return float(self.declared.threshold)


@dataclass(frozen=True, slots=True)
class Alert:
    """What one rule says of one subject at the end of one day."""

    rule: Rule
    subject: str
    """Who or what: an account, `account/source`, or `account/goal/metric`; never the same twice for one rule."""
    account_id: str | None
    """The account; None for the goal of a team or a brand."""
    state: State
    since: date
    """The first day of the present state, as far back as the tables tell; else the day itself."""
    value: float | None
    """What was found; None when there is no data."""
    threshold: float | None
    """From where on it matters, as the value is counted: of a goal, what was expected; of a fall, below zero."""
    evidence: tuple[Evidence, ...] = ()
    because: Sentence | None = None
    """What is the matter, in words; None when nothing is."""
    cause: Sentence | None = None
    """What is behind it, where that is known."""

    @property
    def title(self) -> Label:
        """What is the matter, in a few words, in every language."""
        return self.rule.declared.title.label

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return self.rule.declared.severity

    def as_json(self, locale: Locale = "en") -> dict[str, Any]:
        """The alert as `opsengine monitor` prints it, for a reader of one language."""
        return {
            "alert": self.rule.name,
            "title": self.title[locale],
            "subject": self.subject,
            "account_id": self.account_id,
            "state": self.state.value,
            "since": self.since.isoformat(),
            "severity": self.severity,
            "value": self.value,
            "threshold": self.threshold,
            "evidence": [evidence.as_json() for evidence in self.evidence],
            "because": self.because.said(locale) if self.because else None,
            "cause": self.cause.said(locale) if self.cause else None,
            "play": self.rule.declared.play,
        }
