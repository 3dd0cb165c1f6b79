"""The board: every account on one line, which of them need a person, and why. Made once a round, read by everybody."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from opsengine.monitor.alert_file import SEVERITIES
from opsengine.monitor.remembering import mark_of

if TYPE_CHECKING:
    from opsengine.goals import GoalResult
    from opsengine.state import AlertRecord
    from opsengine.strategy import Locale
    from opsengine.warehouse import Engine

PAGE_SIZE = 50
"""Lines of the table at a time; as many as a screen or two can show."""
MOST_OF_A_PAGE = 200
NEEDS = 12
"""Accounts that are shown above the table: what one person can look at in a morning."""
SORTABLE = (
    "name", "industry", "team", "business", "business_change", "popularity", "popularity_change", "sales", "sales_change",
    "leads", "leads_change", "fans_growth", "fans", "days_behind", "alerts", "urgency",
)  # fmt: skip
_OPEN = ("firing", "pending", "recovering", "no_data", "error", "snoozed")
_WORST = ("missed", "behind", "at_risk", "on_track", "ahead", "reached", "no_data")
_HIDDEN = "~"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Board:
    """What the page shows at one moment."""

    as_of: date
    made_at: datetime
    version: int
    rows: tuple[Row, ...]
    """One an account, the most urgent first."""
    alerts: tuple[Row, ...]
    """Every open alert with its words, the gravest first."""
    trouble: str = ""
    """Why the day could not be looked at; the rows are then those of the last round."""
    is_early: bool = False
    """Whether only the numbers are new: alerts and goals are those of the last round, and are being looked at."""
    found: Mapping[str, str] = field(default_factory=dict)
    """What each account is searched by."""

    def search(self, text: str) -> list[Row]:
        """The rows that have every word of the text in their id, name, industry or team, the most urgent first."""
        wanted = text.casefold().split()
        return [row for row in self.rows if all(word in self.found[row["account_id"]] for word in wanted)]

    def of_account(self, account: str) -> list[Row]:
        """The open alerts of one account."""
        return [alert for alert in self.alerts if alert["account_id"] == account]

    def row(self, account: str) -> Row | None:
        """The line of one account, if there is such an account."""
        return next((row for row in self.rows if row["account_id"] == account), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see of the table."""

    text: str = ""
    sort: str = "urgency"
    is_falling: bool = True
    page: int = 1
    size: int = PAGE_SIZE
    only_open: bool = False


def make_board(
    engine: Engine, goals: Iterable[GoalResult], records: Sequence[AlertRecord], moment: tuple[date, datetime], version: int
) -> Board:
    """The board of a day and a moment. `monitor.portfolio` and what it rests on are there already."""
    as_of, _ = moment
    return _board(engine, _worst_status(goals, as_of), records, moment, version)


def early_board(
    engine: Engine, last: Board | None, records: Sequence[AlertRecord], moment: tuple[date, datetime], version: int
) -> Board:
    """New numbers beside what was known of goals and alerts. `monitor.portfolio` is there already."""
    status = {row["account_id"]: row["goal"] for row in (last.rows if last else ()) if row["goal"]}
    return replace(_board(engine, status, records, moment, version), is_early=True)


def _board(
    engine: Engine, status: Mapping[str, str], records: Sequence[AlertRecord], moment: tuple[date, datetime], version: int
) -> Board:
    as_of, now = moment
    alerts = open_alerts(records, now)
    by_account: dict[str, list[Row]] = defaultdict(list)
    for alert in alerts:
        if alert["account_id"]:
            by_account[alert["account_id"]].append(alert)
    rows = [_row(row, by_account[row["account_id"]], status.get(row["account_id"])) for row in engine.read(_PORTFOLIO)]
    rows.sort(key=lambda row: (-row["urgency"], row["account_id"]))
    return Board(as_of, now, version, tuple(rows), tuple(alerts), found={row["account_id"]: _words_of(row) for row in rows})


def open_alerts(records: Iterable[AlertRecord], now: datetime) -> list[Row]:
    """What is open as rows, the gravest first; snoozed ones last."""
    shown = [_alert(record, mark_of(record).shown(now).value) for record in records]
    burning = [alert for alert in shown if alert["state"] in _OPEN]
    return sorted(burning, key=_gravity)


