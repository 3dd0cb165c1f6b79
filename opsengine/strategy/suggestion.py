"""What an account is told: plays that fit, each with its numbers; plays that lost; plays that could not be judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from opsengine.strategy.saying import Evidence, Label, Locale, Sentence

if TYPE_CHECKING:
    from opsengine.strategy.believing import Belief
    from opsengine.strategy.life import UnderWay
    from opsengine.strategy.losing import PassedOver
    from opsengine.strategy.play import Play


@dataclass(frozen=True, slots=True)
class Gain:
    """How much of a promise a play may close, as shares of its target."""

    goal: str
    metric: str
    role: str
    """primary, secondary or guardrail."""
    believed: float
    """By what the play is believed to do; 0 when the promise is kept anyway."""
    hoped: float
    """By what it may well do: this, by effort, ranks it."""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "goal": self.goal, "metric": self.metric, "role": self.role, "believed": self.believed, "hoped": self.hoped,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Potential:
    """The number that a play moves: as it is over 28 days, and as it would be."""

    name: str
    unit: str
    base: float | None
    """None where the account does not have it."""
    belief: Belief

    @property
    def change(self) -> float:
        """The relative change that is believed."""
        return self.belief.effect.as_share

    @property
    def potential(self) -> float | None:
        """The number with that change."""
        return None if self.base is None else self.base * (1 + self.change)

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values; the interval holds the truth 95 times of 100."""
        low, high = self.belief.effect.interval_of_belief()
        return {
            "name": self.name, "unit": self.unit, "base": self.base, "potential": self.potential,
            "believed": {"low": low, "mid": self.change, "high": high}, "cases": self.belief.cases,
            "is_prior_only": self.belief.cases == 0,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One play for one account, and the numbers that made it fit."""

    rank: int
    """1 is the best."""
    play: Play
    evidence: tuple[Evidence, ...]
    why: Sentence
    goal: str | None
    """The goal it serves; None when the account has no goal that it serves."""
    strength: float
    """0 to 1: how far the numbers are from what they are held against."""
    state: Literal["proposed", "declined"] = "proposed"
    """Declined: the account turned it down, and little else fits."""
    gain: Gain | None = None
    """What it may close of that goal."""
    potential: Potential | None = None

    @property
    def title(self) -> Label:
        """What to do, in every language."""
        return self.play.declared.title.label

    @property
    def text(self) -> Label:
        """How to do it, in every language."""
        return self.play.declared.text.label

    def as_json(self, locale: Locale = "en") -> dict[str, Any]:
        """The suggestion as `opsengine strategy suggest` prints it, for a reader of one language."""
        declared = self.play.declared
        expected = declared.expected
        return {
            "rank": self.rank,
            "play": self.play.name,
            "title": self.title[locale],
            "text": self.text[locale],
            "family": declared.family,
            "step": declared.step,
            "channel": declared.channel,
            "rule": self.play.condition.text,
            "evidence": [evidence.as_json() for evidence in self.evidence],
            "expected": {
                "metric": expected.metric,
                "low": float(expected.low),
                "mid": float(expected.mid),
                "high": float(expected.high),
                "source": expected.source.label[locale],
            },
            "potential": self.potential.as_json() if self.potential else None,
            "goal": self.goal,
            "gain": self.gain.as_json() if self.gain else None,
            "effort": declared.effort,
            "cost": float(declared.cost),
            "strength": self.strength,
            "why": self.why.said(locale),
            "source": declared.source.label[locale],
            "state": self.state,
        }


@dataclass(frozen=True, slots=True)
class CannotJudge:
    """A play that may fit or not: numbers are missing."""

    play: str
    missing: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"play": self.play, "missing": list(self.missing)}


@dataclass(frozen=True, slots=True)
class AccountSuggestions:
    """What one account might do next, best first; what lost, nearest first; and what could not be judged."""

    account_id: str
    suggestions: tuple[Suggestion, ...]
    cannot_judge: tuple[CannotJudge, ...]
    under_way: tuple[UnderWay, ...] = ()
    """What it took up before."""
    passed_over: tuple[PassedOver, ...] = ()
    """Plays that fit too, and what they lost by."""

    def as_json(self, locale: Locale = "en") -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "account_id": self.account_id,
            "suggestions": [suggestion.as_json(locale) for suggestion in self.suggestions],
            "passed_over": [play.as_json(locale) for play in self.passed_over],
            "cannot_judge": [play.as_json() for play in self.cannot_judge],
            "under_way": [play.as_json() for play in self.under_way],
        }
