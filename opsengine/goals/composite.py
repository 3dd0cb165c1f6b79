"""One number for a whole goal file: the primary measure and the secondary ones together, with the primary as a gate."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from opsengine.goals.goal import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsengine.goals.result import GoalResult

MOST = Decimal("1.2")
"""More than a fifth above a target does not make good what another measure lacks."""


@dataclass(frozen=True, slots=True)
class Achievement:
    """How far a goal is as a whole."""

    share: Decimal
    """1 for all of it."""
    is_gated: bool
    """Whether the primary measure is below its gate, and the whole is held at the primary's."""


def composite_of(results: Sequence[GoalResult]) -> Achievement | None:
    """The achievement of one goal's results; None without a primary measure, or while one of them is not known."""
    primary = next((result for result in results if result.measure.role is Role.PRIMARY), None)
    if primary is None:
        return None
    secondary = [result for result in results if result.measure.role is Role.SECONDARY]
    main, others = _achieved(primary), [_achieved(result) for result in secondary]
    if main is None or any(one is None for one in others):
        return None
    terms = primary.goal.plan.composite
    weights = [result.measure.weight or Decimal(0) for result in secondary]
    beside = sum(((one or Decimal(0)) * weight for one, weight in zip(others, weights, strict=True)), Decimal(0))
    whole = terms.primary * main + (1 - terms.primary) * beside if secondary else main
    is_gated = main < terms.gate
    return Achievement(min(whole, main) if is_gated else whole, is_gated)


def _achieved(result: GoalResult) -> Decimal | None:
    """How much of a promise is there, 0 to 1.2: of an allowance how well it is kept so far."""
    actual, measure = result.actual, result.measure
    if actual is None or measure.target <= 0 or result.progress is None:
        return None
    if measure.kind == "flow" and measure.direction == "down":
        share = measure.target / actual if actual > 0 else MOST
    else:
        share = result.progress
    return min(max(share, Decimal(0)), MOST)
