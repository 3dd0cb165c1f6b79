"""What is promised, as rows for the warehouse: where each promise may land, and what of it a play can still move."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from opsengine.goals import GoalResult
    from opsengine.warehouse import Engine

QUANTILES = ("p10", "p50", "p90")
"""One landing in ten is at or below the first, half are below the second, nine in ten below the third. Their mean, weighed 0.3,
0.4 and 0.3, stands for the mean over all landings."""


def put_promises(engine: Engine, goals: Iterable[GoalResult], as_of: date) -> None:
    """The promises of running cycles, their last day included, as rows of `raw.promises`."""
    engine.put("raw.promises", _COLUMNS, [_row(result) for result in goals if result.cycle.start <= as_of <= result.cycle.end])


def landings(result: GoalResult) -> dict[str, float] | None:
    """Where it may land by quantile; without a forecast as it goes on so far. None while nothing is known."""
    if result.actual is None:
        return None
    landing = result.landing
    if landing is not None:
        return {name: getattr(landing, name) for name in QUANTILES}
    so_far = float(result.actual)
    straight = so_far / float(result.elapsed) if result.measure.kind == "flow" and result.elapsed else so_far
    return dict.fromkeys(QUANTILES, straight)


def still_open(result: GoalResult, landing: float) -> float:
    """What of a landing is not settled yet, in the unit of the promise: a play that brings a tenth more moves a tenth of this.

    Of a sum or a stock, what is yet to come; of a ratio or a score, its share of the days that are left.
    """
    if result.measure.kind in ("flow", "stock"):
        return max(landing - float(result.actual or 0), 0.0)
    return abs(landing) * (1 - float(result.elapsed))


def _row(result: GoalResult) -> tuple[object, ...]:
    subject, pace, measure = result.goal.subject, result.pace, result.measure
    gap = None if pace is None else min(max(1 - pace, 0), 1)
    landed = landings(result)
    ends = [landed[name] for name in QUANTILES] if landed else [None, None, None]
    still = [still_open(result, end) for end in landed.values()] if landed else [None, None, None]
    return (
        result.goal.name, subject.kind, subject.key, measure.role.value, measure.metric, result.cycle.end, result.progress, gap,
        1 if measure.direction == "up" else -1, measure.target, *ends, *still, max(result.found.accounts, 1),
    )  # fmt: skip


_COLUMNS = (
    dict.fromkeys(("goal", "subject_kind", "subject", "role", "metric"), "VARCHAR")
    | {"ends_on": "DATE", "progress": "DOUBLE", "gap": "DOUBLE", "sign": "INTEGER", "target": "DOUBLE"}
    | dict.fromkeys((*QUANTILES, "open10", "open50", "open90"), "DOUBLE")
    | {"accounts": "INTEGER"}
)
