"""Charts as numbers: every scale, tick and place of a label, ready for the SVG templates in `templates/charts/`.

Each function takes a part of a brief and the figures of a language and returns plain dicts of pixels and texts, or
None when there is nothing to draw. Colours and strokes are the template's business. All charts are 460 wide: mail
shows them at about 584, a phone at about 330, and both can be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opsengine.report.lettering import LABEL, STRONG, WIDTH, text_width
from opsengine.report.pace import pace
from opsengine.report.placing import BOTTOM, HEIGHT, TOP, day_ticks
from opsengine.report.scales import Scale, path, round_ticks, spread
from opsengine.report.stacks import tiers, traffic
from opsengine.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from opsengine.report.brief import Brief, Score
    from opsengine.report.figures import Figures

Chart = dict[str, Any]
MARGIN = 10
"""Around a picture that stands alone."""
LEAST_SPAN = 60
"""A score axis shows at least so many points, so that noise does not look like news."""


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
    """The scores over the weeks, each named at its end, and where they may be next; weeks without a score are gaps."""
    known = [point.value for score in scores for point in score.history if point.value is not None]
    if len(known) < 2:
        return None
    ahead = [(one.low, one.high) for score in scores for one in score.outlook]
    days = [point.day for point in max(scores, key=lambda score: len(score.history)).history]
    all_days = sorted({*days, *(one.day for score in scores for one in score.outlook)})
    grid = _score_ticks(min(known + [low for low, _ in ahead]), max(known + [high for _, high in ahead]))
    left = max(text_width(figures.number(tick), LABEL) for tick in grid) + 10
    ends = [_end_label(score, figures) for score in scores]
    right = WIDTH - max(text_width(label, STRONG, "bold") for label in ends) - 14
    x, y = Scale(0, len(all_days) - 1, left, right), Scale(grid[0], grid[-1], BOTTOM, TOP)
    lines = [_line(score, all_days, x, y, label) for score, label in zip(scores, ends, strict=True)]
    drawn = [line for line in lines if line is not None]
    for line, place in zip(drawn, spread([line["name_y"] for line in drawn], STRONG + 4, TOP, BOTTOM), strict=True):
        line["label_y"] = round(place + STRONG * 0.36, 1)
    today = x(all_days.index(days[-1]))
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": round(left, 1),
        "right": right,
        "top": TOP,
        "bottom": BOTTOM,
        "grid": [{"y": y(tick), "label": figures.number(tick)} for tick in grid],
        "ticks": day_ticks(all_days, x, figures),
        "lines": drawn,
        "ahead": {"x": today, "width": round(right - today, 1), "middle": round((today + right) / 2, 1)} if ahead else None,
        "ahead_label": Words(figures.locale)("possible") if ahead else "",
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
    cone = [(x(places[one.day]), y(one.low), y(one.mid), y(one.high)) for one in score.outlook]
    lows, highs = [(place, low) for place, low, _, _ in cone], [(place, high) for place, _, _, high in cone]
    return {
        "id": score.scorecard,
        "path": path(points),
        "end_x": last[0],
        "end_y": last[1],
        "name_y": cone[-1][2] if cone else last[1],
        "band": path([last, *highs, *reversed(lows)]) + "Z" if cone else "",
        "likely": path([last, *((place, mid) for place, _, mid, _ in cone)]) if cone else "",
        "label_x": x.end + 12,
        "label": label,
    }


def _trend_alt(scores: Sequence[Score], figures: Figures) -> str:
    words = Words(figures.locale)
    days = [point.day for score in scores for point in score.history]
    ends = words(", ").join(_end_label(score, figures) for score in scores)
    return words("Scores from {start} to {end}: {scores}", start=figures.day(min(days)), end=figures.day(max(days)), scores=ends)