def page_of(board: Board, asked: Asked, locale: Locale) -> dict[str, Any]:
    """One page of the table, the accounts that need a person, and the counts above them, as plain JSON values."""
    found = board.search(asked.text)
    if asked.only_open:
        found = [row for row in found if row["alerts"]]
    found = _sorted(found, asked)
    size = min(max(asked.size, 1), MOST_OF_A_PAGE)
    pages = max(-(-len(found) // size), 1)
    page = min(max(asked.page, 1), pages)
    needy = [row for row in board.rows if row["urgency"] >= _URGENT]
    return {
        "as_of": board.as_of.isoformat(),
        "made_at": board.made_at.isoformat(timespec="seconds"),
        "version": board.version,
        "trouble": board.trouble or None,
        "looking": board.is_early,
        "accounts": len(board.rows),
        "need": len(needy),
        "behind": sum((row["days_behind"] or 0) > 1 for row in board.rows),
        "alerts": {one: sum(a["severity"] == one and a["state"] == "firing" for a in board.alerts) for one in SEVERITIES},
        "matched": len(found),
        "page": page,
        "pages": pages,
        "needs": [said(row, locale) for row in needy[:NEEDS]],
        "house": [said(alert, locale) for alert in board.alerts if not alert["account_id"] and alert["state"] == "firing"],
        "rows": [said(row, locale) for row in found[(page - 1) * size : page * size]],
    }


def said(row: Row, locale: Locale) -> dict[str, Any]:
    """A row with its labels in one language and its days as text."""
    return {name: _said(value, locale) for name, value in row.items() if not name.startswith(_HIDDEN)}


_PORTFOLIO = "select * from monitor.portfolio order by account_id"
_WEIGHTS = {"critical": 100, "warning": 10, "info": 1}
_URGENT = _WEIGHTS["warning"]
"""From here on an account needs a person: one warning."""


def _row(row: Row, alerts: Sequence[Row], status: str | None) -> Row:
    firing = [alert for alert in alerts if alert["state"] == "firing"]
    first = firing[0] if firing else None
    stake = max((alert["stake"] or 0 for alert in firing), default=0)
    urgency = max((_WEIGHTS[alert["severity"]] for alert in firing), default=0)
    return {
        **row,
        "goal": status,
        "alerts": len(firing),
        "severity": first["severity"] if first else None,
        "title": first["title"] if first else None,
        "why": (first["because"] or first["title"]) if first else None,
        "stake": stake or None,
        "urgency": urgency + min(len(firing), 9) / 10 + min(stake, 10**9) / 10**11 if firing else 0,
    }


def _alert(record: AlertRecord, state: str) -> Row:
    detail = json.loads(record.detail)
    return {
        "alert": record.alert, "subject": record.subject, "state": state, "severity": record.severity, "fired_at": record.fired_at,
        "snoozed_until": record.snoozed_until, "acknowledged_by": record.acknowledged_by or None, "owner": detail["owner"] or None,
        **{name: detail[name] for name in ("account_id", "title", "because", "cause", "since", "stake", "play", "look_further")},
    }  # fmt: skip


def _worst_status(goals: Iterable[GoalResult], as_of: date) -> dict[str, str]:
    """The word of the running goal of each account that stands worst."""
    found: dict[str, str] = {}
    for result in goals:
        if result.account_id is None or not result.cycle.start <= as_of <= result.cycle.end:
            continue
        word = result.status.value
        found[result.account_id] = min(found.get(result.account_id, word), word, key=_WORST.index)
    return found


def _sorted(rows: list[Row], asked: Asked) -> list[Row]:
    """By one column, what is missing always last; the order of urgency decides among equals."""
    key = asked.sort if asked.sort in SORTABLE else "urgency"
    known = [row for row in rows if row[key] is not None]
    known.sort(key=lambda row: row[key], reverse=asked.is_falling)
    return known + [row for row in rows if row[key] is None]


def _words_of(row: Row) -> str:
    return " ".join(str(row[name]) for name in ("account_id", "name", "industry", "team") if row[name]).casefold()


def _said(value: Any, locale: Locale) -> Any:
    if isinstance(value, Mapping) and locale in value:
        return value[locale]
    return value.isoformat() if isinstance(value, date) else value


def _gravity(alert: Row) -> tuple[bool, int, float, str, str]:
    """What fires before what does not, the gravest first, then by the money."""
    is_calm = alert["state"] != "firing"
    return is_calm, SEVERITIES.index(alert["severity"]), -(alert["stake"] or 0), alert["alert"], alert["subject"]
