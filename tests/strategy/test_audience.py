"""Profit now or audience: five to one on a thousand against three to one on ten thousand, by hand."""

from __future__ import annotations

import pytest

from opsengine.strategy.audience import ComparisonFile, weigh

TITLES = {"zh-CN": "甲", "en": "A"}


def compare(small_fans: dict[str, int], large_fans: dict[str, int], margin: str = "30%", **known: int):
    """`small` returns five to one on 1,000 yuan, `large` three to one on 10,000."""
    file = ComparisonFile.model_validate(
        {
            "kind": "comparison",
            "margin": margin,
            "values": {
                "devoted": {"orders": ["1", "2", "3"], "average_order": "100"},
                "casual": {"orders": ["0.01", "0.02", "0.03"], "average_order": "100"},
            },
            "campaigns": [
                {"name": "small", "title": TITLES, "spend": "1000", "revenue": "5000", "new_fans": small_fans, **known},
                {"name": "large", "title": TITLES, "spend": "10000", "revenue": "30000", "new_fans": large_fans},
            ],
        }
    )
    return weigh(file)


def test_today_the_better_return_earns_more_when_the_margin_is_thin():
    told = compare({}, {}).as_json("en")

    assert [one["profit"] for one in told["campaigns"]] == [500, -1000]
    assert told["best_today"] == "small"


def test_with_a_fat_margin_the_larger_campaign_earns_more_today():
    told = compare({}, {}, margin="60%").as_json("en")

    assert [one["profit"] for one in told["campaigns"]] == [2000, 8000]
    assert told["best_today"] == "large"


def test_an_audience_that_buys_again_turns_the_answer_round():
    told = compare({"devoted": 5}, {"devoted": 30}).as_json("en")

    assert told["campaigns"][1]["audience"] == {"30": 900, "90": 1800, "180": 2700}
    assert told["best"] == {"30": "small", "90": None, "180": "large"}, "after 90 days both stand at 800"
    assert told["break_even"]["180"] == pytest.approx(1500 / 2250)
    assert told["break_even"]["30"] == pytest.approx(2)


def test_cheap_followers_who_never_buy_do_not():
    told = compare({"devoted": 5}, {"casual": 1000}).as_json("en")

    assert told["best"] == {"30": "small", "90": "small", "180": "small"}


def test_the_answer_is_told_for_followers_who_buy_less_and_more():
    told = compare({"devoted": 5}, {"devoted": 30}).as_json("en")

    assert [(line["followers_buy"], line["180"]) for line in told["sensitivity"]] == [(0.5, "small"), (1, "large"), (1.5, "large")]


def test_the_best_of_today_that_also_leaves_the_better_audience_is_never_overtaken():
    assert compare({"devoted": 30}, {"devoted": 5}).break_even(180) is None


def test_followers_of_a_tier_without_a_value_are_not_worth_nothing():
    told = compare({"warm": 5}, {"devoted": 30}).as_json("en")

    assert told["campaigns"][0]["total"]["180"] is None
    assert told["best"]["180"] is None


def test_accuracy_is_the_share_of_followers_who_came_back():
    small, large = compare({"devoted": 5, "casual": 15}, {"devoted": 30}, active_fans=8).as_json("en")["campaigns"]

    assert (small["accuracy"], large["accuracy"]) == (0.4, None)
