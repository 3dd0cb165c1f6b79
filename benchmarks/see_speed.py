"""How long room one takes: a year of many accounts from nothing, and then one more day.

    python benchmarks/see_speed.py [--accounts 500 1000 2000] [--metrics 60] [--days 365]

Facts are made by a formula (a hash of account, metric and day) and stand in Parquet files by month, as a lake does, so that
nothing is imported and two runs see the same numbers. Each size runs in processes of its own, one that builds everything and
keeps it, one that goes on from there with the next day; CPU is user and system time, memory the highest mark. Beside it stands a
bare scan: one sum over each of the same columns of the same files; and what it costs to say for every account why its scores moved
within a week, cause by cause.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from opsengine.project import Project
from opsengine.see import Footing, Taken, build_see, read_catalogue
from opsengine.see.building import put_compared_days
from opsengine.warehouse import DuckDBEngine, Model, finished_builds, keep_build, read_models

AS_OF = date(2026, 6, 21)
INDUSTRIES = ("服饰", "餐饮", "汽车", "教育")
FROM_NOTHING, NEXT_DAY = "from-nothing", "next-day"


def main() -> None:
    """Print one line for each size, and where most of the time goes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--accounts", type=int, nargs="+", default=[500, 1000, 2000])
    parser.add_argument("--metrics", type=int, default=60)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--one", choices=(FROM_NOTHING, NEXT_DAY), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one, asked.folder, asked.accounts[0], asked.threads)))
        return
    print(
        "accounts  metrics  days     numbers  scan CPU s  build CPU s  keep CPU s  wall s  peak MB  x scan"
        "  next day CPU s  keep CPU s  peak MB  why CPU s"
    )
    for accounts in asked.accounts:
        with tempfile.TemporaryDirectory(prefix="see-speed-") as folder:
            put_facts(Path(folder), accounts, asked.metrics, asked.days)
            whole, day = (told(way, Path(folder), accounts, asked.threads) for way in (FROM_NOTHING, NEXT_DAY))
        print(
            f"{accounts:>8}  {asked.metrics:>7}  {asked.days:>4}  {accounts * asked.metrics * asked.days:>10,}"
            f"  {whole['scan']:>10.2f}"
            f"  {whole['build']:>11.1f}  {whole['keep']:>10.1f}  {whole['wall']:>6.1f}  {whole['peak']:>7.0f}"
            f"  {whole['build'] / max(whole['scan'], 1e-3):>6.0f}  {day['build']:>14.2f}  {day['keep']:>10.2f}  {day['peak']:>7.0f}"
            f"  {day['why']:>9.2f}"
        )
        for way, one in ((FROM_NOTHING, whole), (NEXT_DAY, day)):
            for table, seconds in one["slowest"]:
                print(f"          {way:>12}  {seconds:>6.2f} s CPU  {table}")


