"""What many goals cost: 20,000 goal files validated, and the status and forecast of 20,000 goals over a year of daily history.

    make bench-goals            with AutoETS of statsforecast beside it, from an environment of its own
    python benchmarks/goals_speed.py [--goals 20000]
    python benchmarks/goals_speed.py --goals 100000 --no-files    forecasts of 100,000 goals alone
    python benchmarks/goals_speed.py --threads 2    with two threads, as a project has by itself; AutoETS has one

It prints a Markdown table and exits with 1 when a target is missed. CPU time is user and system time of this process.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb

from opsengine.goals import Goal, Known, Measure, Role, Subject, measure_goals, parse_cycle, read_goals, told_as_json
from opsengine.project import Project
from opsengine.see import read_catalogue
from opsengine.warehouse import DuckDBEngine

AS_OF, DAYS = date(2026, 6, 14), 365
VALIDATED_IN, FORECAST_IN, TIMES_ETS = 6.0, 30.0, 300
TRIED = 36
"""Series that AutoETS is timed on: enough for a rate, and it is slow."""
TEXT = """\
kind: goal
version: 1
subject: {{account: {account}}}
cycle: 2026-06
why: what the shop lives from
owner: Lin
primary:
  metric: gmv
  target: {target}
  levels: {{floor: {floor}, stretch: {stretch}}}
"""


def main() -> int:
    """Measure, print, and say whether every target is met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--goals", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--no-files", action="store_true", help="forecasts alone")
    asked = parser.parse_args()
    count, share = asked.goals, asked.goals / 20_000
    lines = [] if asked.no_files else [("files validated", validate(count), VALIDATED_IN * share, "s CPU")]
    forecast, rate = foresee(count, asked.threads), ets_rate()
    lines.append(("status and forecast", forecast, FORECAST_IN * share, "s CPU"))
    print(f"| {count:,} goals | measured | target |\n|---|---|---|")
    for name, measured, limit, unit in lines:
        print(f"| {name} | {measured:.1f} {unit} | {limit:.1f} {unit} |")
    missed = any(measured > limit for _, measured, limit, _ in lines)
    print(f"| peak memory | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB | |")
    if rate is not None:
        print(f"| forecasts a second of CPU, AutoETS {rate:.1f} | {count / forecast:,.0f} | {rate * TIMES_ETS:,.0f} |")
        missed = missed or count / forecast < rate * TIMES_ETS
    return int(missed)


def validate(count: int) -> float:
    """CPU seconds for reading and checking goal files."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        (project.root / "opsengine.yaml").write_text("kind: project\n", encoding="utf-8")
        project.folder("goals").mkdir()
        for number in range(count):
            target = 1000 + number
            text = TEXT.format(account=_name(number), target=target, floor=target - 100, stretch=target + 100)
            (project.folder("goals") / f"{_name(number)}.yaml").write_text(text, encoding="utf-8")
        known = Known(read_catalogue(project).metrics, {_name(number) for number in range(count)})
        began = time.process_time()
        if len(read_goals(project, known)) != count:
            raise AssertionError
        return time.process_time() - began


def foresee(count: int, threads: int) -> float:
    """CPU seconds from tables to results, the landing and the odds of each among them."""
    with tempfile.TemporaryDirectory() as folder:
        engine = _engine(count, Path(folder) / "days.parquet", threads)
        goals = [_goal(number) for number in range(count)]
        began = time.process_time()
        told = told_as_json(measure_goals(engine, goals, AS_OF))
        if any(line["landing"]["p50"] is None for line in told):
            raise AssertionError
        return time.process_time() - began


def ets_rate() -> float | None:
    """Series a second of CPU by AutoETS on a year of daily history; None where statsforecast is not installed."""
    if importlib.util.find_spec("statsforecast") is None:
        return None
    import numpy as np  # noqa: PLC0415  only the environment of the benchmark has it
    from statsforecast.models import AutoETS  # noqa: PLC0415  as above

    dice = random.Random(7)  # noqa: S311  made-up series guard no secret
    series = [np.array([_sold(dice, day) for day in range(DAYS)]) for _ in range(TRIED + 1)]
    AutoETS(season_length=7).forecast(series.pop(), 16, level=[80])  # compiled on its first call
    began = time.process_time()
    for one in series:
        AutoETS(season_length=7).forecast(one, 16, level=[80])
    return TRIED / (time.process_time() - began)


def _sold(dice: random.Random, day: int) -> float:
    return 100 * (1 + 0.3 * (day % 7 == 5)) * (1 + dice.gauss(0, 0.15))


def _name(number: int) -> str:
    return f"shop-{number:05}"


def _goal(number: int) -> Goal:
    measure = Measure(Role.PRIMARY, "gmv", "flow", "yuan", "up", Decimal(3500 * (1 + number % 50)), place=None)
    return Goal(_name(number), "", "", Subject(account=_name(number)), parse_cycle("2026-06"), "", "", (measure,))


def _engine(count: int, file: Path, threads: int) -> DuckDBEngine:
    duckdb.sql(
        f"copy (select printf('shop-%05d', shop) as account_id, cast(date '{AS_OF}' - cast(past as integer) as date) as day,"  # noqa: S608  numbers of our own
        " 'gmv' as metric, cast(100 * (1 + shop % 50) * (1 + 0.3 * sin(0.8976 * ((past + shop) % 7)))"
        " * (1 + (hash(shop * 1000 + past) % 100) / 200.0) as decimal(24, 6)) as value"
        f" from range({count}) as shops(shop), range({DAYS}) as days(past)) to '{file}' (format parquet)"
    )
    engine = DuckDBEngine(threads=threads, memory_limit="4GB", spill=file.parent)
    texts = dict.fromkeys(("account_id", "team", "brand", "industry", "size", "region", "platform"), "VARCHAR")
    rows = [(_name(number), None, None, f"trade-{number % 5}", None, None, None, None) for number in range(count)]
    engine.put("raw.accounts", {**texts, "opened_on": "DATE"}, rows)
    names = dict.fromkeys(("metric", "kind", "numerator", "denominator"), "VARCHAR")
    engine.put("raw.metrics", names, [("gmv", "flow", "gmv", None)])
    days = [AS_OF - timedelta(days=number) for number in range(DAYS - 1, -1, -1)]
    engine.put("raw.calendar", {"day": "DATE", "weekday": "INTEGER"}, [(day, day.isoweekday()) for day in days])
    engine.mount(
        "metrics.account_day", [file], {"account_id": "VARCHAR", "day": "DATE", "metric": "VARCHAR", "value": "DECIMAL(24, 6)"}
    )
    scored = {"account_id": "VARCHAR", "day": "DATE", "scorecard": "VARCHAR"}
    engine.put("scores.account_score", {**scored, "score": "DOUBLE"}, [])
    engine.put("scores.rank", {**scored, "rank": "INTEGER"}, [])
    return engine


if __name__ == "__main__":
    sys.exit(main())
