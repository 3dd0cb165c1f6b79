"""What fires, since when, by which numbers; and what does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlglot

from opsengine.goals import Role
from opsengine.monitor import ON_THE_PAGE, Around, State, watch
from opsengine.strategy.names import OF_AN_ACCOUNT
from opsengine.warehouse import read_models
from tests.strategy.world import TODAY, promise


def firing(alerts, name):
    return [alert for alert in alerts if alert.rule.name == name and alert.state is State.FIRING]


@pytest.mark.parametrize(("silent", "fires"), [(0, False), (2, False), (3, True), (40, True)])
def test_a_daily_source_is_late_after_two_silent_days(world, rules, silent, fires):
    world.account("tea")
    last_day = TODAY - timedelta(days=silent)
    world.told("tea", "enterprise_daily", 30, until=last_day)

    alerts = firing(watch(world.build(), [], rules, TODAY), "source-late")

    assert [(alert.subject, alert.value, alert.since) for alert in alerts] == (
        [("tea/enterprise_daily", silent, last_day + timedelta(days=3))] if fires else []
    )


def test_a_source_that_never_came_daily_is_not_late(world, rules):
    world.account("tea")
    for day in (date(2026, 5, 1), date(2026, 5, 20), date(2026, 6, 10)):
        world.add("staging.coverage", "leads", "tea", day, "present")

    assert firing(watch(world.build(), [], rules, TODAY), "source-late") == []


@pytest.mark.parametrize(("now", "fires"), [(500, True), (501, False), (640, False)])
def test_a_score_fires_when_it_lost_a_hundred_points_in_seven_days(world, rules, now, fires):
    world.account("tea")
    world.score("tea", "business", *[600] * 7, now)

    alerts = firing(watch(world.build(), [], rules, TODAY), "business-score-fell")

    assert [alert.value for alert in alerts] == ([now - 600] if fires else [])


def test_a_fall_dates_from_the_first_day_of_the_present_streak(world, rules):
    world.account("tea")
    world.score("tea", "business", *[600] * 8, 490, 480, 470)

    [alert] = firing(watch(world.build(), [], rules, TODAY), "business-score-fell")

    assert alert.since == TODAY - timedelta(days=2)


def test_a_score_that_is_not_known_is_no_data_and_no_fall(world, rules):
    world.account("tea")
    world.score("tea", "business", *[600] * 7, None)

    [alert] = [alert for alert in watch(world.build(), [], rules, TODAY) if alert.rule.name == "business-score-fell"]

    assert (alert.state, alert.value, alert.because) == (State.NO_DATA, None, None)


def test_the_cause_of_a_fall_is_the_component_that_cost_most(world, rules):
    world.account("tea")
    world.score("tea", "business", *[600] * 7, 500)
    world.add("raw.components", "business", "roi", "roi", "window")
    world.add("scores.change", "tea", "business", "roi", "own", -80)
    world.add("scores.change", "tea", "business", "orders", "own", -20)
    world.add("scores.change", "tea", "business", "coverage", "coverage", -200)

    [alert] = firing(watch(world.build(), [], rules, TODAY), "business-score-fell")

    assert alert.cause is not None
    assert alert.cause.said("zh-CN") == "拖累最大的是投放ROI（-80 分）。"
    assert alert.cause.said("en") == "Most of it is Return on ad spend (-80 points)."


def test_numbers_fire_by_the_condition_of_the_file(world, rules):
    world.account("tea")
    world.number("tea", "roi_7d", 1.1)
    world.number("tea", "ad_spend_7d", 2000)

    [alert] = firing(watch(world.build(), [], rules, TODAY), "ad-return-below-stop-loss")

    assert alert.because is not None
    assert alert.because.said("en") == "¥2,000 spent in seven days returned 1.10 times; the stop-loss is 1.20."
    shown = alert.as_json("en")
    assert {"alert", "subject", "state", "since", "severity", "value", "threshold", "evidence", "cause", "play"} <= shown.keys()
    assert (shown["subject"], shown["value"], shown["threshold"], shown["play"]) == ("tea", 1.1, 1.2, "pull-back-losing-ads")
    assert shown["evidence"] == [{"name": "roi_7d", "value": 1.1, "unit": "times", "benchmark": 1.2, "benchmark_name": None}]


def test_a_count_of_days_dates_back_to_the_day_it_reached_the_threshold(world, rules):
    world.account("tea")
    world.told("tea", "creator_works", 30)
    world.add("staging.works", "tea", "w", TODAY - timedelta(days=9), 100, 20)

    [alert] = firing(watch(world.build(), [], rules, TODAY), "no-posts")

    assert (alert.value, alert.since) == (9, TODAY - timedelta(days=2))


def test_a_works_list_that_is_old_does_not_say_that_nothing_was_published(world, rules):
    world.account("tea")
    world.told("tea", "creator_works", 30, until=TODAY - timedelta(days=8))
    world.add("staging.works", "tea", "w", TODAY - timedelta(days=9), 100, 20)

    alerts = watch(world.build(), [], rules, TODAY)

    assert firing(alerts, "no-posts") == []
    assert [alert.subject for alert in firing(alerts, "source-late")] == ["tea/creator_works"]


def test_numbers_that_are_missing_are_no_data(world, rules):
    world.account("tea")

    states = {alert.rule.name: alert.state for alert in watch(world.build(), [], rules, TODAY)}

    assert states["ad-return-below-stop-loss"] is State.NO_DATA
    assert State.FIRING not in states.values()


def test_a_goal_that_is_behind_fires_with_its_numbers(world, rules):
    world.account("tea")
    behind = promise("tea", "new_fans", target=3000, actual=300)
    on_track = promise("tea", "plays", target=3000, actual=2100, role=Role.SECONDARY)

    [alert] = firing(watch(world.build(), [behind, on_track], rules, TODAY), "goal-behind")

    assert (alert.subject, alert.account_id, alert.severity) == ("tea/june/primary/new_fans", "tea", "critical")
    assert alert.because is not None
    said = "New fans, a goal: 300, where 2,100 was expected by now (70.0% of the time is gone); the odds are —."
    assert alert.because.said("en") == said


def test_a_goal_without_data_is_no_data(world, rules):
    world.account("tea")

    alerts = watch(world.build(), [promise("tea", "new_fans", target=3000, actual=None)], rules, TODAY)

    assert {alert.state for alert in alerts if alert.rule.declared.watch == "goal"} == {State.NO_DATA}


def test_the_gravest_come_first_and_all_is_well_is_told_on_demand(world, rules):
    world.account("tea")
    world.number("tea", "roi_7d", 1.1)
    world.number("tea", "ad_spend_7d", 2000)
    world.told("tea", "enterprise_daily", 30, until=TODAY - timedelta(days=5))
    engine = world.build()

    told = watch(engine, [], rules, TODAY, Around(states=(State.FIRING,)))
    calm = watch(engine, [], rules, TODAY, Around(states=(State.OK,)))

    assert [alert.severity for alert in told] == ["critical", "warning"]
    assert all(alert.state is State.OK for alert in calm)


def test_without_rules_nothing_is_said(world):
    world.account("tea")

    assert watch(world.build(), [promise("tea", "new_fans", target=3000, actual=3)], (), TODAY) == ()


def test_the_numbers_of_the_live_page_are_asked_for_before_they_are_read():
    model = read_models()["monitor.portfolio"]
    named = {
        literal.this
        for literal in sqlglot.parse_one(model.sql, dialect="duckdb").find_all(sqlglot.exp.Literal)
        if literal.is_string
    }

    assert named - OF_AN_ACCOUNT.keys() == ON_THE_PAGE
