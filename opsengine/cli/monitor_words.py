"""The columns and codes of `opsengine monitor`, and what is remembered as lines of a table."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from opsengine.state import AlertMove, AlertRecord, Notice

SEVERITIES = {"critical": "critical", "warning": "warning", "info": "note"}
STATES = {
    "ok": "ok", "pending": "not yet sure", "firing": "firing", "recovering": "recovering", "no_data": "no data",
    "error": "in error", "snoozed": "snoozed", "": "new",
}  # fmt: skip
WORDS = {**STATES, "fired": "told: it fires", "still": "told: it still fires", "over": "told: it is over", "withheld": "not told"}
WHYS = {
    "snoozed": "snoozed", "told before": "told not long ago", "acknowledged": "somebody has taken it on",
    "quiet hours": "quiet hours",
    "enough messages today": "enough messages today", "over before it was told": "over before it was told",
    "nobody of that name is told any more": "nobody of that name is told any more", "waiting": "waiting",
}  # fmt: skip
"""Why something is not told; whatever else stands there is the name of who did it."""
ALERTS = {
    "severity": "severity", "title": "alert", "subject": "subject", "since": "since", "value": "value",
    "threshold": "limit", "because": "what is the matter",
}  # fmt: skip
RECORDS = {
    "severity": "severity", "alert": "alert", "subject": "subject", "state": "state", "since": "since",
    "snoozed_until": "snoozed until", "acknowledged_by": "taken on by", "because": "what is the matter",
}  # fmt: skip
HISTORY = {
    "at": "when", "alert": "alert", "subject": "subject", "event": "what happened", "person": "to whom", "why": "why",
    "because": "what is the matter",
}  # fmt: skip
MOMENTS = ("at", "since", "snoozed_until")
"""The columns that are moments."""


def record_lines(records: Sequence[AlertRecord], now: datetime, locale: str) -> list[dict[str, Any]]:
    """What is remembered, a line an alert, as JSON and tables show it."""
    from opsengine.monitor import mark_of

    def line(record: AlertRecord) -> dict[str, Any]:
        detail = json.loads(record.detail)
        return {
            "alert": record.alert,
            "subject": record.subject,
            "title": detail["title"][locale],
            "state": mark_of(record).shown(now).value,
            "phase": record.phase,
            "since": record.since,
            "fired_at": record.fired_at,
            "told_at": record.told_at,
            "severity": record.severity,
            "snoozed_until": record.snoozed_until,
            "acknowledged_by": record.acknowledged_by or None,
            "withheld": record.withheld or None,
            "because": (detail["because"] or {}).get(locale),
        }

    return [line(record) for record in records]


def row_of(line: Mapping[str, Any], columns: Iterable[str], zone: ZoneInfo | None) -> list[Any]:
    """A line as a row of a table; with a zone its moments are told by the clock on the wall, to the minute."""

    def cell(key: str) -> Any:
        value = line[key]
        if zone is None or value is None or key not in MOMENTS:
            return value
        return f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%d %H:%M}"

    return [cell(key) for key in columns]


def history_rows(moves: Sequence[AlertMove], notices: Sequence[Notice], locale: str) -> list[dict[str, Any]]:
    """Moves and messages together, newest first; with what was said of them then."""

    def because(detail: str) -> str | None:
        said: str | None = (json.loads(detail)["because"] or {}).get(locale)
        return said

    happened: list[dict[str, Any]] = [
        {
            "at": move.at, "alert": move.alert, "subject": move.subject, "from": move.from_state or None,
            "event": "withheld" if move.from_state == move.to_state else move.to_state, "person": None, "why": move.why or None,
            "because": because(move.detail),
        }
        for move in moves
    ]  # fmt: skip
    happened += [
        {
            "at": one.settled_at or one.decided_at, "alert": one.alert, "subject": one.subject, "from": None,
            "event": one.word if one.state == "told" else "withheld", "person": one.person or None,
            "why": one.why or (one.state if one.state != "told" else None), "because": because(one.detail),
        }
        for one in notices
    ]  # fmt: skip
    return sorted(happened, key=lambda line: str(line["at"]), reverse=True)
