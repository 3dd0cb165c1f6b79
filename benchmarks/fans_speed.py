"""What fans cost, beside the same work by hand in Polars and pandas, and a bare scan: fans of each day, and the state of each fan.

    python benchmarks/fans_speed.py [--rows 1000000 3000000 10000000] [--accounts 200] [--days 90]

Interactions are made by a formula and stand in Parquet files by day, as a lake does. Each way runs in a process of its own:
`scan` reads every column once; `ours` makes all of it as a build does from nothing and keeps it, with two threads and 1 GB for
the engine; `newest` goes on from the state of the day before (made by `before`); `spark`, when asked for, is the same on Spark;
Polars and pandas by hand do the same dedupe, the fans of each account and day by kind and in all, median order, fading points
at two days, tiers with a memory, orders of 28 days, and the count of tiers by account, and keep nothing. All must say the same.
CPU is user and system time of the process without the start of Python, memory the highest mark. Polars and pandas are measured
where they are installed: `make bench-fans` brings them into an environment of their own. 100 million rows are asked for by
`--rows 100000000 --accounts 1000 --ways scan ours before newest`; Polars takes 2.5 GB for ten million.
"""

# ruff: noqa: PLC0415  each way imports what it alone needs

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from process_tree import spent

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

AS_OF = date(2026, 6, 21)
WEIGHTS = {
    "comment": 4.0, "favourite": 3.0, "follow": 3.0, "group": 8.0, "like": 2.0, "live": 5.0, "message": 5.0, "order": 20.0,
    "refund": -10.0, "share": 6.0, "view": 1.0,
}  # fmt: skip
MEMORY = "1GB"
HALF_LIFE, WARM, DEVOTED, KEEP = 60.0, 6.0, 24.0, 0.75
_MADE = """
copy (
    select
        'account-' || lpad(cast(n % {accounts} as varchar), 5, '0') as account_id,
        cast(hash(n % {accounts} * 1000000007 + hash(n) % {fans}) // 2 as bigint) as fan_id,
        date '{as_of}' - cast({day} as integer) as day,
        cast(date '{as_of}' - cast({day} as integer) as timestamp) + interval (hash(n * 7) % 86400) second as "at",
        case when hash(n * 3) % 100 < 70 then 'view' when hash(n * 3) % 100 < 85 then 'like'
            when hash(n * 3) % 100 < 90 then 'comment' when hash(n * 3) % 100 < 94 then 'share'
            when hash(n * 3) % 100 < 97 then 'follow' else 'order' end as action,
        case when hash(n * 3) % 100 >= 97 then cast(10 + hash(n * 5) % 500 as decimal(18, 6)) end as value,
        sha256('{day}') as file_sha, cast(n - {begin} + 2 as integer) as row_number, cast(1 as bigint) as import_seq
    from range({begin}, {end}) as made(n)
    order by account_id, "at"
) to '{file}' (format parquet, compression zstd)
"""


def main() -> None:
    """Print one line for each size and way."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 3_000_000, 10_000_000])
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=[way for way in WAYS if way != "spark"])
    parser.add_argument("--one", choices=list(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measured(WAYS[asked.one], asked.folder)))
        return
    print(
        "".join(f"{name:>{width}}" for name, width in _COLUMNS.items()),
        " devoted, warm, casual; fans of all days, of all days and kinds",
    )
    for rows in asked.rows:
        with tempfile.TemporaryDirectory(prefix="fans-speed-") as folder:
            put_facts(Path(folder), rows, asked.accounts, asked.days)
            told = {way: in_process(way, Path(folder)) for way in asked.ways}
        said = {tuple(one["said"]) for way, one in told.items() if one and way not in ("scan", "before")}
        if len(said) > 1:
            raise SystemExit(f"they say different things: {sorted(said)}")
        for way, one in told.items():
            if one is None:
                print(f"{rows:>12,}{way:>9}  not installed")
                continue
            ratios = [one["cpu"] / told[by]["cpu"] if told.get(by) else math.nan for by in ("scan", "polars", "ours")]
            cells = (f"{rows:,}", way, *(f"{number:.2f}" for number in (one["cpu"], one["wall"])), f"{one['peak']:.0f}")
            cells += tuple(f"{ratio:.2f}" for ratio in ratios)
            line = "".join(f"{cell:>{width}}" for cell, width in zip(cells, _COLUMNS.values(), strict=True))
            print(line, f" {one['said']}", flush=True)


_COLUMNS = {"rows": 12, "way": 9, "CPU s": 9, "wall s": 9, "peak MB": 9, "x scan": 9, "x polars": 10, "x ours": 9}


def put_facts(folder: Path, rows: int, accounts: int, days: int) -> None:
    """Write the interactions, a file a day."""
    import duckdb

    each = rows // days
    for day in range(days):
        fields = {"accounts": accounts, "fans": max(1, rows // accounts // 5), "as_of": AS_OF, "day": day}
        fields["file"] = folder / f"{day:03}.parquet"
        duckdb.execute(_MADE.format(begin=day * each, end=(day + 1) * each, **fields))


def in_process(way: str, folder: Path) -> dict[str, object] | None:
    """What one way says of itself; None where its package is not installed."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", way, "--folder", str(folder)], capture_output=True, text=True, check=False
    )
    if "ModuleNotFoundError" in done.stderr:
        return None
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout))


