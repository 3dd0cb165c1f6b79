"""Goals against the warehouse: what is reached, what is missing, what is said about it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from opsengine.goals import Status, check_goals, pace_of

JUNE = """\
kind: goal
subject: {account: tea}
cycle: 2026-06
primary: {metric: gmv, target: 3000, levels: {floor: 2000, stretch: 4000}}
"""
RETURN = JUNE.replace("{metric: gmv, target: 3000, levels: {floor: 2000, stretch: 4000}}", "{metric: roi, target: 2}")
TEA = [{"account_id": "tea", "team": "east", "brand": "leaf"}]
METRICS = [
    {"metric": "gmv", "kind": "flow"},
    {"metric": "fans_total", "kind": "stock"},
    {"metric": "roi", "kind": "ratio", "numerator": "ad_gmv", "denominator": "ad_spend"},
]
CONTRACT = {
    "goal", "file", "revision", "account_id", "cycle", "role", "metric", "direction", "target", "levels", "actual", "progress",
    "elapsed", "expected", "needed_per_day", "landing", "odds", "status", "note",
}  # fmt: skip


def sales(days: range, value=100, metric="gmv"):
    return [{"account_id": "tea", "day": date(2026, 6, 1) + timedelta(days=day), "metric": metric, "value": value} for day in days]


@pytest.fixture
def check(project, known, write_goal, fill, calendar):
    def checked(as_of: date, rows, goal=JUNE):
        write_goal("june", goal)
        engine = fill(raw_accounts=TEA, raw_metrics=METRICS, raw_calendar=calendar, metrics_account_day=rows)
        return check_goals(engine, project, as_of, known), engine

    return checked


def test_a_goal_on_pace_is_on_track(check):
    (result,), _ = check(date(2026, 6, 15), sales(range(15)))

    assert (result.actual, result.expected, result.progress, result.needed_per_day) == (1500, 1500, Decimal("0.5"), 100)
    assert (result.status, result.is_running, result.has_complete_data) == (Status.ON_TRACK, True, True)


def test_a_missing_day_is_missing_and_said(check):
    (result,), _ = check(date(2026, 6, 15), sales(range(12)))

    assert (result.actual, result.has_complete_data) == (1200, False)
    assert result.status == Status.ON_TRACK
    assert result.as_json()["note"].startswith("data for 12 of 15 days; the pace is judged by the days with data")


@pytest.mark.parametrize(
    ("days", "value", "status"),
    [(27, 100, "no_data"), (27, 99, "missed"), (21, 142, "no_data"), (27, 112, "reached"), (14, 200, "no_data"), (14, 999, "reached")],
)
def test_a_cycle_that_is_over_has_no_verdict_when_its_missing_days_could_turn_it(check, days, value, status):
    (result,), _ = check(date(2026, 7, 9), sales(range(days), value))

    assert result.status == status
    assert (result.landing is None) is (status == "no_data")
    assert ("the missing days could decide it" in result.as_json()["note"]) is (status == "no_data" and days > 14)


def test_less_than_half_of_the_days_say_nothing(check):
    (result,), _ = check(date(2026, 6, 15), sales(range(7)))

    assert (result.actual, result.status) == (700, Status.NO_DATA)


def test_a_target_that_few_days_reached_already_is_reached_and_the_missing_days_are_said(check):
    (result,), _ = check(date(2026, 6, 15), sales(range(5), 900))

    assert (result.actual, result.status) == (4500, Status.REACHED)
    assert "data for 5 of 15 days" in result.as_json()["note"]


def test_a_ratio_with_nothing_below_the_line_is_not_known_and_says_so(check):
    rows = sales(range(15), metric="ad_gmv") + sales(range(15), 0, "ad_spend")
    (result,), _ = check(date(2026, 6, 15), rows, RETURN)

    assert (result.actual, result.status, result.landing, result.odds) == (None, Status.NO_DATA, None, None)
    assert result.as_json()["note"] == "nothing to divide by yet"


def test_a_cycle_over_a_hole_in_the_data_is_judged_by_the_days_that_are_there(check):
    (result,), _ = check(date(2026, 6, 20), sales([*range(6), *range(14, 20)]))

    assert (result.found.days_with_data, result.found.days_expected, result.status) == (12, 20, Status.ON_TRACK)
    assert "data for 12 of 20 days" in result.as_json()["note"]


def test_no_data_at_all_is_null_and_not_zero(check):
    (result,), _ = check(date(2026, 6, 15), [])
    printed = result.as_json()

    assert (printed["actual"], printed["progress"], printed["status"]) == (None, None, "no_data")
    assert printed["note"] == "no day of the cycle has data yet"


def test_a_cycle_that_has_not_begun_says_when_it_will(check):
    (result,), _ = check(date(2026, 5, 31), sales(range(5)))

    assert (result.status, result.as_json()["note"]) == (Status.NO_DATA, "the cycle begins on 2026-06-01")


@pytest.mark.parametrize(
    ("value", "status", "level"),
    [(60, "missed", None), (70, "missed", "floor"), (100, "reached", "target"), (140, "reached", "stretch")],
)
def test_the_last_day_decides(check, value, status, level):
    (result,), _ = check(date(2026, 7, 9), sales(range(40), value))

    assert (result.status, result.level, result.is_over, result.actual) == (status, level, True, 30 * value)


def test_a_level_that_nobody_read_for_a_week_is_not_known(check):
    goal = "kind: goal\nsubject: {account: tea}\ncycle: 2026-06\nprimary: {metric: fans_total, target: 3000}\n"

    (fresh,), _ = check(date(2026, 6, 9), sales(range(2, 3), 1000, "fans_total"), goal)
    (stale,), _ = check(date(2026, 6, 10), sales(range(2, 3), 1000, "fans_total"), goal)

    assert fresh.status != Status.NO_DATA
    assert (stale.status, stale.actual) == (Status.NO_DATA, 1000)
    assert "the newest value is of 2026-06-03" in stale.as_json()["note"]


def test_the_picture_of_the_pace_is_day_by_day(check):
    (result,), engine = check(date(2026, 6, 4), sales(range(2)) + sales(range(3, 4)))

    assert [(day.day.day, day.actual, day.is_missing) for day in pace_of(engine, result)] == [
        (1, 100.0, False),
        (2, 200.0, False),
        (3, 200.0, True),
        (4, 300.0, False),
    ]


def test_what_is_printed_has_the_keys_that_programs_rely_on(check):
    (result,), _ = check(date(2026, 6, 15), sales(range(15)))
    printed = json.loads(json.dumps(result.as_json()))

    assert printed.keys() >= CONTRACT
    assert printed["cycle"] == {"id": "2026-06", "start": "2026-06-01", "end": "2026-06-30"}
    assert printed["levels"] == {"floor": 2000, "target": 3000, "stretch": 4000}
    assert printed["landing"].keys() >= {"p10", "p50", "p90", "p025", "p975"}


def test_checking_twice_says_the_same(check):
    first, _ = check(date(2026, 6, 15), sales(range(15)))
    second, _ = check(date(2026, 6, 15), list(reversed(sales(range(15)))))

    assert [result.as_json() for result in first] == [result.as_json() for result in second]
