"""Charts as numbers: every scale, tick and place of a label, ready for the SVG templates in `templates/charts/`.

Each function takes a part of a brief and the figures of a language and returns plain dicts of pixels and texts, or
None when there is nothing to draw. Colours and strokes are the template's business. All charts are 460 wide: mail
shows them at about 584, a phone at about 330, and both can be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opsengine.report.lettering import text_width
from opsengine.report.scales import Scale, path, round_ticks, spread
from opsengine.report.sentences import reason_words
from opsengine.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from opsengine.report.brief import Brief, Domain, Pace, Score, Step, Tiers
    from opsengine.report.figures import Figures

Chart = dict[str, Any]
WIDTH = 460
HEIGHT = 250
MARGIN = 10
LABEL = 12.5
"""Type size of axes and labels."""
STRONG = 14
"""Type size of the values a chart is about."""
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
    if len(known) < 2:  # noqa: PLR2004  one point is no line
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
        "width": WIDTH, "height": HEIGHT, "left": round(left, 1), "right": right, "top": _TOP, "bottom": _BOTTOM,
        "grid": [{"y": y(tick), "label": figures.number(tick)} for tick in grid],
        "ticks": _day_ticks(days, x, figures, WIDTH),
        "lines": drawn,
        "alt": _trend_alt(scores, figures),
    }  # fmt: skip


def sparkline(score: Score, width: float = 132, height: float = 36) -> Chart | None:
    """The same weeks as one small line, without axes."""
    known = [point.value for point in score.history if point.value is not None]
    if len(known) < 2:  # noqa: PLR2004  one point is no line
        return None
    middle = (min(known) + max(known)) / 2
    half = max((max(known) - min(known)) / 2, LEAST_SPAN / 3)
    x, y = Scale(0, len(score.history) - 1, 3, width - 4), Scale(middle - half, middle + half, height - 4, 4)
    points = [None if point.value is None else (x(index), y(point.value)) for index, point in enumerate(score.history)]
    last = next(point for point in reversed(points) if point is not None)
    low = min(known)
    bars = [None if point.value is None else round(6 + 26 * (point.value - low) / max(max(known) - low, LEAST_SPAN)) for point in score.history]
    return {"width": width, "height": height, "path": path(points), "x": last[0], "y": last[1], "bars": bars}


def pace(pace: Pace | None, figures: Figures) -> Chart | None:
    """The primary goal day by day: what was reached, what the plan asked for, the target, where it will land."""
    if pace is None or len(pace.steps) < 2 or not any(step.actual is not None for step in pace.steps):  # noqa: PLR2004
        return None
    words = Words(figures.locale)
    done = [(index, step.actual) for index, step in enumerate(pace.steps) if step.actual is not None]
    highest = max(pace.target, pace.landing.high if pace.landing else 0.0, *(actual for _, actual in done))
    grid = [tick for tick in round_ticks(0, highest * 1.04) if tick >= 0]
    left = max(text_width(figures.amount(tick, pace.unit), LABEL) for tick in grid) + 10
    x, y = Scale(0, len(pace.steps) - 1, left, WIDTH - 16), Scale(grid[0], grid[-1], _BOTTOM, _TOP)
    index, actual = done[-1]
    now = (x(index), y(actual))
    value = _value_label(figures.amount(actual, pace.unit), now, left)
    target = _target_label(words("Target {value}", value=figures.amount(pace.target, pace.unit)), y(pace.target), left, value)
    return {
        "width": WIDTH, "height": HEIGHT, "left": round(left, 1), "right": WIDTH - 16, "top": _TOP, "bottom": _BOTTOM,
        "grid": [{"y": y(tick), "label": figures.amount(tick, pace.unit)} for tick in grid],
        "ticks": _day_ticks([step.day for step in pace.steps], x, figures, WIDTH),
        "plan": path([(x(place), y(step.plan)) for place, step in enumerate(pace.steps)]),
        "plan_label": _plan_label(words("Plan"), pace.steps, x, y),
        "actual": path([None if step.actual is None else (x(place), y(step.actual)) for place, step in enumerate(pace.steps)]),
        "now": {"x": now[0], "y": now[1]}, "value": value, "target_y": y(pace.target), "target": target,
        "landing": _landing(pace, figures, words, now, x, y),
        "alt": words(
            "{metric} by day: {actual} of {target} reached by {day}",
            metric=figures.said(pace.metric), actual=figures.amount(actual, pace.unit),
            target=figures.amount(pace.target, pace.unit), day=figures.day(pace.steps[index].day),
        ),
    }  # fmt: skip


def tiers(tiers: Tiers | None, figures: Figures) -> Chart | None:
    """Two bars of shares, the previous period above this one, and how each tier grew or shrank between them."""
    if tiers is None or not tiers.tiers:
        return None
    words = Words(figures.locale)
    rows = [(words("This period"), [tier.count for tier in tiers.tiers])]
    if all(tier.previous is not None for tier in tiers.tiers):
        rows.insert(0, (words("Previous"), [tier.previous or 0.0 for tier in tiers.tiers]))
    left = max(text_width(name, LABEL) for name, _ in rows) + 12
    bars = [_stack(name, counts, [tier.id for tier in tiers.tiers], Scale(0, 1, left, WIDTH - 2), 8 + 58 * row, figures) for row, (name, counts) in enumerate(rows)]
    return {
        "width": WIDTH, "height": 8 + 58 * len(rows) - 20, "bars": bars, "flows": _flows(bars) if len(bars) > 1 else [],
        "alt": words("Fans by tier: {tiers}", tiers=words(", ").join(
            f"{tier_name(tier.id, words)} {figures.percent(tier.share)}" for tier in tiers.tiers
        )),
    }  # fmt: skip


def traffic(domains: Sequence[Domain], figures: Figures) -> Chart | None:
    """One bar a domain, with its count and share at its end."""
    known = [domain.count for domain in domains if domain.count is not None]
    if not known:
        return None
    words = Words(figures.locale)
    names = [domain_name(domain.id, words) for domain in domains]
    left = max(text_width(name, STRONG, "bold") for name in names) + 14
    values = [_domain_value(domain, figures) for domain in domains]
    known_values = [value for value, domain in zip(values, domains, strict=True) if domain.count is not None]
    right = WIDTH - max(text_width(value, LABEL + 0.5) for value in known_values) - 12
    x = Scale(0, max(known) or 1, 0, right - left)
    bars = [
        {
            "id": domain.id, "name": name, "value": value, "x": round(left, 1), "y": 10 + 58 * row, "height": 26,
            "width": 0 if domain.count is None else max(x(domain.count), 2), "value_x": round(left + (0 if domain.count is None else max(x(domain.count), 2)) + 8, 1),
        }
        for row, (domain, name, value) in enumerate(zip(domains, names, values, strict=True))
    ]  # fmt: skip
    alt = words("Traffic by domain: {domains}", domains=words(", ").join(f"{bar['name']} {bar['value']}" for bar in bars))
    return {"width": WIDTH, "height": 10 + 58 * len(bars) - 18, "bars": bars, "alt": alt}


def domain_name(domain: str, words: Words) -> str:
    """The field's word for a domain of traffic."""
    return {
        "public": words("Public traffic"), "paid": words("Paid traffic"),
        "owned": words("Owned traffic"), "external": words("External traffic"),
    }[domain]  # fmt: skip