def measured(way: Callable[[Path], Callable[[], list[int]]], folder: Path) -> dict[str, object]:
    """CPU and memory of one way, its imports left out."""
    work = way(folder)
    (before, _), began = spent(), time.perf_counter()
    said = work()
    (cpu, peak), wall = spent(), time.perf_counter() - began
    return {"cpu": cpu - before, "wall": wall, "peak": peak, "said": said}


def by_scan(folder: Path) -> Callable[[], list[int]]:
    """Every column is read once."""
    import duckdb

    duckdb.execute("set threads = 2")
    files = f"read_parquet('{folder}/*.parquet')"
    columns = ("account_id", "fan_id", "day", '"at"', "action", "value", "file_sha", "row_number", "import_seq")
    looked = f"select {', '.join(f'max({name})' for name in columns)} from {files}"  # noqa: S608  ours
    return lambda: [len(duckdb.execute(looked).fetchall())]


def by_us(folder: Path) -> Callable[[], list[int]]:
    """All of it as a build makes and keeps it."""
    return _built(folder, AS_OF, is_first=True)


def by_us_on_spark(folder: Path) -> Callable[[], list[int]]:
    """The same models on Spark, on as many threads of this machine."""
    from spark_speed import LOOPBACK

    from opsengine.warehouse import Cluster, join_cluster

    cluster = Cluster("local[2]", folder / "spark", {**LOOPBACK, "spark.driver.memory": "4g"})
    return _built(folder, AS_OF, is_first=True, engine=join_cluster(cluster))


def by_us_before(folder: Path) -> Callable[[], list[int]]:
    """The day before, for the newest day to go on from."""
    return _built(folder, AS_OF - timedelta(days=1), is_first=True)


def by_us_newest(folder: Path) -> Callable[[], list[int]]:
    """The newest day, going on from the build of the day before."""
    return _built(folder, AS_OF, is_first=False)


def _built(folder: Path, as_of: date, *, is_first: bool, engine: Engine | None = None) -> Callable[[], list[int]]:
    from opsengine.project import Project
    from opsengine.see import read_fan_tiers
    from opsengine.see.declaring import put_tiers
    from opsengine.see.fans import make_fans
    from opsengine.warehouse import DuckDBEngine, Kept, Model, finished_builds, keep_build, read_models

    tiers = read_fan_tiers(Project(Path("/nowhere")))
    engine = engine or DuckDBEngine(threads=2, memory_limit=MEMORY, spill=folder)
    put_tiers(engine, tiers)
    columns = ("account_id", "fan_id", "day", "at", "action", "value", "file_sha", "row_number", "import_seq")
    engine.mount("raw.fan_events", sorted(folder.glob("*.parquet")), dict.fromkeys(columns, ""))
    engine.make(Model("raw.accounts", folder, "", "", "select distinct account_id from raw.fan_events"), as_of)
    builds = folder / ("builds" if as_of < AS_OF else f"builds-of-today-by-{type(engine).__name__}")

    def work() -> list[int]:
        earlier = [] if is_first else finished_builds(folder / "builds")
        made = make_fans(engine, tiers, as_of, "the same frame", earlier)
        for table in ("scores.fan_tier", "scores.fan_movement"):
            engine.make(read_models()[table], as_of)
        keep_build(engine, builds, "first" if is_first else "newest", Kept(("scores.fan_tier", *made.tables), about=made.about))
        (row,) = engine.read("select sum(devoted) as d, sum(warm) as w, sum(casual) as c from scores.fan_tier")
        (acted,) = engine.read(_ACTED)
        return [int(row["d"]), int(row["w"]), int(row["c"]), int(acted["of_days"]), int(acted["of_kinds"])]

    return work


_ACTED = """
    select
        sum(case when action = 'any' then fans end) as of_days,
        sum(case when action != 'any' then fans end) as of_kinds
    from scores.fan_day
"""


def by_polars(folder: Path) -> Callable[[], list[int]]:
    """By hand in Polars, lazily."""
    import polars as pl

    return lambda: _counts_of_polars(pl, pl.scan_parquet(f"{folder}/*.parquet"))


