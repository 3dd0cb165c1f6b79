"""An alert: what a rule says of one subject on one day, with the numbers it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from opsengine.monitor.alert_file import SEVERITIES, AlertFile, duration
from opsengine.monitor.living import Terms
from opsengine.monitor.settings import Severity
from opsengine.strategy import Evidence, Label, Locale, Sentence
from opsengine.warehouse import Condition


class State(StrEnum):
    """What a rule says of a subject."""

    FIRING = "firing"
    OK = "ok"
    NO_DATA = "no_data"
    ERROR = "error"
    """The rule could not be asked."""
    MASKED = "masked"
    """The day is special, and the rule does not judge such days."""


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

    @property
    def clears_at(self) -> float:
        """Back to where it must come while it fires."""
        return self.threshold if self.declared.clear is None else float(self.declared.clear)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The flows it watches."""
        return self.declared.metrics or ()

    @property
    def terms(self) -> Terms:
        """How an alert of this rule lives."""
        declared = self.declared
        return Terms(
            wait=duration(declared.for_),
            keep=duration(declared.keep_for),
            renotify=duration(declared.renotify),
            remind=duration(declared.remind) if declared.remind else None,
            tells_recovery=declared.recovery == "told",
            grades=len({declared.severity, *declared.stakes}),
        )

_OF_THE_HOUSE = {
    **dict.fromkeys(("delivery", "ledger", "import", "run"), "opsengine doctor"), "review": "opsengine rewards statement",
}  # fmt: skip
"""What shows more of the house's own affairs."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What one rule says of one subject at the end of one day."""

    rule: Rule
    subject: str
    """Who or what: an account, `account/source`, or `account/goal/metric`; never the same twice for one rule."""
    account_id: str | None
    """The account; None for the goal of a team or a brand, for a field, and for the house itself."""
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
    stake: float | None = None
    """The money it is about, in yuan; None where nobody knows."""
    as_of: date | None = None
    """The day at whose end it was judged; None for the house's own affairs, which are of now."""

    @property
    def title(self) -> Label:
        """What is the matter, in a few words, in every language."""
        return self.rule.declared.title.label

    @property
    def severity(self) -> Severity:
        """How much it matters: what the money says, else what the rule says."""
        bounds = self.rule.declared.stakes
        reached = [one for one in SEVERITIES if one in bounds and self.stake is not None and self.stake >= bounds[one]]
        return reached[0] if reached else self.rule.declared.severity

    @property
    def look_further(self) -> str:
        """The command that shows more, of the day on which the alert was judged."""
        day = f" --as-of {self.as_of.isoformat()}" if self.as_of else ""
        watched = self.rule.declared.watch
        if watched == "goal":
            return " ".join(filter(None, ("opsengine goals status", self.account_id))) + day
        if self.account_id is None:
            return _OF_THE_HOUSE.get(watched, f"opsengine see{day}")
        if watched == "freshness":
            return f"opsengine import --history {self.account_id} {self.since.isoformat()}"
        before = self.since - timedelta(days=self.rule.declared.days)
        return f"opsengine see {self.account_id} --why --since {before.isoformat()}{day}"

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
            "stake": self.stake,
            "value": self.value,
            "threshold": self.threshold,
            "evidence": [evidence.as_json() for evidence in self.evidence],
            "because": self.because.said(locale) if self.because else None,
            "cause": self.cause.said(locale) if self.cause else None,
            "play": self.rule.declared.play,
            "look_further": self.look_further,
        }
