"""Facts for the score models, without files: the tables that an import would leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from opsengine.project import Project
from opsengine.see import build_see
from opsengine.warehouse import DuckDBEngine, Engine

TODAY = date(2026, 6, 21)
TEXT, WHOLE, NUMBER = "VARCHAR", "INTEGER", "DECIMAL(18,6)"
TRACE = {"file_sha": TEXT, "sheet": TEXT, "row_number": WHOLE, "import_seq": "BIGINT"}
ENTRIES = {"source": TEXT, "account_id": TEXT, "day": "DATE", "item": TEXT, **TRACE}
SERIES = {"source": TEXT, "account_id": TEXT, "day": "DATE", "metric": TEXT, "value": NUMBER, **TRACE}
_NAMES = ("account_id", "name", "industry", "size", "region", "team", "brand")
ACCOUNTS = dict.fromkeys(_NAMES, TEXT) | {"opened_on": "DATE", "platform": TEXT}
WORKS = {
    **dict.fromkeys(("account_id", "work_id", "title", "form"), TEXT), "published_on": "DATE", "published_at": "TIMESTAMP",
    **dict.fromkeys(
        ("plays", "finish_rate", "finish_rate_5s", "bounce_rate_2s", "cover_click_rate", "watch_seconds", "likes", "shares",
         "comments", "favourites", "home_visits", "net_fans"), NUMBER,
    ),
    "file_sha": TEXT, "sheet": TEXT, "row_number": WHOLE, "import_seq": "BIGINT",
}  # fmt: skip
FANS = {
    "account_id": TEXT, "fan_id": "BIGINT", "day": "DATE", "at": "TIMESTAMP", "action": TEXT, "value": NUMBER, "file_sha": TEXT,
    "row_number": WHOLE, "import_seq": "BIGINT",
}  # fmt: skip

Days = Mapping[str, list[float | None]]
"""Numbers of the last days by metric, the newest last; None is a day without data."""


def seen(  # noqa: PLR0913  a stand-in for an import takes what an import brings
    accounts: Mapping[str, tuple[str, Days]],
    *,
    threads: int = 1,
    is_reversed: bool = False,
    project: Path = Path("/nowhere"),
    as_of: date = TODAY,
    fans: Iterable[tuple[object, ...]] = (),
    engine: Engine | None = None,
) -> Engine:
    """An engine in which room one has looked at these accounts: `{account_id: (industry, days)}`; an embedded one unless given.

    `fans` are `(account_id, fan_id, day, action, value)`.
    """
    engine = engine or DuckDBEngine(threads=threads)
    rows = list(_series(accounts))
    engine.put("raw.entries", ENTRIES, [])
    engine.put("raw.measures_told", {"source": TEXT, "measure": TEXT}, [])
    engine.put("raw.series", SERIES, rows[::-1] if is_reversed else rows)
    registered = [(name, name, industry, *[None] * 6) for name, (industry, _) in accounts.items()]
    engine.put("raw.accounts", ACCOUNTS, registered)
    presets = {"source": TEXT, "priority": WHOLE, "replaces": TEXT, "is_sparse": "BOOLEAN"}
    engine.put("raw.presets", presets, [("series", 0, "item", False)])
    spans = {"source": TEXT, "account_id": TEXT, "first_day": "DATE", "last_day": "DATE", "import_seq": "BIGINT"}
    engine.put("raw.spans", spans, [])
    engine.put("raw.works", WORKS, [])
    events = [(account, fan, day, day, action, value, "sha", 1, 1) for account, fan, day, action, value in fans]
    engine.put("raw.fan_events", FANS, events)
    build_see(engine, Project(project), as_of)
    return engine


def _series(accounts: Mapping[str, tuple[str, Days]]) -> Iterable[tuple[object, ...]]:
    for account_id, (_, days) in accounts.items():
        for metric, values in days.items():
            for age, value in enumerate(reversed(values)):
                if value is not None:
                    yield "series", account_id, TODAY - timedelta(days=age), metric, value, "sha", "", 1, 1
