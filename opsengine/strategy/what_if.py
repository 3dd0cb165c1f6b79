"""Do A and B: where the account's goals would land if its plays do what is believed of them.

Only what a play moves by itself is told: the metric it names, and goals that promise this metric as a flow. What the play does
to other metrics, to scores and to ranks is not known, and not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsengine.strategy.learning import Segment, learned

if TYPE_CHECKING:
    from opsengine.goals import GoalResult
    from opsengine.strategy.play import Play

QUANTILES = ("p10", "p50", "p90")


@dataclass(frozen=True, slots=True)
class Moved:
    """A metric that some of the plays move, and by how much in all: 0.1 is a tenth more."""

    metric: str
    plays: tuple[str, ...]
    change: float


@dataclass(frozen=True, slots=True)
class Landed:
    """A goal that one of these metrics decides: where it lands as things are, and then."""

    goal: str
    metric: str
    target: float
    now: Mapping[str, float]
    then: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What an account may expect of some plays together."""

    account_id: str
    moved: tuple[Moved, ...]
    landed: tuple[Landed, ...]

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "account_id": self.account_id,
            "metrics": [{"metric": one.metric, "plays": list(one.plays), "change": one.change} for one in self.moved],
            "goals": [
                {"goal": one.goal, "metric": one.metric, "target": one.target, "landing": dict(one.now), "then": dict(one.then)}
                for one in self.landed
            ],
        }


def what_if(
    account_id: str, industry: str | None, plays: Sequence[Play], goals: Iterable[GoalResult], segments: Sequence[Segment]
) -> WhatIf:
    """What these plays together do to the metrics they name, and to the running goals of the account that rest on them."""
    moved = _moved(plays, industry, segments)
    changes = {one.metric: one.change for one in moved}
    own = [result for result in goals if result.goal.subject.account == account_id]
    landed = [_landed(result, changes.get(result.measure.metric)) for result in own]
    return WhatIf(account_id, moved, tuple(one for one in landed if one is not None))


def _moved(plays: Sequence[Play], industry: str | None, segments: Sequence[Segment]) -> tuple[Moved, ...]:
    """Effects on one metric follow each other: a tenth more, and again a tenth of that."""
    effects: dict[str, tuple[tuple[str, ...], float]] = {}
    for play in plays:
        everywhere, industries = learned(play, segments)
        believed = industries.get(industry or "", everywhere).as_share
        names, factor = effects.get(play.declared.expected.metric, ((), 1.0))
        effects[play.declared.expected.metric] = ((*names, play.name), factor * (1 + believed))
    return tuple(Moved(metric, names, round(factor - 1, 9)) for metric, (names, factor) in effects.items())


def _landed(result: GoalResult, change: float | None) -> Landed | None:
    """The days still to come bring that much more; what is there stays. None where this cannot be told."""
    landing, actual = result.landing, result.actual
    if change is None or landing is None or actual is None or result.is_over or result.measure.kind != "flow":
        return None
    now = {name: getattr(landing, name) for name in QUANTILES}
    then = {name: float(actual) + (value - float(actual)) * (1 + change) for name, value in now.items()}
    return Landed(result.goal.name, result.measure.metric, float(result.measure.target), now, then)