def _counts_of_polars(pl, facts) -> list[int]:  # noqa: ANN001  a module that may not be there
    keys = ["account_id", "fan_id", "day", "action"]
    counted = facts.group_by(keys).agg(pl.col("value").cast(pl.Float64).max()).collect(engine="streaming")
    of_kinds = counted.group_by("account_id", "day", "action").len()
    of_days = counted.select("account_id", "day", "fan_id").unique().group_by("account_id", "day").len()
    orders = counted.filter((pl.col("action") == "order") & (pl.col("value") > 0))
    usual = orders["value"].median() or 0.0
    age = (pl.lit(AS_OF) - pl.col("day")).dt.total_days()
    bonus = 1 + 0.5 * (1 + pl.col("value")).log() / math.log(1 + usual)
    weight = pl.col("action").replace_strict(WEIGHTS, return_dtype=pl.Float64)
    weight *= pl.when((pl.col("action") == "order") & (pl.col("value") > 0)).then(bonus).otherwise(1.0)
    fans = (
        counted.lazy()
        .with_columns(age=age, weight=weight)
        .group_by("account_id", "fan_id")
        .agg(
            now=(pl.col("weight") * (2.0 ** (-pl.col("age") / HALF_LIFE))).sum(),
            before=(pl.col("weight") * (2.0 ** (-(pl.col("age") - 7) / HALF_LIFE))).filter(pl.col("age") >= 7).sum(),
            seen=(pl.col("age") >= 7).any(),
            bought=pl.col("value").filter((pl.col("action") == "order") & (pl.col("age") < 28)).sum(),
        )
    )
    unseen = pl.when(~pl.col("seen")).then(0)
    before = unseen.when(pl.col("before") >= DEVOTED).then(3).when(pl.col("before") >= WARM).then(2).otherwise(1)
    kept = (
        (pl.col("tier_before") == 3) & (pl.col("now") >= KEEP * DEVOTED),
        (pl.col("tier_before") >= 2) & (pl.col("now") >= KEEP * WARM),
    )
    tier = pl.when((pl.col("now") >= DEVOTED) | kept[0]).then(3).when((pl.col("now") >= WARM) | kept[1]).then(2).otherwise(1)
    tiers = fans.with_columns(tier_before=before).with_columns(tier=tier).group_by("account_id", "tier").len().collect()
    return [int(tiers.filter(pl.col("tier") == level)["len"].sum()) for level in (3, 2, 1)] + [
        of_days["len"].sum(),
        of_kinds["len"].sum(),
    ]


def by_pandas(folder: Path) -> Callable[[], list[int]]:
    """By hand in pandas, all in memory."""
    import numpy as np
    import pandas as pd

    def work() -> list[int]:
        columns = ["account_id", "fan_id", "day", "action", "value"]
        facts = pd.concat(pd.read_parquet(file, columns=columns) for file in sorted(folder.glob("*.parquet")))
        facts["value"] = facts["value"].astype(float)
        facts["age"] = (pd.Timestamp(AS_OF) - pd.to_datetime(facts.pop("day"))).dt.days
        counted = facts.groupby(["account_id", "fan_id", "age", "action"], sort=False, as_index=False)["value"].max()
        of_kinds = counted.groupby(["account_id", "age", "action"], sort=False).size()
        of_days = counted.drop_duplicates(["account_id", "age", "fan_id"]).groupby(["account_id", "age"], sort=False).size()
        is_order = (counted["action"] == "order") & (counted["value"] > 0)
        usual = counted.loc[is_order, "value"].median()
        bonus = 1 + 0.5 * np.log1p(counted["value"]) / math.log1p(usual)
        weight = counted["action"].map(WEIGHTS) * np.where(is_order, bonus, 1.0)
        counted["now"] = weight * 2.0 ** (-counted["age"] / HALF_LIFE)
        counted["before"] = np.where(counted["age"] >= 7, weight * 2.0 ** (-(counted["age"] - 7) / HALF_LIFE), 0.0)
        counted["seen"] = counted["age"] >= 7
        counted["bought"] = np.where(is_order & (counted["age"] < 28), counted["value"], 0.0)
        by_fan = counted.groupby(["account_id", "fan_id"], sort=False)
        fans = by_fan.agg(now=("now", "sum"), before=("before", "sum"), seen=("seen", "any"), bought=("bought", "sum"))
        before = np.select([~fans["seen"], fans["before"] >= DEVOTED, fans["before"] >= WARM], [0, 3, 2], 1)
        is_devoted = (fans["now"] >= DEVOTED) | ((before == 3) & (fans["now"] >= KEEP * DEVOTED))
        is_warm = (fans["now"] >= WARM) | ((before >= 2) & (fans["now"] >= KEEP * WARM))
        tier = pd.Series(np.select([is_devoted, is_warm], [3, 2], 1)).value_counts()
        return [int(tier.get(level, 0)) for level in (3, 2, 1)] + [int(of_days.sum()), int(of_kinds.sum())]

    return work


WAYS: dict[str, Callable[[Path], Callable[[], list[int]]]] = {
    "scan": by_scan, "ours": by_us, "spark": by_us_on_spark, "before": by_us_before, "newest": by_us_newest,
    "polars": by_polars, "pandas": by_pandas,
}  # fmt: skip


if __name__ == "__main__":
    main()