def told(way: str, folder: Path, accounts: int, threads: int) -> dict[str, object]:
    """What a process of its own measures."""
    args = ["--one", way, "--folder", str(folder), "--accounts", str(accounts), "--threads", str(threads)]
    done = subprocess.run([sys.executable, __file__, *args], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def measure(way: str, folder: Path, accounts: int, threads: int) -> dict[str, object]:
    """The seconds of one way of building."""
    (folder / "spill").mkdir(exist_ok=True)
    engine = DuckDBEngine(threads=threads, memory_limit="3GB", spill=folder / "spill")
    files = sorted(folder.glob("*.parquet"))
    counted = mount_facts(engine, files, accounts)
    as_of = AS_OF if way == FROM_NOTHING else AS_OF + timedelta(days=1)
    told_by = {f"{at}:{file.stem}": Taken("enterprise_daily", date.fromisoformat(file.stem)) for at, file in enumerate(files)}
    imports = {name: taken for name, taken in told_by.items() if taken.first_day <= as_of}
    sums = ", ".join(f'sum("{name}") as "{name}"' for name in counted)
    scan, _ = cpu_of(lambda: engine.read(f"select {sums} from raw.entries where day <= $as_of", as_of=as_of))  # noqa: S608  our own names
    spent: dict[str, float] = {}

    def watched(act: Callable[[Model, date], None]) -> Callable[[Model, date], None]:
        def made(model: Model, day: date) -> None:
            spent[model.table] = spent.get(model.table, 0.0) + cpu_of(lambda: act(model, day))[0]

        return made

    engine.make, engine.add = watched(engine.make), watched(engine.add)  # type: ignore[method-assign]  # a stopwatch
    kept: list[object] = []
    footing = Footing("a benchmark", imports, finished_builds(folder / "builds"))
    build, wall = cpu_of(lambda: kept.append(build_see(engine, Project(folder), as_of, footing=footing)))
    keep, _ = cpu_of(lambda: keep_build(engine, folder / "builds", way, kept[0]))
    why, _ = cpu_of(lambda: attribute(engine, as_of))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    slowest = sorted(spent.items(), key=lambda item: -item[1])[:8]
    return {"scan": scan, "build": build, "keep": keep, "why": why, "wall": wall, "peak": peak, "slowest": slowest}


def attribute(engine: DuckDBEngine, as_of: date) -> None:
    """Every account's causes of both changes within the week."""
    put_compared_days(engine, as_of, as_of - timedelta(days=7))
    for table in ("scores.change", "scores.change_cause"):
        engine.make(replace(read_models()[table], is_view=False), as_of)


def cpu_of(act: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds of an act."""
    used, began = time.process_time(), time.perf_counter()
    act()
    return time.process_time() - used, time.perf_counter() - began


def put_facts(folder: Path, accounts: int, metrics: int, days: int) -> None:
    """Every account reports every counted metric until the day after `AS_OF`; a file a month, named by its first day."""
    catalogue = read_catalogue(Project(folder))
    counted = [name for name in catalogue.names if catalogue[name].kind != "ratio" and not catalogue[name].sum_of][:metrics]
    numbers = ", ".join(_NUMBER.format(name=name, most=100 + 10 * len(name)) for name in counted)
    engine = DuckDBEngine(threads=2, memory_limit="4GB", spill=folder / "spill")
    engine.put("made.accounts", {"n": "INTEGER"}, [(n,) for n in range(accounts)])
    whole = [AS_OF - timedelta(days=age) for age in range(days)]
    months = [
        [day for day in whole if (day.year, day.month) == month] for month in sorted({(day.year, day.month) for day in whole})
    ]
    for month in [*months, [AS_OF + timedelta(days=1)]]:
        engine.put("made.days", {"day": "DATE"}, [(day,) for day in month])
        engine.make(Model("made.entries", folder, "", "", _ENTRIES.format(numbers=numbers)), AS_OF)
        engine.save("made.entries", folder / f"{min(month)}.parquet")


def mount_facts(engine: DuckDBEngine, files: list[Path], accounts: int) -> list[str]:
    """What an import would have left; the measures that are counted."""
    columns = engine.columns_of(files)
    counted = [name for name in columns if name not in _ENTRY]
    engine.mount("raw.entries", files, dict.fromkeys(columns, ""))
    engine.put("raw.measures_told", {"source": "VARCHAR", "measure": "VARCHAR"}, [("enterprise_daily", name) for name in counted])
    engine.put("raw.series", _SERIES, [])
    registered = [(f"a{n:06}", f"a{n:06}", INDUSTRIES[n % 4], ("small", "large")[n % 2], *[None] * 5) for n in range(accounts)]
    text = dict.fromkeys(("account_id", "name", "industry", "size", "region", "team", "brand"), "VARCHAR")
    engine.put("raw.accounts", text | {"opened_on": "DATE", "platform": "VARCHAR"}, registered)
    presets = {"source": "VARCHAR", "priority": "INTEGER", "replaces": "VARCHAR", "is_sparse": "BOOLEAN"}
    engine.put("raw.presets", presets, [("enterprise_daily", 10, "day", False)])
    spans = {"source": "VARCHAR", "account_id": "VARCHAR", "first_day": "DATE", "last_day": "DATE", "import_seq": "BIGINT"}
    engine.put("raw.spans", spans, [])
    engine.put("raw.works", _WORKS, [])
    engine.put("raw.fan_events", _FANS, [])
    return counted


_ENTRY = {"source", "account_id", "day", "item", "file_sha", "sheet", "row_number", "import_seq"}
_ENTRIES = """
    select 'enterprise_daily' as source, 'a' || lpad(cast(accounts.n as varchar), 6, '0') as account_id, days.day, '' as item,
        {numbers},
        'sha' as file_sha, '' as sheet, 1 as row_number, cast(1 as bigint) as import_seq
    from made.accounts as accounts cross join made.days as days
    order by days.day, accounts.n
"""
_NUMBER = "cast(hash(accounts.n, days.day, '{name}') % {most} as decimal(18, 6)) as {name}"
_TRACE = {"file_sha": "VARCHAR", "sheet": "VARCHAR", "row_number": "INTEGER", "import_seq": "BIGINT"}
_SERIES = {"source": "VARCHAR", "account_id": "VARCHAR", "day": "DATE", "metric": "VARCHAR", "value": "DECIMAL(18,6)", **_TRACE}
_NUMBERS = (
    "plays", "finish_rate", "finish_rate_5s", "bounce_rate_2s", "cover_click_rate", "watch_seconds", "likes", "shares", "comments",
    "favourites", "home_visits", "net_fans",
)  # fmt: skip
_WORKS = {
    **dict.fromkeys(("account_id", "work_id", "title", "form"), "VARCHAR"), "published_on": "DATE", "published_at": "TIMESTAMP",
    **dict.fromkeys(_NUMBERS, "DECIMAL(18,6)"), **_TRACE,
}  # fmt: skip
_FANS = {
    "account_id": "VARCHAR", "fan_id": "VARCHAR", "day": "DATE", "at": "TIMESTAMP", "action": "VARCHAR", "value": "DECIMAL(18,6)",
    "file_sha": "VARCHAR", "row_number": "INTEGER", "import_seq": "BIGINT",
}  # fmt: skip


if __name__ == "__main__":
    main()