def tier_name(tier: str, words: Words) -> str:
    """The field's word for a tier of fans."""
    return {"devoted": words("Devoted fans"), "warm": words("Warm fans"), "casual": words("Casual fans")}[tier]


def _score_ticks(low: float, high: float) -> list[float]:
    short = max(LEAST_SPAN - (high - low), 0) / 2
    ticks = round_ticks(max(low - short - 4, 0), min(high + short + 4, 1000))
    return [tick for tick in ticks if 0 <= tick <= 1000]  # noqa: PLR2004  the scale of a score


def _end_label(score: Score, figures: Figures) -> str:
    last = next((point.value for point in reversed(score.history) if point.value is not None), None)
    return f"{figures.said(score.label)} {figures.number(last, 1)}"


def _line(score: Score, days: Sequence[date], x: Scale, y: Scale, label: str) -> Chart | None:
    places = {day: index for index, day in enumerate(days)}
    points = [None if point.value is None else (x(places[point.day]), y(point.value)) for point in score.history if point.day in places]
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
    return {"text": text, "x": round(now[0] - 8 if has_room else now[0] + 10, 1), "y": round(y, 1), "anchor": "end" if has_room else "start",
            "from": now[0] - 8 - width if has_room else now[0] + 10, "to": now[0] - 8 if has_room else now[0] + 10 + width}  # fmt: skip


