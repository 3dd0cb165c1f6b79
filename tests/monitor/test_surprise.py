"""Surprise: the worked numbers, days that are declared, and shocks that everybody shares."""

from __future__ import annotations

import csv
import math
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from opsengine.monitor.settings import Anomaly
from tests.monitor.series import METRIC, surprised

VECTOR = Path(__file__).parent / "vectors" / "anomaly"
LAST = date(2026, 4, 30)
FEW_PEERS = Anomaly(least_peers=5)


def read(name: str) -> list[dict[str, str]]:
    with (VECTOR / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def panel() -> dict[str, dict[date, float]]:
    series: dict[str, dict[date, float]] = {}
    for row in read("panel.csv"):
        series.setdefault(row["sid"], {})[date.fromisoformat(row["ds"])] = float(row["y"])
    return series


def test_the_worked_numbers_are_reproduced():
    last = date(2025, 4, 13)
    engine = surprised(panel(), last, settings=FEW_PEERS)
    found = {
        (row["subject"], row["day"]): row
        for row in engine.read(
            "select day.subject, day.day, day.surprise, day.residual, day.residual - day.field_residual as own, told.expected,"
            " day.spread from surprise.day as day inner join surprise.expected_day as told"
            " on told.account_id = day.subject and told.day = day.day where day.subject_kind = 'account'"
        )
    }

    for row in read("expected_z.csv"):
        known = found[row["sid"], date.fromisoformat(row["ds"])]
        for name, column in (("expected", "expected"), ("residual", "r"), ("own", "rp"), ("spread", "scale"), ("surprise", "z")):
            assert known[name] == pytest.approx(float(row[column]), abs=1e-5), (row["sid"], row["ds"], name)


def shops(count: int, days: int = 120, seed: int = 3) -> dict[str, dict[date, float | None]]:
    """Accounts with a week and noise."""
    dice = random.Random(seed)  # noqa: S311  made-up shops guard no secret
    week = [1.0, 0.9, 0.9, 1.0, 1.2, 1.6, 1.4]
    first = LAST - timedelta(days=days - 1)
    return {
        f"shop-{number:02}": {
            day: 1000 * (number + 1) * week[day.weekday()] * math.exp(dice.gauss(0, 0.1))
            for day in (first + timedelta(days=at) for at in range(days))
        }
        for number in range(count)
    }


def today(engine) -> dict[str, dict]:
    return {row["subject"]: row for row in engine.read("select * from surprise.today where metric = $metric", metric=METRIC)}


def test_half_a_day_is_an_alarm_for_the_account_and_for_nobody_else():
    series = shops(12)
    series["shop-04"][LAST] *= 0.5

    found = today(surprised(series, LAST))

    assert [name for name, row in found.items() if row["is_anomaly"]] == ["shop-04"]
    assert found["shop-04"]["change"] == pytest.approx(-0.5, abs=0.15)
    assert found["shop-04"]["value"] == series["shop-04"][LAST]


def test_a_shock_of_the_whole_field_is_the_fields_and_no_accounts():
    series = shops(12)
    for days in series.values():
        days[LAST] *= 0.6

    found = today(surprised(series, LAST))

    assert [name for name, row in found.items() if row["is_anomaly"]] == ["industry/tea"]
    assert found["industry/tea"]["change"] == pytest.approx(-0.4, abs=0.08)
    assert found["shop-03"]["field_change"] == found["industry/tea"]["change"]


@pytest.mark.parametrize("accounts", [3, 12], ids=["alone", "among peers"])
def test_a_declared_day_raises_no_alarm_and_spoils_no_later_one(accounts):
    series = shops(accounts)
    campaign = [LAST - timedelta(days=age) for age in range(20, 10, -1)]
    for name, days in series.items():
        for day in campaign:
            days[day] *= 3 if name == "shop-00" else 6

    on_the_day = today(surprised(series, campaign[-1], special=campaign))
    alarms = [
        (name, day)
        for day in (LAST - timedelta(days=age) for age in range(10, -1, -1))
        for name, row in today(surprised(series, day, special=campaign)).items()
        if row["is_anomaly"] or row["is_shift"]
    ]

    assert on_the_day == {}
    assert len(alarms) <= 1


def test_a_level_that_moved_is_a_shift_though_no_single_day_is():
    series = shops(12)
    for age in range(7):
        series["shop-04"][LAST - timedelta(days=age)] *= 0.83

    found = today(surprised(series, LAST))

    assert found["shop-04"]["is_shift"]
    assert found["shop-04"]["shift"] < 0
    assert not found["shop-04"]["is_anomaly"]


def test_what_is_not_known_surprises_nobody():
    series = shops(12)
    series["shop-04"][LAST] = None
    young = {day: value for day, value in series["shop-05"].items() if (LAST - day).days < 20}

    found = today(surprised(series | {"young": young}, LAST))

    assert "shop-04" not in found
    assert "young" not in found


def test_the_second_day_of_a_trouble_is_no_second_alarm():
    series = shops(12)
    series["shop-04"][LAST - timedelta(days=1)] *= 0.3
    series["shop-04"][LAST] *= 0.45

    assert not today(surprised(series, LAST))["shop-04"]["is_anomaly"]
