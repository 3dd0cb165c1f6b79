"""Paid tests on the watch: which verdict needs a person, and which tests are over; grants that wait for a review."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from opsengine.monitor import Around, House, State, about_house, watch
from opsengine.monitor.paid_tests import read_tests
from tests.strategy.world import TODAY

MORNING = datetime(TODAY.year, TODAY.month, TODAY.day, 9)


def hours(*told: tuple[int, int, int], begins: datetime = MORNING) -> str:
    """A file of hours; each is spend, revenue and orders."""
    lines = [
        f"{begins + timedelta(hours=at):%Y-%m-%dT%H:00},{spend},{revenue},{orders}"
        for at, (spend, revenue, orders) in enumerate(told)
    ]
    return "\n".join(["hour,spend,revenue,orders", *lines]) + "\n"


@pytest.fixture
def told(project, rules, world):
    """What the rules about paid tests say of these hours of one test."""

    def say(text: str, name: str = "tea.csv"):
        file = project.root / "ramps" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        world.account("tea")
        tests, unread = read_tests(project, TODAY)
        around = Around(tests=tests, unread=unread, states=(State.FIRING, State.ERROR))
        seen = watch(world.build(), [], rules, TODAY, around)
        return [alert for alert in seen if alert.rule.declared.watch == "ramp"]

    return say


def test_a_test_that_loses_is_to_be_pulled_back(told):
    [alert] = told(hours((400, 50, 0), (400, 20, 0), (400, 0, 0), (400, 0, 0)))

    assert (alert.rule.name, alert.severity, alert.account_id, alert.subject) == (
        "paid-test-to-pull-back",
        "critical",
        "tea",
        "tea",
    )
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


def test_hours_that_are_not_understood_are_an_alert_and_hide_no_other_test(told, project):
    told(hours((400, 50, 0)) + "yesterday,1,2\n", "broken.csv")

    alerts = {
        (alert.rule.name, alert.subject): alert for alert in told(hours((400, 50, 0), (400, 20, 0), (400, 0, 0), (400, 0, 0)))
    }

    broken = alerts.pop(("paid-test-cannot-be-read", "broken"))
    assert (broken.state, broken.account_id, broken.severity) == (State.FIRING, "broken", "warning")
    assert "ramps/broken.csv:3: this line is not understood" in broken.because.said("en")
    assert str(project.root) not in broken.because.said("en")
    assert {key: alert.state for key, alert in alerts.items()} == {
        ("paid-test-to-decide", "broken"): State.ERROR,
        ("paid-test-to-pull-back", "broken"): State.ERROR,
        ("paid-test-to-pull-back", "tea"): State.FIRING,
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hour,spend\n",
        "\x00",
        hours((400, 50, 0)) + "2026-06-21T23:00+08:00,1,2,0\n",
        hours((1, 1, 1), (1, 1, 1)).replace("T10", "T09"),
    ],
)
def test_whatever_is_wrong_with_the_hours_stops_nothing(told, text):
    assert [alert.rule.name for alert in told(text) if alert.state is State.FIRING] == ["paid-test-cannot-be-read"]


def test_a_folder_that_is_called_like_a_file_stops_nothing(told, project):
    (project.root / "ramps" / "odd.csv").mkdir(parents=True)

    assert [alert.subject for alert in told(hours((400, 50, 0))) if alert.state is State.FIRING] == ["odd"]


def test_grants_that_are_held_for_a_review_wait_for_a_person(rules):
    held = House(held=tuple(f"coins/2026-W2{week}/tea" for week in range(7)))

    found = {alert.rule.name: alert for alert in about_house(held, rules, TODAY)}
    calm = {alert.rule.name: alert for alert in about_house(House(), rules, TODAY)}

    alert = found["entries-held-for-review"]
    assert (alert.state, alert.value) == (State.FIRING, 7)
    assert "coins/2026-W20/tea" in alert.because.said("en")
    assert alert.because.said("en").count("coins/") == 5
    assert calm["entries-held-for-review"].state is State.OK
