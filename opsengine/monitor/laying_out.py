"""What files declare about watching, as rows: the metrics, the limits, the special days."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from opsengine.goals import read_campaigns
from opsengine.monitor.settings import as_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsengine.monitor.settings import Anomaly, MonitorFile
    from opsengine.project import Project
    from opsengine.warehouse import Engine

HISTORY = timedelta(days=182)
"""How far back surprise looks: half a year settles levels that half-forget in two weeks."""
SPECIAL_DAYS = {"day": "DATE", "kind": "VARCHAR"}
_ANOMALY = {"least_peers": "INTEGER", "least_days": "INTEGER", "budget": "DOUBLE", "least_limit": "DOUBLE"}


def put_anomaly(engine: Engine, anomaly: Anomaly, metrics: Iterable[str]) -> None:
    """Which metrics are watched for surprise, and from where on one is told."""
    engine.put("raw.watched_metrics", {"metric": "VARCHAR"}, [(metric,) for metric in sorted(set(metrics))])
    engine.put("raw.anomaly", _ANOMALY, [as_row(anomaly)])


def special_days(project: Project, file: MonitorFile, as_of: date) -> dict[date, str]:
    """Each special day of the half year up to a day: one of `campaigns`, or else of `holidays`. Raises InvalidFiles."""
    first = as_of - HISTORY
    found: dict[date, str] = {}
    if "holidays" in file.special_days:
        found |= {day: "holidays" for day in _days(first, as_of) if _is_holiday(day)}
    if "campaigns" in file.special_days:
        for campaign in read_campaigns(project).values():
            spans = (campaign.dates(year) for year in range(first.year - 1, as_of.year + 1))
            for start, end in (span for span in spans if span):
                found |= dict.fromkeys(_days(max(start, first), min(end, as_of)), "campaigns")
    return found


def _days(first: date, last: date) -> Iterator[date]:
    yield from (first + timedelta(days=number) for number in range((last - first).days + 1))


@cache
def _is_holiday(day: date) -> bool:
    """Whether the State Council named the day a holiday; nobody knows of years that are not announced yet."""
    from chinese_calendar.constants import holidays  # noqa: PLC0415  most commands need no holidays

    return day in holidays
