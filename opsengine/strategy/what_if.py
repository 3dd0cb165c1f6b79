"""Do A and B: what becomes of the account's scores, its ranks and its goals if the plays do what is believed of them.

Told is what a play's file says: the metric it names, sums of which that is a part, its side effects, and, as a declared part of
its effect, the metrics that it serves. What it does to anything else is not known, and not guessed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from opsengine.errors import UserError
from opsengine.goals import SCORES
from opsengine.strategy.combining import Ground, Together, Told, together
from opsengine.strategy.learning import TWO_SIDED_95
from opsengine.strategy.promising import QUANTILES, landings, still_open
from opsengine.strategy.ranking import RankingFile
from opsengine.strategy.rescoring import ScoreThen, rescored
from opsengine.strategy.sharing import parts_of

if TYPE_CHECKING:
    from datetime import date

    from opsengine.goals import GoalResult
    from opsengine.strategy.believing import Belief
    from opsengine.strategy.play import Play
    from opsengine.warehouse import Engine

P10_TO_P90 = 2.563103131
"""Standard deviations of a normal distribution between one in ten and nine in ten."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A number over 28 days that some of the plays move, and by how much in all."""

    metric: str
    together: Together
    base: float | None
    """None where the account does not have it."""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values; `change` is relative: 0.1 is a tenth more."""
        one = self.together
        then = None if self.base is None else self.base * (1 + one.change)
        return {
            "metric": self.metric, "plays": list(one.plays), "change": one.change, "low": one.low, "high": one.high,
            "base": self.base, "then": then, "is_carried": one.is_carried,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Landed:
    """A goal that one of these numbers decides: where it lands as things are, and then."""

    goal: str
    subject: tuple[str, str]
    """Who promised, by kind and name."""
    share: float
    """What part of the promise is this account's: 1 of its own."""
    metric: str
    role: str
    target: float
    now: Mapping[str, float]
    then: Mapping[str, float]
    then_between: tuple[float, float]
    """Where the middle landing lies 95 times of 100, by what is known of the plays."""
    odds: tuple[float | None, float | None]
    """Of the target, as things are and then; for a guardrail, that it holds."""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "goal": self.goal, "subject": {"kind": self.subject[0], "id": self.subject[1]}, "share": self.share,
            "metric": self.metric, "role": self.role, "target": self.target, "landing": dict(self.now),
            "then": dict(self.then), "then_low": self.then_between[0], "then_high": self.then_between[1],
            "odds": self.odds[0], "odds_then": self.odds[1],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What an account may expect of some plays together."""

    account_id: str
    plays: tuple[tuple[str, bool | None], ...]
    """Each play, and whether the account meets its condition today; None where a number is missing."""
    moved: tuple[Moved, ...]
    scores: tuple[ScoreThen, ...]
    landed: tuple[Landed, ...]

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "account_id": self.account_id,
            "plays": [{"play": name, "fits": fits} for name, fits in self.plays],
            "metrics": [one.as_json() for one in self.moved],
            "scores": [one.as_json() for one in self.scores],
            "goals": [one.as_json() for one in self.landed],
        }


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What is believed of plays in an account's industry, and how much of it counts twice."""

    told: tuple[Told, ...]
    ranking: RankingFile

    @staticmethod
    def of(plays: Sequence[Play], industry: str | None, beliefs: Sequence[Belief], ranking: RankingFile) -> Beliefs:
        """The belief of the industry, or the one of everywhere."""
        known = {(one.play, one.industry): one for one in beliefs}
        found = ((play, known.get((play.name, industry)) or known[play.name, None]) for play in plays)
        return Beliefs(tuple(Told(play, belief.effect) for play, belief in found), ranking)


