"""The odds that everything a goal promises is reached together, the primary measure and all secondary ones.

Measures that go well together are likelier to be reached together than their odds multiplied. How much they go together is
the correlation of the errors that forecasts of both made at the same time in the past, of the account and its peers; the odds
are those of normal chances that share one common cause. Where correlations are not known, and for more than two measures that
go against each other, they count as independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations, groupby
from math import copysign, prod, sqrt
from statistics import NormalDist, fmean
from typing import TYPE_CHECKING

from opsengine.goals.goal import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsengine.goals.result import GoalResult

MOST = 0.95
"""No two measures are one and the same."""
LEAST_ERRORS = 8
"""Fewer pairs of errors say nothing about what goes together."""
_SURE = 1e-9
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Together:
    """How probable it is that all measures of a goal are reached."""

    odds: float
    apart: float
    """The same, had the measures nothing to do with each other: their odds multiplied."""
    errors: int
    """Pairs of past errors that the difference rests on; 0 where nothing is known of it."""

    def as_json(self) -> dict[str, float | int]:
        """As `opsengine goals show` prints it."""
        return {"odds": self.odds, "odds_if_independent": self.apart, "errors": self.errors}


def together(results: Sequence[GoalResult]) -> Together | None:
    """For the results of one goal; None without a primary and a secondary measure, or where one of their odds is not known."""
    promised = [result for result in results if result.measure.role is not Role.GUARDRAIL]
    odds = [chance for result in promised if (chance := result.odds) is not None]
    if len(promised) < 2 or len(odds) < len(promised) or promised[0].measure.role is not Role.PRIMARY:
        return None
    known = [_correlation(*pair) for pair in combinations(promised, 2)]
    apart = round(prod(odds), 4)
    if any(errors < LEAST_ERRORS for _, errors in known):
        return Together(apart, apart, 0)
    loads = _loads([correlation for correlation, _ in known], len(odds))
    return Together(round(min(shared_odds(odds, loads), *odds), 4), apart, min(errors for _, errors in known))


def together_by_goal(results: Sequence[GoalResult]) -> dict[str, Together | None]:
    """The odds of all measures of each goal together, by the id of its first one; the results of a goal follow each other."""
    told = (tuple(mine) for _, mine in groupby(results, key=lambda result: result.goal.name))
    return {mine[0].measure_id: together(mine) for mine in told if len(mine) > 1}


def shared_odds(odds: Sequence[float], loads: Sequence[float]) -> float:
    """The odds that all come true of normal chances that share one cause, each by its load from -1 to 1."""
    if min(odds) <= 0:
        return 0.0
    bounds = [_NORMAL.inv_cdf(min(max(chance, _SURE), 1 - _SURE)) for chance in odds]
    parts = [(bound, load, sqrt(1 - load * load)) for bound, load in zip(bounds, loads, strict=True)]
    return sum(
        weight * prod(_NORMAL.cdf((bound + load * cause) / own) for bound, load, own in parts) for cause, weight in _causes()
    )


def _loads(correlations: Sequence[float], count: int) -> list[float]:
    """How much each measure hangs on the common cause."""
    shared = fmean(correlations)
    if count == 2:
        load = sqrt(min(abs(shared), MOST))
        return [load, copysign(load, shared)]
    return [sqrt(min(max(shared, 0.0), MOST))] * count


def _correlation(one: GoalResult, other: GoalResult) -> tuple[float, int]:
    """How two measures are reached together, and how many pairs of errors tell of it; for less is better, it turns round."""
    told = one.forecast.moves_with.get(other.measure_id) if one.forecast else None
    told = told or (other.forecast.moves_with.get(one.measure_id) if other.forecast else None)
    if told is None:
        return 0.0, 0
    correlation, errors = told
    return (correlation if one.measure.direction == other.measure.direction else -correlation), errors


@cache
def _causes() -> tuple[tuple[float, float], ...]:
    """The common cause in small steps, with how probable each is; together 1."""
    steps = [number / 16 for number in range(-96, 97)]
    weights = [_NORMAL.pdf(step) for step in steps]
    whole = sum(weights)
    return tuple((step, weight / whole) for step, weight in zip(steps, weights, strict=True))
