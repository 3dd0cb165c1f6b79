"""Paid tests on the watch: which verdict needs a person, and which tests are over; grants that wait for a review."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from opsengine.errors import InvalidFiles
from opsengine.monitor import Around, House, State, about_house, watch
from opsengine.monitor.paid_tests import read_tests
from tests.strategy.world import TODAY

MORNING = datetime(TODAY.year, TODAY.month, TODAY.day, 9)


def hours(*told: tuple[int, int, int], begins: datetime = MORNING) -> str:
    """A file of hours; each is spend, revenue and orders."""
    lines = [f"{begins + timedelta(hours=at):%Y-%m-%dT%H:00},{spend},{revenue},{orders}" for at, (spend, revenue, orders) in enumerate(told)]
    return "\n".join(["hour,spend,revenue,orders", *lines]) + "\n"


@pytest.fixture
def told(project, rules, world):
    """What the rules about paid tests say of these hours of one test."""

    def say(text: str, name: str = "tea.csv"):
        file = project.root / "ramps" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        world.account("tea")
        seen = watch(world.build(), [], rules, TODAY, Around(tests=read_tests(project, TODAY)))
        return [alert for alert in seen if alert.rule.declared.watch == "ramp" and alert.state is State.FIRING]

    return say


def test_a_test_that_loses_is_to_be_pulled_back(told):
    [alert] = told(hours((400, 50, 0), (400, 20, 0), (400, 0, 0), (400, 0, 0)))

    assert (alert.rule.name, alert.severity, alert.account_id, alert.subject) == ("paid-test-to-pull-back", "critical", "tea", "tea")
    assert "pulled back" in alert.because.said("en")
    assert alert.stake == 1600


def test_a_test_that_wins_waits_for_somebody_to_scale_it(told):
    [alert] = told(hours((400, 1600, 20), (400, 1700, 21)), "tea/june.csv")

    assert (alert.rule.name, alert.subject, alert.account_id) == ("paid-test-to-decide", "tea/june", "tea")
    assert "¥2,000 to ¥3,000" in alert.because.said("en")
    assert "下一小时建议花" in alert.because.said("zh-CN")


def test_a_test_of_which_nothing_can_be_said_yet_is_left_alone(told):
    assert told(hours((400, 50, 0))) == []


def test_a_test_that_ended_days_ago_needs_nobody(told):
    assert told(hours((400, 50, 0), (400, 20, 0), (400, 0, 0), (400, 0, 0), begins=MORNING - timedelta(days=2))) == []


def test_a_file_of_hours_that_is_not_understood_is_said(told):
    with pytest.raises(InvalidFiles):
        told(hours((400, 50, 0)) + "yesterday,1,2\n")


def test_grants_that_are_held_for_a_review_wait_for_a_person(rules):
    held = House(held=tuple(f"coins/2026-W2{week}/tea" for week in range(7)))

    found = {alert.rule.name: alert for alert in about_house(held, rules, TODAY)}
    calm = {alert.rule.name: alert for alert in about_house(House(), rules, TODAY)}

    alert = found["entries-held-for-review"]
    assert (alert.state, alert.value) == (State.FIRING, 7)
    assert "coins/2026-W20/tea" in alert.because.said("en")
    assert alert.because.said("en").count("coins/") == 5
    assert calm["entries-held-for-review"].state is State.OK
