"""Numbers as a reader would write them, in both languages."""

from __future__ import annotations

import pytest

from opsengine.strategy import Number, Sentence
from opsengine.strategy.saying import shown


@pytest.mark.parametrize(
    ("value", "unit", "chinese", "english"),
    [
        (0.4125, "ratio", "41.3%", "41.3%"),
        (0.00234, "ratio", "0.23%", "0.23%"),
        (-0.2, "change", "-20.0%", "-20.0%"),
        (0.2, "change", "+20.0%", "+20.0%"),
        (-0.012, "share_change", "-1.2 个百分点", "-1.2 points"),
        (1.055, "times", "1.06", "1.06"),
        (12345, "count", "1.2万", "12,345"),
        (999.5, "count", "1,000", "1,000"),
        (-35, "points", "-35", "-35"),
        (23456.7, "yuan", "¥2.3万", "¥23,457"),
        (3.456, "yuan", "¥3.46", "¥3.46"),
        (-1200, "yuan", "-¥1,200", "-¥1,200"),
        (9, "days", "9", "9"),
        (1e9, "count", "10.0亿", "1,000,000,000"),
    ],
)
def test_a_number_is_written_by_its_unit(value, unit, chinese, english):
    assert (shown(Number(value, unit), "zh-CN"), shown(Number(value, unit), "en")) == (chinese, english)


def test_a_sentence_fills_its_gaps_and_leaves_a_dash_for_what_is_not_known():
    sentence = Sentence({"zh-CN": "{x}，{y}", "en": "{x}, {y}"}, {"x": Number(2, "count")})

    assert sentence.label == {"zh-CN": "2，—", "en": "2, —"}


def test_a_name_from_outside_is_only_text():
    name = "{x.__class__} {0}"
    sentence = Sentence({"zh-CN": "{who}", "en": "{who}"}, {}, {"who": {"zh-CN": name, "en": name}})

    assert sentence.said("en") == name
