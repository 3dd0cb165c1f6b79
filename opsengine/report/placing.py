"""Placing labels in a chart: each goes to the first of its places where it covers no line and no other label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from opsengine.report.lettering import LABEL, WIDTH, Weight, text_width

if TYPE_CHECKING:
    from datetime import date

    from opsengine.report.figures import Figures
    from opsengine.report.scales import Scale

HEIGHT = 250
TOP, BOTTOM = 18, HEIGHT - 30
"""A chart with axes, and the lines between which it draws."""

Anchor = Literal["start", "middle", "end"]
Dot = tuple[float, float]
_STRIDE = 4.0
"""Lines are looked at every four pixels: no label is smaller."""
_AIR = 2.0
"""Pixels that a label keeps from everything else."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text and its size; `x`, `y` are its baseline's start, middle or end."""

    text: str
    size: float
    weight: Weight = "regular"

    def box(self, x: float, y: float, anchor: Anchor) -> tuple[float, float, float, float]:
        """What it covers there: left, top, right, bottom."""
        width = text_width(self.text, self.size, self.weight)
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        return left, y - self.size * 0.88, left + width, y + self.size * 0.2


@dataclass(slots=True)
class Canvas:
    """The room for labels, and what it already holds."""

    left: float
    top: float
    right: float
    bottom: float
    _dots: list[Dot] = field(default_factory=list)
    _boxes: list[tuple[float, float, float, float]] = field(default_factory=list)

    def draw(self, line: Iterable[Dot | None]) -> None:
        """Keep labels away from a line; None lifts the pen."""
        for first, second in pairwise(line):
            if first is not None and second is not None:
                self._dots += _along(first, second)

    def place(self, label: Label, wishes: Sequence[tuple[float, float, Anchor]]) -> dict[str, float | str]:
        """The first wish where nothing is covered, else the one that covers least; ready for a template."""
        x, y, anchor = min(wishes, key=lambda wish: self._covered(label.box(*wish)))
        self._boxes.append(label.box(x, y, anchor))
        return {"text": label.text, "x": round(x, 1), "y": round(y, 1), "anchor": anchor}

    def _covered(self, box: tuple[float, float, float, float]) -> float:
        left, top, right, bottom = box[0] - _AIR, box[1] - _AIR, box[2] + _AIR, box[3] + _AIR
        outside = sum(max(over, 0.0) for over in (self.left - box[0], self.top - box[1], box[2] - self.right, box[3] - self.bottom))
        crossed = sum(1 for x, y in self._dots if left <= x <= right and top <= y <= bottom)
        touched = sum(1 for other in self._boxes if left < other[2] and other[0] < right and top < other[3] and other[1] < bottom)
        return crossed + 30 * touched + 100 * (outside > 0) + outside


def day_ticks(days: Sequence[date], x: Scale, figures: Figures) -> list[dict[str, float | str]]:
    """Days at even distances, the last always among them, as many as fit; the outer ones stay inside the picture."""
    widest = max(text_width(figures.tick_day(day), LABEL) for day in days) + 16
    step = next((step for step in range(1, len(days)) if step * (x.end - x.start) / (len(days) - 1) >= widest), len(days))
    step = max(step, -(-(len(days) - 1) // 6))
    ticks: list[dict[str, float | str]] = []
    for index in range(len(days) - 1, -1, -step):
        label = figures.tick_day(days[index])
        half = text_width(label, LABEL) / 2
        ticks.append({"x": round(min(max(x(index), half), WIDTH - half), 1), "mark": x(index), "label": label})
    return ticks[::-1]


def _along(first: Dot, second: Dot) -> Iterable[Dot]:
    length = max(abs(second[0] - first[0]), abs(second[1] - first[1]))
    steps = max(int(length / _STRIDE), 1)
    for step in range(steps + 1):
        share = step / steps
        yield first[0] + (second[0] - first[0]) * share, first[1] + (second[1] - first[1]) * share
