"""Bars as shares of their track: for pages as widths, for mail as cells of a table."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opsengine.report.brief import Goal, Rank

Bar = dict[str, Any]


def goal_bar(goal: Goal) -> Bar | None:
    """How far a goal is, where it should be by now, and where it will land; None when its progress is not known.

    All are shares of a track that ends at the target, or beyond it when something lies beyond.
    """
    if goal.progress is None:
        return None
    landing = (goal.landing.low / goal.target, goal.landing.high / goal.target) if goal.landing and goal.target else None
    full = max(1.0, goal.progress, landing[1] if landing else 0.0)
    done = max(goal.progress, 0.0) / full
    bar: Bar = {"done": done, "target": 1 / full, "expected": None, "low": None, "high": None}
    if goal.expected is not None:
        bar["expected"] = min(max(goal.expected, 0.0) / full, 1.0)
    if landing:
        bar["low"], bar["high"] = (min(max(end, 0.0) / full, 1.0) for end in landing)
    return bar | {"cells": _cells(done, bar["expected"], bar["low"], bar["high"])}


def rank_strip(rank: Rank) -> Bar:
    """Where the account stands between the last (0) and the first (1) of its group, and how sure that is."""
    steps = max(rank.accounts - 1, 1)
    place, best, worst = (1 - (number - 1) / steps for number in (rank.rank, rank.low, rank.high))
    return {"place": place, "from": min(worst, best), "to": max(worst, best)}


def share_bar(count: float | None, largest: float) -> float:
    """The length of one bar beside others."""
    return 0.0 if count is None or largest <= 0 else count / largest


def _cells(done: float, expected: float | None, low: float | None, high: float | None) -> list[Bar]:
    """The track as cells from left to right, each `done`, `band` or `rest`; today's plan marks an edge of one of them."""
    cuts = sorted({0.0, 1.0, min(done, 1.0), *(cut for cut in (expected, low, high) if cut is not None)})
    cells: list[Bar] = []
    for start, end in pairwise(cuts):
        middle = (start + end) / 2
        is_band = low is not None and high is not None and low <= middle <= high
        mark = "left" if start == expected else "right" if end == expected == 1.0 else ""
        cells.append({"kind": "done" if middle < done else "band" if is_band else "rest", "share": end - start, "mark": mark})
    return cells
