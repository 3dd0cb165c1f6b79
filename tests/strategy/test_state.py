"""Every number of an account by name: the arithmetic by hand, and what is missing stays away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opsengine.strategy import build_state
from tests.strategy.world import NAMES, TODAY, promise, state


def test_every_name_in_the_table_is_a_name_that_was_declared(world):
    world.account("tea")
    for metric, days in (("roi", 7), ("plays", 28), ("fans_total", 28)):
        world.number("tea", f"{metric}_{days}d", 12, before=10, usual=11)
    for scorecard in ("business", "popularity"):
        world.score("tea", scorecard, *[500] * 8)
    world.add("scores.fan_tier", "tea", 10, 20, 70, 20, 20, 60)
    world.add("scores.traffic", "tea", 60.0, 20.0, 10.0, 10.0)
    world.told("tea", "creator_works", 28)
    for work, plays in (("a", 800), ("b", 100), ("c", 100)):
        world.add("staging.works", "tea", work, TODAY - timedelta(days=3), plays, 5 if work == "c" else 50)
    for age in range(42):
        world.add("metrics.account_day", "tea", TODAY - timedelta(days=age), "ad_spend", 100)
        world.add("metrics.account_day", "tea", TODAY - timedelta(days=age), "ad_gmv", 100 if age < 21 else 400)
    engine = world.build()

    build_state(engine, [promise("tea", "new_fans", target=3000, actual=1050)], TODAY)

    found = state(engine, "tea")
    assert set(found) <= set(NAMES.units)
    expected = {
        "roi_7d": 12, "roi_7d_change": 0.2, "roi_7d_p25": 8.8, "roi_7d_p50": 11, "roi_7d_p75": 13.2,
        "plays_28d_change": 0.2, "fans_total": 12, "business_score": 500, "business_change_7d": 0,
        "devoted_share": 0.1, "devoted_share_change": -0.1, "casual_share": 0.7, "paid_share": 0.2,
        "days_since_post": 3, "works_28d": 3, "top_work_share_28d": 0.8, "zero_interaction_share_28d": 1 / 3,
        "roi_3w_to_peak": 0.25, "primary_progress": 0.35, "primary_gap": 0.5,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == pytest.approx(expected)


def test_an_account_of_which_no_file_tells_any_more_is_not_said_to_have_stopped_posting(world):
    world.account("tea")
    world.told("tea", "enterprise_daily", 30, until=TODAY - timedelta(days=4))
    world.add("staging.works", "tea", "w", TODAY - timedelta(days=9), 100, 20)
    engine = world.build()

    build_state(engine, [], TODAY)

    assert "days_since_post" not in state(engine, "tea")


def test_a_flow_with_less_than_half_of_its_days_has_no_value(world):
    world.account("tea")
    world.add("metrics.account_window", "tea", "plays", 7, 900.0, 3, 700.0, 7, None)
    engine = world.build()

    build_state(engine, [], TODAY)

    assert state(engine, "tea") == {}


def test_the_change_of_a_flow_compares_days_with_days(world):
    world.account("tea")
    world.add("metrics.account_window", "tea", "plays", 7, 500.0, 5, 700.0, 7, None)
    engine = world.build()

    build_state(engine, [], TODAY)

    assert state(engine, "tea")["plays_7d_change"] == pytest.approx(0)


def test_a_change_from_nothing_is_not_known(world):
    world.account("tea")
    world.number("tea", "plays_7d", 100, before=0)
    engine = world.build()

    build_state(engine, [], TODAY)

    assert "plays_7d_change" not in state(engine, "tea")


def test_a_gap_of_a_goal_that_is_ahead_is_nothing(world):
    world.account("tea")
    engine = world.build()

    build_state(engine, [promise("tea", "new_fans", target=3000, actual=2900)], TODAY)

    assert state(engine, "tea")["primary_gap"] == 0


def test_a_goal_without_data_has_no_gap(world):
    world.account("tea")
    engine = world.build()

    build_state(engine, [promise("tea", "new_fans", target=3000, actual=None)], TODAY)

    assert state(engine, "tea") == {}
