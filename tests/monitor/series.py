"""Daily flows of accounts as the models of surprise want them: nothing else is in the warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from opsengine.monitor.laying_out import SPECIAL_DAYS, put_anomaly
from opsengine.monitor.settings import Anomaly
from opsengine.warehouse import DuckDBEngine, build_models

METRIC = "gmv"


def surprised(
    series: Mapping[str, Mapping[date, float | None]],
    as_of: date,
    *,
    special: Iterable[date] = (),
    settings: Anomaly | None = None,
    groups: Mapping[str, str] | None = None,
) -> DuckDBEngine:
    """An engine in which every model of surprise is made; accounts are of one group unless `groups` says otherwise."""
    engine = DuckDBEngine(threads=2)
    first = min(day for days in series.values() for day in days)
    days = [first + timedelta(days=number) for number in range((as_of - first).days + 1)]
    engine.put("raw.calendar", {"day": "DATE", "weekday": "INTEGER"}, [(day, day.isoweekday()) for day in days])
    told = [(name, day, METRIC, value) for name, known in series.items() for day, value in known.items() if value is not None]
    engine.put("metrics.account_day", {"account_id": "VARCHAR", "day": "DATE", "metric": "VARCHAR", "value": "DOUBLE"}, told)
    members = [(name, 2, "industry", (groups or {}).get(name, "tea")) for name in series]
    columns = {"account_id": "VARCHAR", "narrowness": "INTEGER", "level": "VARCHAR", "key": "VARCHAR"}
    engine.put("staging.peer_group", columns, members)
    put_anomaly(engine, settings or Anomaly(), [METRIC])
    engine.put("raw.special_days", SPECIAL_DAYS, [(day, "campaigns") for day in special])
    build_models(engine, as_of, "surprise")
    return engine
