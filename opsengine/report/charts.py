"""Charts as numbers: every scale, tick and place of a label, ready for the SVG templates in `templates/charts/`.

Each function takes a part of a brief and the figures of a language and returns plain dicts of pixels and texts, or
None when there is nothing to draw. Colours and strokes are the template's business. All charts are 460 wide: mail
shows them at about 584, a phone at about 330, and both can be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opsengine.report.lettering import LABEL, STRONG, WIDTH, text_width
from opsengine.report.scales import Scale, path, round_ticks, spread
from opsengine.report.stacks import tiers, traffic
from opsengine.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from opsengine.report.brief import Brief, Pace, Score, Step
    from opsengine.report.figures import Figures

Chart = dict[str, Any]
HEIGHT = 250
MARGIN = 10
"""Around a picture that stands alone."""
LEAST_SPAN = 60
"""A score axis shows at least so many points, so that noise does not look like news."""
_TOP, _BOTTOM = 18, HEIGHT - 30


def draw(brief: Brief, figures: Figures) -> dict[str, Chart | None]:
    """Every chart of the brief by name."""
    charts = {
        "trend": trend(brief.scores, figures),
        "pace": pace(brief.pace, figures),
        "tiers": tiers(brief.tiers, figures),
        "traffic": traffic(brief.traffic, figures),
    }
    return {name: chart and chart | {"box": f"0 0 {chart['width']} {chart['height']}"} for name, chart in charts.items()}


def framed(chart: Chart) -> Chart:
    """The same chart with a margin, for a picture that stands on a plate of its own."""
    width, height = chart["width"] + 2 * MARGIN, chart["height"] + 2 * MARGIN
    return chart | {"box": f"{-MARGIN} {-MARGIN} {width} {height}", "width": width, "height": height}


def trend(scores: Sequence[Score], figures: Figures) -> Chart | None:
    """The scores over the weeks, each named at its end; weeks without a score are gaps."""
    known = [point.value for score in scores for point in score.history if point.value is not None]
    if len(known) < 2:
        return None
    days = [point.day for point in max(scores, key=lambda score: len(score.history)).history]
    grid = _score_ticks(min(known), max(known))
    left = max(text_width(figures.number(tick), LABEL) for tick in grid) + 10
    ends = [_end_label(score, figures) for score in scores]
    right = WIDTH - max(text_width(label, STRONG, "bold") for label in ends) - 14
    x, y = Scale(0, len(days) - 1, left, right), Scale(grid[0], grid[-1], _BOTTOM, _TOP)
    lines = [_line(score, days, x, y, label) for score, label in zip(scores, ends, strict=True)]
    drawn = [line for line in lines if line is not None]
    for line, place in zip(drawn, spread([line["end_y"] for line in drawn], STRONG + 4, _TOP, _BOTTOM), strict=True):
        line["label_y"] = round(place + STRONG * 0.36, 1)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": round(left, 1),
        "right": right,
        "top": _TOP,
        "bottom": _BOTTOM,
        "grid": [{"y": y(tick), "label": figures.number(tick)} for tick in grid],
        "ticks": _day_ticks(days, x, figures, WIDTH),
        "lines": drawn,
        "alt": _trend_alt(scores, figures),
    }


def sparkline(score: Score, width: float = 132, height: float = 36) -> Chart | None:
    """The same weeks as one small line, without axes."""
    known = [point.value for point in score.history if point.value is not None]
    if len(known) < 2:
        return None
    middle = (min(known) + max(known)) / 2
    half = max((max(known) - min(known)) / 2, LEAST_SPAN / 3)
    x, y = Scale(0, len(score.history) - 1, 3, width - 4), Scale(middle - half, middle + half, height - 4, 4)
    points = [None if point.value is None else (x(index), y(point.value)) for index, point in enumerate(score.history)]
    last = next(point for point in reversed(points) if point is not None)
    return {"width": width, "height": height, "path": path(points), "x": last[0], "y": last[1]}


def pace(pace: Pace | None, figures: Figures) -> Chart | None:
    """The primary goal day by day: what was reached, what the plan asked for, the target, where it will land."""
    if pace is None or len(pace.steps) < 2 or not any(step.actual is not None for step in pace.steps):
        return None
    words = Words(figures.locale)
    done = [(index, step.actual) for index, step in enumerate(pace.steps) if step.actual is not None]
    highest = max(pace.target, pace.landing.high if pace.landing else 0.0, *(actual for _, actual in done))
    lowest = min(0.0, *(actual for _, actual in done))
    grid = round_ticks(lowest, highest * 1.04)
    left = max(text_width(figures.amount(tick, pace.unit), LABEL) for tick in grid) + 10
    x, y = Scale(0, len(pace.steps) - 1, left, WIDTH - 16), Scale(grid[0], grid[-1], _BOTTOM, _TOP)
    index, actual = done[-1]
    now = (x(index), y(actual))
    value = _value_label(figures.amount(actual, pace.unit), now, left)
    target = _target_label(words("Target {value}", value=figures.amount(pace.target, pace.unit)), y(pace.target), left, value)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": round(left, 1),
        "right": WIDTH - 16,
        "top": _TOP,
        "bottom": _BOTTOM,
        "grid": [{"y": y(tick), "label": figures.amount(tick, pace.unit)} for tick in grid],
        "ticks": _day_ticks([step.day for step in pace.steps], x, figures, WIDTH),
        "plan": path([(x(place), y(step.plan)) for place, step in enumerate(pace.steps)]),
        "plan_label": _plan_label(words("Plan"), pace.steps, x, y),
        "actual": path([None if step.actual is None else (x(place), y(step.actual)) for place, step in enumerate(pace.steps)]),
        "now": {"x": now[0], "y": now[1]},
        "value": value,
        "target_y": y(pace.target),
        "target": target,
        "landing": _landing(pace, figures, now, x, y),
        "alt": words(
            "{metric} by day: {actual} of {target} reached by {day}",
            metric=figures.said(pace.metric),
            actual=figures.amount(actual, pace.unit),
            target=figures.amount(pace.target, pace.unit),
            day=figures.day(pace.steps[index].day),
        ),
    }


def _score_ticks(low: float, high: float) -> list[float]:
    short = max(LEAST_SPAN - (high - low), 0) / 2
    ticks = round_ticks(max(low - short - 4, 0), min(high + short + 4, 1000))
    return [tick for tick in ticks if 0 <= tick <= 1000]


def _end_label(score: Score, figures: Figures) -> str:
    last = next((point.value for point in reversed(score.history) if point.value is not None), None)
    return f"{figures.said(score.label)} {figures.number(last, 1)}"


def _line(score: Score, days: Sequence[date], x: Scale, y: Scale, label: str) -> Chart | None:
    places = {day: index for index, day in enumerate(days)}
    points = [
        None if point.value is None else (x(places[point.day]), y(point.value)) for point in score.history if point.day in places
    ]
    last = next((point for point in reversed(points) if point is not None), None)
    if last is None:
        return None
    return {"id": score.scorecard, "path": path(points), "end_x": last[0], "end_y": last[1], "label_x": x.end + 12, "label": label}


def _trend_alt(scores: Sequence[Score], figures: Figures) -> str:
    words = Words(figures.locale)
    days = [point.day for score in scores for point in score.history]
    ends = words(", ").join(_end_label(score, figures) for score in scores)
    return words("Scores from {start} to {end}: {scores}", start=figures.day(min(days)), end=figures.day(max(days)), scores=ends)


def _day_ticks(days: Sequence[date], x: Scale, figures: Figures, width: float) -> list[Chart]:
    """Days at even distances, the last always among them, as many as fit; the outer ones stay inside the picture."""
    widest = max(text_width(figures.tick_day(day), LABEL) for day in days) + 16
    step = next((step for step in range(1, len(days)) if step * (x.end - x.start) / (len(days) - 1) >= widest), len(days))
    step = max(step, -(-(len(days) - 1) // 6))
    ticks = []
    for index in range(len(days) - 1, -1, -step):
        label = figures.tick_day(days[index])
        half = text_width(label, LABEL) / 2
        ticks.append({"x": round(min(max(x(index), half), width - half), 1), "mark": x(index), "label": label})
    return ticks[::-1]


def _value_label(text: str, now: tuple[float, float], left: float) -> Chart:
    """Above and before the last point; after it where there is no room before."""
    width = text_width(text, STRONG + 2, "bold")
    has_room = now[0] - 8 - width > left
    y = max(now[1] - 12, _TOP + 4)
    return {
        "text": text,
        "x": round(now[0] - 8 if has_room else now[0] + 10, 1),
        "y": round(y, 1),
        "anchor": "end" if has_room else "start",
        "from": now[0] - 8 - width if has_room else now[0] + 10,
        "to": now[0] - 8 if has_room else now[0] + 10 + width,
    }


def _target_label(text: str, y: float, left: float, value: Chart) -> Chart:
    """Above the target line at its start, or at its end when the value of today is written there."""
    width = text_width(text, LABEL, "bold")
    is_taken = abs(value["y"] - (y - 7)) < STRONG + 6 and value["from"] < left + 8 + width + 6
    return {
        "text": text,
        "x": WIDTH - 16 if is_taken else round(left + 8, 1),
        "y": round(y - 7, 1),
        "anchor": "end" if is_taken else "start",
    }


def _plan_label(text: str, steps: Sequence[Step], x: Scale, y: Scale) -> Chart:
    """Beside the plan line at a third of the cycle, on the side where the actual line is not."""
    index = max(round(len(steps) * 0.3), 1)
    step = steps[min(index, len(steps) - 1)]
    is_above = step.actual is None or step.actual >= step.plan
    place = (x(index) + 6, min(y(step.plan) + 17, _BOTTOM - 5)) if is_above else (x(index) - 6, y(step.plan) - 9)
    return {"text": text, "x": round(place[0], 1), "y": round(place[1], 1), "anchor": "start" if is_above else "end"}


def _landing(pace: Pace, figures: Figures, now: tuple[float, float], x: Scale, y: Scale) -> Chart | None:
    """The cone from today to the end of the cycle."""
    if pace.landing is None or now[0] >= x.end:
        return None
    low, mid, high = y(pace.landing.low), y(pace.landing.mid), y(pace.landing.high)
    text = Words(figures.locale)("Likely {range}", range=figures.span(pace.landing.low, pace.landing.high, pace.unit))
    return {
        "band": f"M{now[0]:g} {now[1]:g}L{x.end:g} {high:g}L{x.end:g} {low:g}Z",
        "middle": f"M{now[0]:g} {now[1]:g}L{x.end:g} {mid:g}",
        "text": text,
        "x": x.end,
        "y": round(min(max(low, now[1]) + 24, _BOTTOM - 8), 1),
    }
