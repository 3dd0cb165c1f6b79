"""How long room one takes: a year of many accounts from nothing, and one more day.

    python benchmarks/see_speed.py [--accounts 250 500 1000] [--metrics 60] [--days 365]

Facts are made in the engine from a formula (`md5` of account, metric and day), so that nothing is imported and two runs see
the same numbers. Each size runs in a process of its own; CPU is user and system time, memory its highest mark. The last
columns compare with a bare scan, which is one sum over the value column of the same facts.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from opsengine.project import Project
from opsengine.see import build_see, read_catalogue
from opsengine.warehouse import DuckDBEngine, Model

AS_OF = date(2026, 6, 21)
INDUSTRIES = ("服饰", "餐饮", "汽车", "教育")


def main() -> None:
    """Print one line for each size, and the slope between the last two."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--accounts", type=int, nargs="+", default=[250, 500, 1000])
    parser.add_argument("--metrics", type=int, default=60)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.accounts[0], asked.metrics, asked.days, asked.threads)))
        return
    print("accounts  metrics  days       facts   scan CPU s   build CPU s   wall s    peak MB   next day CPU s   x scan")
    for accounts in asked.accounts:
        sizes = [str(number) for number in (accounts, asked.metrics, asked.days, asked.threads)]
        names = ("--accounts", "--metrics", "--days", "--threads")
        args = [part for pair in zip(names, sizes, strict=True) for part in pair]
        done = subprocess.run([sys.executable, __file__, "--one", *args], capture_output=True, text=True, check=True)
        told = json.loads(done.stdout)
        size = f"{accounts:>8}  {asked.metrics:>7}  {asked.days:>4}  {told['facts']:>10,}"
        print(
            f"{size}  {told['scan']:>11.3f}  {told['build']:>12.2f}"
            f"  {told['wall']:>7.1f}  {told['peak']:>9.0f}  {told['next']:>15.2f}  {told['build'] / max(told['scan'], 1e-3):>7.0f}"
        )
        for table, seconds in told["slowest"]:
            print(f"          {seconds:>6.2f} s CPU  {table}")


def measure(accounts: int, metrics: int, days: int, threads: int) -> dict[str, object]:
    """The seconds of one size."""
    engine = DuckDBEngine(threads=threads, memory_limit="4GB")
    project = Project(Path("/nowhere"))
    put_facts(engine, accounts, metrics, days)
    facts = engine.read("select count(*) as facts from raw.facts")[0]["facts"]
    scan, _ = cpu_of(lambda: engine.read("select sum(value) as total from raw.facts where day <= $as_of", as_of=AS_OF))
    spent: dict[str, float] = {}
    make = engine.make

    def made(model: Model, as_of: date) -> None:
        spent[model.table], _ = cpu_of(lambda: make(model, as_of))

    engine.make = made  # type: ignore[method-assign]  # a stopwatch around every model
    build, wall = cpu_of(lambda: build_see(engine, project, AS_OF - timedelta(days=1)))
    slowest = sorted(spent.items(), key=lambda item: -item[1])[:6]
    following, _ = cpu_of(lambda: build_see(engine, project, AS_OF))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"facts": facts, "scan": scan, "build": build, "wall": wall, "peak": peak, "next": following, "slowest": slowest}


def cpu_of(act: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds of an act."""
    used, began = time.process_time(), time.perf_counter()
    act()
    return time.process_time() - used, time.perf_counter() - began


def put_facts(engine: DuckDBEngine, accounts: int, metrics: int, days: int) -> None:
    """Every account reports every counted metric on every day."""
    catalogue = read_catalogue(Project(Path("/nowhere")))
    counted = [name for name in catalogue.names if catalogue[name].kind != "ratio" and not catalogue[name].sum_of][:metrics]
    engine.put("made.metrics", {"metric": "VARCHAR"}, [(name,) for name in counted])
    engine.put("made.days", {"day": "DATE"}, [(AS_OF - timedelta(days=age),) for age in range(days)])
    registered = [(f"a{n:06}", f"a{n:06}", INDUSTRIES[n % 4], ("small", "large")[n % 2], *[None] * 5) for n in range(accounts)]
    text = dict.fromkeys(("account_id", "name", "industry", "size", "region", "team", "brand"), "VARCHAR")
    engine.put("raw.accounts", text | {"opened_on": "DATE", "platform": "VARCHAR"}, registered)
    engine._run("create schema if not exists raw", {})  # noqa: SLF001  facts are made where they are used: importing is measured elsewhere
    engine._run(_ENTRIES.format(numbers=",".join(_NUMBER.format(name=name, most=100 + 10 * len(name)) for name in counted)), {})  # noqa: SLF001  as above
    engine.put("raw.measures_told", {"source": "VARCHAR", "measure": "VARCHAR"}, [("enterprise_daily", name) for name in counted])
    engine.put("raw.series", _SERIES, [])
    presets = {"source": "VARCHAR", "priority": "INTEGER", "replaces": "VARCHAR", "is_sparse": "BOOLEAN"}
    engine.put("raw.presets", presets, [("enterprise_daily", 10, "day", False)])
    spans = {"source": "VARCHAR", "account_id": "VARCHAR", "first_day": "DATE", "last_day": "DATE", "import_seq": "BIGINT"}
    engine.put("raw.spans", spans, [])
    engine.put("raw.works", _WORKS, [])
    engine.put("raw.fan_events", _FANS, [])


_ENTRIES = """
    create or replace table raw.entries as
    select 'enterprise_daily' as source, accounts.account_id, days.day, '' as item, {numbers},
        'sha' as file_sha, '' as sheet, 1 as row_number, cast(1 as bigint) as import_seq
    from raw.accounts as accounts cross join made.days as days
"""
_NUMBER = "cast(hash(accounts.account_id, days.day, '{name}') % {most} as decimal(18, 6)) as {name}"
_SERIES = {
    **dict.fromkeys(("source", "account_id"), "VARCHAR"), "day": "DATE", "metric": "VARCHAR", "value": "DECIMAL(18,6)",
    "file_sha": "VARCHAR", "sheet": "VARCHAR", "row_number": "INTEGER", "import_seq": "BIGINT",
}  # fmt: skip
_NUMBERS = (
    "plays", "finish_rate", "finish_rate_5s", "bounce_rate_2s", "cover_click_rate", "watch_seconds", "likes", "shares", "comments",
    "favourites", "home_visits", "net_fans",
)  # fmt: skip
_WORKS = {
    **dict.fromkeys(("account_id", "work_id", "title", "form"), "VARCHAR"), "published_on": "DATE", "published_at": "TIMESTAMP",
    **dict.fromkeys(_NUMBERS, "DECIMAL(18,6)"), "file_sha": "VARCHAR", "sheet": "VARCHAR", "row_number": "INTEGER",
    "import_seq": "BIGINT",
}  # fmt: skip
_FANS = {
    "account_id": "VARCHAR", "fan_id": "VARCHAR", "day": "DATE", "at": "TIMESTAMP", "action": "VARCHAR", "value": "DECIMAL(18,6)",
    "file_sha": "VARCHAR", "row_number": "INTEGER", "import_seq": "BIGINT",
}  # fmt: skip


if __name__ == "__main__":
    main()
