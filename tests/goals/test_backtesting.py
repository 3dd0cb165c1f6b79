"""The forecast tried on the past: what was known then, compared with what came."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest

from opsengine.goals import CycleKind, Trial, backtest
from tests.goals.conftest import Metric

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 21)


@pytest.fixture
def engine(fill):
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    rows = [
        {"account_id": f"a{account}", "day": day, "metric": "gmv", "value": round(100 + 20 * math.sin(day.toordinal() * (account + 3)), 2)}
        for account in range(6)
        for day in days
    ]
    return fill(
        raw_accounts=[{"account_id": f"a{account}"} for account in range(6)],
        raw_metrics=[{"metric": "gmv", "kind": "flow", "numerator": "gmv"}],
        raw_calendar=[{"day": day, "weekday": day.isoweekday()} for day in days],
        metrics_account_day=rows,
    )


def test_finished_months_with_five_weeks_before_them_are_tried(engine):
    tried = backtest(engine, Trial("gmv", Metric("flow"), CycleKind.MONTH), LAST)

    assert [cycle.id for cycle in tried.windows] == ["2026-05", "2026-04", "2026-03"]
    assert [(float(line.elapsed), line.n) for line in tried.table] == [(0, 12), (0.25, 18), (0.5, 18), (0.75, 18)]
    assert all(0 <= line.coverage80 <= line.coverage95 <= 1 and line.mape < 0.1 and line.brier < 0.25 for line in tried.table)


def test_what_came_later_changes_nothing(engine):
    whole = backtest(engine, Trial("gmv", Metric("flow"), CycleKind.MONTH), date(2026, 5, 31))

    engine.put("metrics.account_day", {"account_id": "VARCHAR", "day": "DATE", "metric": "VARCHAR", "value": "DECIMAL(24, 6)"}, [
        tuple(row.values())
        for row in engine.read("select account_id, day, metric, value from metrics.account_day where day <= date '2026-05-31'")
    ])

    assert backtest(engine, Trial("gmv", Metric("flow"), CycleKind.MONTH), date(2026, 5, 31)) == whole


def test_too_short_a_history_has_no_windows(engine):
    assert backtest(engine, Trial("gmv", Metric("flow"), CycleKind.YEAR), LAST).windows == ()
