"""The chart of the primary goal: day by day against plan and target, and where it will land."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsengine.report.lettering import LABEL, STRONG, WIDTH, text_width
from opsengine.report.placing import BOTTOM, HEIGHT, TOP, Canvas, Label, day_ticks
from opsengine.report.scales import Scale, path, round_ticks
from opsengine.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsengine.report.brief import Pace
    from opsengine.report.figures import Figures
    from opsengine.report.placing import Anchor, Dot

Chart = dict[str, Any]
RIGHT = WIDTH - 16
RISES, FALLS = range(12, 92, 8), range(24, 104, 8)
"""How far above or below a point its label may stand; the nearest place that is free is taken."""


def pace(pace: Pace | None, figures: Figures) -> Chart | None:
    """The chart as places and texts; None when there is nothing to draw."""
    if pace is None or len(pace.steps) < 2 or not any(step.actual is not None for step in pace.steps):
        return None
    return _Drawing.of(pace, figures).chart()


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The parts of the chart, in pixels."""

    pace: Pace
    figures: Figures
    grid: list[float]
    x: Scale
    y: Scale
    actual: list[Dot | None]
    plan: list[Dot]

    @classmethod
    def of(cls, pace: Pace, figures: Figures) -> _Drawing:
        """Scales that hold all of it, from zero or below."""
        known = [step.actual for step in pace.steps if step.actual is not None]
        highest = max(pace.target, pace.landing.high if pace.landing else 0.0, *known, 0.0)
        grid = round_ticks(min(0.0, *known, 0.0), highest * 1.04)
        left = max(text_width(figures.amount(tick, pace.unit), LABEL) for tick in grid) + 10
        x, y = Scale(0, len(pace.steps) - 1, left, RIGHT), Scale(grid[0], grid[-1], BOTTOM, TOP)
        actual = [None if step.actual is None else (x(place), y(step.actual)) for place, step in enumerate(pace.steps)]
        plan = [(x(place), y(step.plan)) for place, step in enumerate(pace.steps)]
        return cls(pace, figures, grid, x, y, actual, plan)

    def chart(self) -> Chart:
        """Everything that the template draws."""
        return {
            "width": WIDTH,
            "height": HEIGHT,
            "left": round(self.x.start, 1),
            "right": RIGHT,
            "top": TOP,
            "bottom": BOTTOM,
            "grid": [{"y": self.y(tick), "label": self._said(tick)} for tick in self.grid],
            "ticks": day_ticks([step.day for step in self.pace.steps], self.x, self.figures),
            "plan": path(self.plan),
            "actual": path(self.actual),
            "now": {"x": self._now[0], "y": self._now[1]},
            "target_y": self._target,
            "landing": self._cone(),
            "labels": self._labels(),
            "alt": self._alt(),
        }

    @property
    def _now(self) -> Dot:
        return next(dot for dot in reversed(self.actual) if dot is not None)

    @property
    def _target(self) -> float:
        return self.y(self.pace.target)

    @property
    def _ends(self) -> tuple[Dot, Dot, Dot] | None:
        """Where the cycle will end, low, middle and high; None once it is over or when nobody can tell."""
        landing = self.pace.landing
        if landing is None or self._now[0] >= self.x.end:
            return None
        return (self.x.end, self.y(landing.low)), (self.x.end, self.y(landing.mid)), (self.x.end, self.y(landing.high))

    def _said(self, value: float) -> str:
        return self.figures.amount(value, self.pace.unit)

    def _last(self) -> float:
        return next(step.actual for step in reversed(self.pace.steps) if step.actual is not None)

    def _cone(self) -> Chart | None:
        if self._ends is None:
            return None
        now, low, mid, high = (f"{dot[0]:g} {dot[1]:g}" for dot in (self._now, *self._ends))
        return {"band": f"M{now}L{high}L{low}Z", "middle": f"M{now}L{mid}"}

    def _labels(self) -> Chart:
        """The value of today, the landing, the target and the plan, where they cover no line and no other label."""
        words, ends = Words(self.figures.locale), self._ends
        canvas = Canvas(self.x.start, 0, self.x.end, BOTTOM - 2)
        for line in (self.actual, self.plan, [(self.x.start, self._target), (self.x.end, self._target)]):
            canvas.draw(line)
        for end in ends or ():
            canvas.draw([self._now, end])
        value = Label(self._said(self._last()), STRONG + 2, "bold")
        labels: Chart = {"likely": None, "value": canvas.place(value, list(self._around_now()))}
        if ends is not None and self.pace.landing is not None:
            said = self.figures.span(self.pace.landing.low, self.pace.landing.high, self.pace.unit)
            below: list[tuple[float, float, Anchor]] = [(self.x.end, ends[0][1] + fall, "end") for fall in FALLS]
            above: list[tuple[float, float, Anchor]] = [(self.x.end, ends[2][1] - rise, "end") for rise in RISES]
            labels["likely"] = canvas.place(Label(words("Likely {range}", range=said), LABEL, "bold"), [*below, *above])
        target = Label(words("Target {value}", value=self._said(self.pace.target)), LABEL, "bold")
        return labels | {
            "target": canvas.place(target, list(self._beside_target())),
            "plan": canvas.place(Label(words("Plan"), LABEL), list(self._beside_plan())),
        }

    def _around_now(self) -> Iterator[tuple[float, float, Anchor]]:
        x, y = self._now
        yield from ((x - 8, y - rise, "end") for rise in RISES)
        yield from ((x + 10, y - rise, "start") for rise in RISES)
        yield from ((x + 6, y + fall, "start") for fall in FALLS)
        yield from ((x - 8, y + fall, "end") for fall in FALLS)

    def _beside_target(self) -> Iterator[tuple[float, float, Anchor]]:
        for y in (self._target - 7, self._target + 17):
            yield self.x.start + 8, y, "start"
            yield self.x.end, y, "end"
            yield (self.x.start + self.x.end) / 2, y, "middle"

    def _beside_plan(self) -> Iterator[tuple[float, float, Anchor]]:
        for share in (0.3, 0.4, 0.5, 0.6, 0.2, 0.75):
            x, y = self.plan[round((len(self.plan) - 1) * share)]
            yield x + 6, y + 18, "start"
            yield x - 6, y - 9, "end"

    def _alt(self) -> str:
        index = max(place for place, dot in enumerate(self.actual) if dot is not None)
        return Words(self.figures.locale)(
            "{metric} by day: {actual} of {target} reached by {day}",
            metric=self.figures.said(self.pace.metric),
            actual=self._said(self._last()),
            target=self._said(self.pace.target),
            day=self.figures.day(self.pace.steps[index].day),
        )
