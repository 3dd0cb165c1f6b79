"""Numbers and days, as a reader writes them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsengine.report.figures import figures

ZH, EN = figures("zh-CN"), figures("en")


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (8_764_000, "876.4万", "8.76M"),
        (123_456_789, "1.23亿", "123.5M"),
        (12_000_000, "1200万", "12M"),
        (99_999_999, "1亿", "100M"),
        (8_030_000, "803万", "8.03M"),
        (-12_345, "−1.23万", "−12.3K"),
        (999, "999", "999"),
        (None, "没有数据", "no data"),
    ],
)
def test_a_compact_number_counts_as_its_readers_do(value, chinese, english):
    assert (ZH.compact(value), EN.compact(value)) == (chinese, english)


@pytest.mark.parametrize(
    ("value", "unit", "chinese", "english"),
    [
        (8_034_000, "yuan", "¥803.4万", "¥8.03M"),
        (9_999.5, "yuan", "¥10,000", "¥10,000"),
        (12.34, "yuan", "¥12.3", "¥12.3"),
        (48_620, "count", "48,620", "48,620"),
        (684_900, "count", "68.5万", "684.9K"),
        (0, "count", "0", "0"),
        (0.0534, "ratio", "5.3%", "5.3%"),
        (0.0004, "ratio", "0.04%", "0.04%"),
        (12.44, "seconds", "12.4 秒", "12.4 s"),
        (1234, "minutes", "1,234 分钟", "1,234 min"),
        (711.44, "score", "711.4", "711.4"),
        (None, "yuan", "没有数据", "no data"),
    ],
)
def test_an_amount_carries_its_unit(value, unit, chinese, english):
    assert (ZH.amount(value, unit), EN.amount(value, unit)) == (chinese, english)


def test_a_range_says_its_unit_once():
    assert ZH.span(11_479_000, 13_008_000, "yuan") == "¥1148–1301万"
    assert EN.span(11_479_000, 13_008_000, "yuan") == "¥11.5–13M"
    assert ZH.span(7_050, 7_930) == "7,050–7,930"
    assert ZH.span(0.041, 0.052, "ratio") == "4.1–5.2%"
    assert ZH.span(None, 3) == "没有数据"


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (4.84, "score", "+4.8"),
        (-3, "score", "−3.0"),
        (0.04, "score", "±0.0"),
        (-0.0, "score", "±0.0"),
        (-0.0123, "ratio", "−1.2 pp"),
    ],
)
def test_a_difference_always_has_a_sign_and_nothing_is_plus_or_minus(value, unit, said):
    assert EN.delta(value, unit) == said


def test_growth_from_nothing_is_not_known():
    assert EN.growth(105, 100) == "+5.0%"
    assert EN.growth(95, 100) == "−5.0%"
    assert EN.growth(1, 0) == EN.growth(1, None) == EN.growth(None, 1) == "no data"


@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_a_minus_is_never_a_hyphen_and_zero_is_never_negative(value):
    for said in (ZH.compact(value), EN.amount(value, "yuan"), ZH.percent(value / 1e6), EN.number(value, 1), ZH.delta(value)):
        assert "-" not in said
        assert not said.startswith("−") or any(digit in said for digit in "123456789")


def test_a_period_repeats_nothing():
    assert ZH.days(date(2026, 6, 15), date(2026, 6, 21)) == "2026年6月15日–21日"
    assert EN.days("2026-06-15", "2026-06-21") == "Jun 15–21, 2026"
    assert ZH.days("2026-05-25", "2026-06-01") == "2026年5月25日–6月1日"
    assert EN.days("2025-12-29", "2026-01-04") == "Dec 29, 2025 – Jan 4, 2026"
    assert ZH.days("2026-06-21", "2026-06-21") == "2026年6月21日"


def test_a_label_without_a_translation_is_said_in_english():
    assert ZH.said({"zh-CN": "成交额", "en": "Sales value"}) == "成交额"
    assert ZH.said({"en": "Sales value"}) == "Sales value"