def _target_label(text: str, y: float, left: float, value: Chart) -> Chart:
    """Above the target line at its start, or at its end when the value of today is written there."""
    width = text_width(text, LABEL, "bold")
    is_taken = abs(value["y"] - (y - 7)) < STRONG + 6 and value["from"] < left + 8 + width + 6
    return {"text": text, "x": WIDTH - 16 if is_taken else round(left + 8, 1), "y": round(y - 7, 1), "anchor": "end" if is_taken else "start"}


def _plan_label(text: str, steps: Sequence[Step], x: Scale, y: Scale) -> Chart:
    """Beside the plan line at a third of the cycle, on the side where the actual line is not."""
    index = max(round(len(steps) * 0.3), 1)
    step = steps[min(index, len(steps) - 1)]
    is_above = step.actual is None or step.actual >= step.plan
    place = (x(index) + 6, min(y(step.plan) + 17, _BOTTOM - 5)) if is_above else (x(index) - 6, y(step.plan) - 9)
    return {"text": text, "x": round(place[0], 1), "y": round(place[1], 1), "anchor": "start" if is_above else "end"}


def _landing(pace: Pace, figures: Figures, words: Words, now: tuple[float, float], x: Scale, y: Scale) -> Chart | None:
    """The cone from today to the end of the cycle."""
    if pace.landing is None or now[0] >= x.end:
        return None
    low, mid, high = y(pace.landing.low), y(pace.landing.mid), y(pace.landing.high)
    text = words("Likely {range}", range=figures.span(pace.landing.low, pace.landing.high, pace.unit))
    return {
        "band": f"M{now[0]:g} {now[1]:g}L{x.end:g} {high:g}L{x.end:g} {low:g}Z",
        "middle": f"M{now[0]:g} {now[1]:g}L{x.end:g} {mid:g}",
        "text": text, "x": x.end, "y": round(min(max(low, now[1]) + 24, _BOTTOM - 8), 1),
    }  # fmt: skip


def _stack(name: str, counts: Sequence[float], ids: Sequence[str], x: Scale, y: float, figures: Figures) -> Chart:
    total = sum(counts) or 1.0
    pieces, before = [], 0.0
    for tier, count in zip(ids, counts, strict=True):
        start, end = x(before), x(before + count / total)
        before += count / total
        label = figures.percent(count / total)
        fits = text_width(label, LABEL, "bold") + 10 <= end - start
        pieces.append({"id": tier, "x": start, "width": round(end - start, 1), "label": label if fits else "", "middle": round((start + end) / 2, 1)})
    return {"name": name, "y": y, "height": 30, "pieces": pieces}


def _flows(bars: Sequence[Chart]) -> list[Chart]:
    upper, lower = bars[0], bars[1]
    top, bottom = upper["y"] + upper["height"], lower["y"]
    return [
        {"id": above["id"], "path": f"M{above['x']:g} {top}H{above['x'] + above['width']:g}L{below['x'] + below['width']:g} {bottom}H{below['x']:g}Z"}
        for above, below in zip(upper["pieces"], lower["pieces"], strict=True)
    ]


def _domain_value(domain: Domain, figures: Figures) -> str:
    if domain.count is None:
        reason = reason_words(domain.reason, Words(figures.locale))
        return f"{figures.missing} · {reason}" if reason else figures.missing
    parts = [figures.amount(domain.count)] + ([figures.percent(domain.share)] if domain.share is not None else [])
    if domain.previous is not None:
        parts.append(figures.growth(domain.count, domain.previous))
    return " · ".join(parts)
