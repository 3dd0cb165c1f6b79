"""From values to places on paper: linear scales, round ticks, labels that do not touch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from `low`..`high` to `start`..`end`; everything beyond is clamped to the ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value lies, to a tenth of a pixel."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(self.start + (self.end - self.start) * min(max(share, 0.0), 1.0), 1)


def round_ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """About so many round values a constant step apart; the first is at or below `low`, the last at or above `high`."""
    span = max(high - low, abs(high) * 1e-6, 1e-9)
    rough = span / max(wanted, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in _STEPS if power * factor >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(index * step, 10) for index in range(first, max(last, first + 1) + 1)]


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The wanted places, in their order, moved as little as needed to be `gap` apart and within `low`..`high`.

    Where they cannot all fit they are spaced evenly.
    """
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    if len(order) * gap > high - low + gap:
        gap = (high - low) / max(len(order) - 1, 1)
    places = [0.0] * len(wanted)
    edge = low - gap
    for index in order:
        edge = places[index] = max(wanted[index], edge + gap)
    edge = high + gap
    for index in reversed(order):
        edge = places[index] = min(places[index], edge - gap)
    return [round(place, 1) for place in places]


def path(points: Sequence[tuple[float, float] | None]) -> str:
    """An SVG path through the points; None lifts the pen."""
    parts: list[str] = []
    is_down = False
    for point in points:
        if point is not None:
            parts.append(f"{'L' if is_down else 'M'}{point[0]:g} {point[1]:g}")
        is_down = point is not None
    return "".join(parts)