def what_if(engine: Engine, account_id: str, believed: Beliefs, goals: Sequence[GoalResult], as_of: date) -> WhatIf:
    """What these plays together do to an account. Raises UserError when two of them do not go together.

    Needs the tables of room one and those that `suggest` made.
    """
    told = believed.told
    refuse_conflicts([one.play for one in told])
    numbers = {row["metric"]: row["value"] for row in engine.read(_WINDOW, account_id=account_id)}
    falling = frozenset(row["metric"] for row in engine.read(_FALLING))
    wholes = {(whole, one.play.declared.expected.metric) for one in told for whole in one.play.wholes}
    shares = {(whole, part): _share(numbers.get(part), numbers.get(whole)) for whole, part in wholes}
    ground = Ground(shares, falling, believed.ranking)
    changes = {
        metric: found
        for metric in _reached([one.play for one in told])
        if metric not in SCORES and (found := together(metric, told, ground)) is not None
        if metric in numbers or not found.is_carried
    }
    scores = rescored(engine, account_id, as_of, changes)
    judged = {row["question"]: row["is_true"] for row in engine.read(_JUDGED, account_id=account_id)}
    return WhatIf(
        account_id,
        tuple((one.play.name, judged.get(one.play.name)) for one in told),
        tuple(Moved(metric, change, numbers.get(metric)) for metric, change in changes.items()),
        scores,
        tuple(_landings(parts_of(engine, account_id, goals), changes, scores, goals)),
    )


def _reached(plays: Sequence[Play]) -> Iterable[str]:
    """The metrics that plays name, sums of these, side effects, and metrics that they serve; each once, in this order."""
    named = [play.declared.expected.metric for play in plays]
    wholes = [whole for play in plays for whole in play.wholes]
    sides = [side.metric for play in plays for side in play.declared.side_effects]
    return dict.fromkeys([*named, *wholes, *sides, *(metric for play in plays for metric in play.declared.goals)])


def refuse_conflicts(plays: Sequence[Play]) -> None:
    """Say that two plays do not go together. Raises UserError."""
    for play in plays:
        for other in plays:
            if other.name in play.declared.conflicts:
                hint = "try them one by one"
                raise UserError("{play} and {other} do not go together", hint=hint, play=play.name, other=other.name)


def _landings(
    parts: Mapping[str, float], changes: Mapping[str, Together], scores: Sequence[ScoreThen], goals: Iterable[GoalResult]
) -> Iterable[Landed]:
    """Goals that end later than today, that the account is behind, and that are decided by a number or a score that moves."""
    points = {f"{one.scorecard}_score": {case: then - one.score for case, then in one.then.items()} for one in scores}
    for result in goals:
        metric, now, share = result.measure.metric, landings(result), parts.get(result.measure_id)
        if share is None or result.is_over or now is None:
            continue
        if metric in changes:
            change = changes[metric]
            by = {"low": share * change.low, "mid": share * change.change, "high": share * change.high}
            added = {case: {q: still_open(result, end) * x for q, end in now.items()} for case, x in by.items()}
        elif metric in points:
            added = {case: dict.fromkeys(now, share * more) for case, more in points[metric].items()}
        else:
            continue
        yield _landed(result, share, now, added)


def _landed(result: GoalResult, share: float, now: Mapping[str, float], added: Mapping[str, Mapping[str, float]]) -> Landed:
    """What is there stays; what is to come changes, as far as it is this account's."""
    then = {name: now[name] + added["mid"][name] for name in QUANTILES}
    between = sorted(now["p50"] + added[case]["p50"] for case in ("low", "high"))
    odds = _odds(result, now, then["p50"], (between[1] - between[0]) / (2 * TWO_SIDED_95))
    measure, subject = result.measure, result.goal.subject
    return Landed(
        result.goal.name, (subject.kind, subject.key), share, measure.metric, measure.role.value, float(measure.target), dict(now),
        then, (between[0], between[1]), odds,
    )  # fmt: skip


def _odds(result: GoalResult, now: Mapping[str, float], then: float, spread: float) -> tuple[float | None, float | None]:
    """The odds as they are told, and moved as far as the landing moves; None where none are told."""
    noise = (now["p90"] - now["p10"]) / P10_TO_P90
    if result.odds is None or not noise:
        return result.odds, None
    sign = 1 if result.measure.direction == "up" else -1
    normal = NormalDist()
    before = normal.inv_cdf(min(max(result.odds, 0.0001), 0.9999))
    after = (before * noise + sign * (then - now["p50"])) / math.hypot(noise, spread)
    return result.odds, round(normal.cdf(after), 6)


def _share(part: float | None, whole: float | None) -> float:
    return min(max(part / whole, 0.0), 1.0) if part is not None and whole else 0.0


_WINDOW = "select metric, value from metrics.account_window where account_id = $account_id and days = 28 order by metric"
_FALLING = "select metric from raw.metrics where direction = 'down'"
_JUDGED = "select question, is_true from raw.play_judgements where account_id = $account_id order by question"
