"""Charts: scales, labels and pictures."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from resvg import render as drawn
from resvg import usvg

from opsengine.errors import DataError, UserError
from opsengine.report.charts import draw, pace, trend
from opsengine.report.figures import figures
from opsengine.report.lettering import require_letters, text_width
from opsengine.report.rasterising import png
from opsengine.report.rendering import render
from opsengine.report.scales import Scale, path, round_ticks, spread
from opsengine.report.stacks import tiers, traffic
from tests.report.samples import BUSINESS, FULL, POPULARITY, SALES, weeks

ZH, EN = figures("zh-CN"), figures("en")
finite = st.floats(-1e9, 1e9, allow_nan=False)


@given(finite, finite)
def test_round_ticks_enclose_the_values(low, high):
    assume(high - low > max(abs(low), abs(high), 1) * 1e-3)

    ticks = round_ticks(low, high)

    assert 2 <= len(ticks) <= 8
    assert ticks[0] <= low + 1e-6 * (high - low)
    assert ticks[-1] >= high - 1e-6 * (high - low)


@given(st.lists(st.floats(0, 200), min_size=1, max_size=6))
def test_labels_that_are_spread_do_not_touch_and_stay_inside(wanted):
    places = spread(wanted, 18, 0, 200)

    assert all(-0.1 <= place <= 200.1 for place in places)
    assert all(second - first >= 17.8 for first, second in zip(sorted(places), sorted(places)[1:], strict=False))


def test_a_scale_clamps_what_lies_beyond():
    scale = Scale(0, 10, 100, 0)

    assert [scale(value) for value in (-5, 0, 5, 10, 99)] == [100, 100, 50, 0, 0]


def test_a_missing_week_lifts_the_pen():
    assert path([(0, 1), (2, 3), None, (4, 5)]) == "M0 1L2 3M4 5"
    lines = trend((POPULARITY,), EN)["lines"]
    assert lines[0]["path"].count("M") == 2


def test_there_is_no_trend_of_a_single_week():
    assert trend((replace(BUSINESS, history=weeks([None, None, 500.0])),), EN) is None


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.97, 1.4])
def test_no_label_of_the_pace_leaves_the_picture_or_meets_another(locale, share):
    days = len(FULL.pace.steps)
    steps = tuple(
        replace(step, actual=SALES.target * share * (n + 1) / days if n < 21 else None) for n, step in enumerate(FULL.pace.steps)
    )

    chart = pace(replace(FULL.pace, steps=steps, landing=None), figures(locale))

    boxes = []
    for label, size in ((chart["labels"]["value"], 16), (chart["labels"]["target"], 12.5)):
        width = text_width(label["text"], size, "bold")
        left = label["x"] - width if label["anchor"] == "end" else label["x"]
        assert left >= 0
        assert left + width <= chart["width"]
        assert label["y"] - size >= 0
        boxes.append((left, left + width, label["y"] - size, label["y"]))
    one, other = boxes
    assert one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_text_of_every_chart_is_inside_its_picture(locale):
    for name, chart in draw(FULL, figures(locale)).items():
        for tick in chart.get("ticks", ()):
            half = text_width(tick["label"], 12.5) / 2
            assert tick["x"] - half >= -0.1, name
            assert tick["x"] + half <= chart["width"] + 0.1, name
        for line in chart.get("lines", ()):
            assert line["label_x"] + text_width(line["label"], 14, "bold") <= chart["width"], name
        for bar in chart.get("bars", ()) if name == "traffic" else ():
            assert bar["value_x"] + text_width(bar["value"], 13) <= chart["width"], name


def test_a_day_before_the_middle_of_a_cycle_has_room_for_its_value():
    steps = tuple(replace(step, actual=step.plan if n == 0 else None) for n, step in enumerate(FULL.pace.steps))

    assert pace(replace(FULL.pace, steps=steps), EN)["labels"]["value"]["anchor"] == "start"


def test_a_domain_without_data_has_no_bar_but_a_reason():
    bar = traffic(FULL.traffic, EN)["bars"][3]

    assert (bar["width"], bar["value"]) == (0, "no data · no file brings it")


def test_the_pieces_of_a_bar_fill_it():
    chart = tiers(FULL.tiers, EN)

    for bar in chart["bars"]:
        assert bar["pieces"][-1]["x"] + bar["pieces"][-1]["width"] == pytest.approx(458, abs=0.3)


def test_a_long_cycle_keeps_its_days_apart():
    first = FULL.pace.steps[0]
    steps = tuple(replace(first, day=first.day + timedelta(days=n), actual=n * 1e4, plan=n * 2e4) for n in range(92))

    ticks = pace(replace(FULL.pace, steps=steps), EN)["ticks"]

    assert 3 <= len(ticks) <= 8
    assert ticks[-1]["label"] == EN.tick_day(steps[-1].day)


def test_the_picture_really_holds_its_words():
    """Without fonts the words vanish silently; then the picture would be another one."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30" font-family="Brief Sans"><text y="20">经营值</text></svg>'

    tree = usvg.Tree.from_str(svg, usvg.Options.default())
    without = drawn(tree, (2, 0, 0, 0, 2, 0), bg_size=(180, 60), bg_color=(255, 255, 255, 255))

    assert png(svg) != without


def test_a_letter_that_the_font_lacks_is_an_error_not_an_empty_box():
    with pytest.raises(DataError, match="U\\+1F375"):
        png('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>茶🍵</text></svg>')


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no element found"),
        ("<p>hello</p>", "<svg"),
        ('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g></svg>', "mismatched tag, line 1"),
        ('<svg xmlns="http://www.w3.org/2000/svg" width="0" height="9"/>', "width"),
        ('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="1e6"/>', "height"),
        ('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/logo.png"/></svg>', "/etc/logo.png"),
        ('<!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "DOCTYPE"),
    ],
)
def test_what_is_no_picture_is_told_with_its_template(text, reason):
    with pytest.raises(UserError, match=r"charts/pace\.svg\.j2") as caught:
        png(text, "charts/pace.svg.j2")

    assert reason in str(caught.value)


def test_the_words_of_all_our_charts_are_in_the_font():
    for locale in ("zh-CN", "en"):
        for chart in draw(FULL, figures(locale)).values():
            require_letters("".join(re.findall(r"'(?:label|text|name|value)': '([^']*)'", str(chart))))


def test_the_same_brief_makes_the_same_pictures():
    first = render(FULL, locale="zh-CN").pictures
    png.cache_clear()

    assert render(FULL, locale="zh-CN").pictures == first
