"""Alerts: what is remembered between two looks, moves, notices, and a history that can be cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from opsengine.state import AlertMove, AlertRecord, Alerts, BriefRecord, Briefs, Notice, Notices, Refused, Topic, instant

FIRING = AlertRecord(
    "score-drop", "shop-01", "firing", "2026-06-22T08:00:00+00:00", "firing", "2026-06-22T08:00:00+00:00", None, 0, None, "", "", "warning",
    '{"value":-80}',
)  # fmt: skip
MOVE = AlertMove("score-drop", "shop-01", "", "firing", "", "warning", "{}", "")
NOTICE = Notice("score-drop", "shop-01", "fired", "ann", "warning", "{}")


def test_an_alert_is_remembered_once_for_its_rule_and_subject(state, run_id, now):
    alerts = Alerts(state)
    alerts.keep([FIRING], [replace(MOVE, run_id=run_id)], now)
    told = replace(FIRING, is_told=1, told_at=instant(now))
    alerts.keep([told, replace(FIRING, subject="shop-02")], [], now)

    assert alerts.current() == [told, replace(FIRING, subject="shop-02")]
    assert alerts.find("score-drop", "shop-01") == told
    assert alerts.find("score-drop", "nobody") is None


def test_history_is_cut_at_its_old_end_and_what_is_remembered_stays(state, run_id, now):
    alerts = Alerts(state)
    alerts.keep([FIRING], [replace(MOVE, run_id=run_id)], now)
    later = now + timedelta(days=100)
    alerts.keep([FIRING], [replace(MOVE, run_id=run_id, from_state="firing", why="snoozed")], later)

    assert alerts.cut(later - timedelta(days=95)) == 1
    assert [(move.from_state, move.why) for move in alerts.history(9)] == [("firing", "snoozed")]
    assert alerts.current() == [FIRING]
    with pytest.raises(Refused):
        alerts.cut(later + timedelta(days=1))


def digest(state, run_id, now) -> BriefRecord:
    return Briefs(state).add(Topic("monitor", "20260622T080000Z", "ann"), {"digest.md": b"x"}, run_id, now)


def test_a_notice_waits_until_it_is_told_once(state, run_id, now):
    notices = Notices(state)
    notices.add([NOTICE, NOTICE], run_id, now)
    [waiting] = notices.waiting()
    notices.hold([waiting], "quiet hours")
    notices.tell([waiting], digest(state, run_id, now).brief_id, now)

    assert notices.waiting() == []
    assert [(one.state, one.why) for one in notices.history(9)] == [("told", "")]
    assert notices.digests_since("ann", now) == 1
    assert notices.digests_since("bob", now) == 0
    with pytest.raises(Refused):
        notices.drop([waiting], "over", now)


def test_a_notice_that_waits_is_not_lost_to_a_cut(state, run_id, now):
    Notices(state).add([NOTICE], run_id, now)
    Alerts(state).cut(now + timedelta(days=400))

    assert len(Notices(state).waiting()) == 1
    with pytest.raises(Refused), state.transaction():
        state.change("DELETE FROM notice")
