from __future__ import annotations

from dataclasses import replace

from opsengine.state import AlertMark, Alerts

FIRING = AlertMark("score-drop", "shop-01", "firing", "2026-06-21", "high", '{"value":-80}')


def test_an_alert_that_stays_keeps_its_beginning_and_makes_no_history(state, run_id, now):
    alerts = Alerts(state)

    assert alerts.record([FIRING], run_id, now) == [FIRING]
    assert alerts.record([replace(FIRING, since="2026-06-22", detail='{"value":-90}')], run_id, now) == []

    assert alerts.current() == [replace(FIRING, detail='{"value":-90}')]
    assert [(move.from_state, move.to_state) for move in alerts.history(10)] == [("", "firing")]


def test_an_alert_that_moves_is_noted(state, run_id, now):
    alerts = Alerts(state)
    cleared = replace(FIRING, state="resolved", since="2026-06-23")
    alerts.record([FIRING], run_id, now)
    alerts.record([cleared], run_id, now)

    assert alerts.current() == [cleared]
    assert [(move.from_state, move.to_state) for move in alerts.history(10)] == [("firing", "resolved"), ("", "firing")]
