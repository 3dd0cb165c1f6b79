"""What Spark costs beside the embedded engine: room one of the same facts on both, on as many threads of this machine.

    python benchmarks/spark_speed.py [--accounts 50 500 2000] [--metrics 60] [--days 365] [--threads 2]

The facts are those of `see_speed.py`. Each engine builds everything from nothing and keeps it, in a process of its own; CPU is
that of the process and of the Java machine that it starts, until the build stands, start-up included. The scores of both must be
the same. It prints a Markdown table.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from process_tree import spent
from see_speed import AS_OF, mount_facts, put_facts

from opsengine.project import Project
from opsengine.see import build_see
from opsengine.warehouse import Cluster, DuckDBEngine, Engine, join_cluster, keep_build, open_build

EMBEDDED, SPARK = "embedded", "spark"
LOOPBACK = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
SCORES = """
    select ranks.account_id, ranks.scorecard, ranks.rank, scores.score
    from scores.rank as ranks
    inner join scores.account_score as scores
        on scores.account_id = ranks.account_id and scores.scorecard = ranks.scorecard and scores.day = ranks.day
    order by ranks.account_id, ranks.scorecard, ranks.day
"""


def main() -> None:
    """Print one line for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, nargs="+", default=[50, 500, 2000])
    parser.add_argument("--metrics", type=int, default=60)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="4g", help="heap of Spark")
    parser.add_argument("--one", choices=(EMBEDDED, SPARK), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one, asked.folder, asked.accounts[0], asked.threads, asked.memory)))
        return
    print("| accounts | numbers | embedded CPU s | wall s | peak MB | Spark CPU s | wall s | peak MB | CPU, Spark to embedded |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for accounts in asked.accounts:
        with tempfile.TemporaryDirectory(prefix="spark-speed-") as folder:
            put_facts(Path(folder), accounts, asked.metrics, asked.days)
            one, other = (told(way, Path(folder), accounts, asked) for way in (EMBEDDED, SPARK))
        if one["scores"] != other["scores"]:
            raise SystemExit("the scores differ")
        columns = [f"{way['cpu']:.1f} | {way['wall']:.1f} | {way['peak']:,.0f}" for way in (one, other)]
        numbers = accounts * asked.metrics * asked.days
        print(f"| {accounts:,} | {numbers:,} | {' | '.join(columns)} | {other['cpu'] / one['cpu']:.1f} |", flush=True)


def told(way: str, folder: Path, accounts: int, asked: argparse.Namespace) -> dict[str, float]:
    """What a process of its own measures."""
    size = ["--accounts", str(accounts), "--threads", str(asked.threads), "--memory", asked.memory]
    args = ["--one", way, "--folder", str(folder), *size]
    done = subprocess.run([sys.executable, __file__, *args], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(way: str, folder: Path, accounts: int, threads: int, memory: str) -> dict[str, object]:
    """What one build from nothing costs, and a digest of its scores."""
    began = time.perf_counter()
    if way == SPARK:
        options = {**LOOPBACK, "spark.driver.memory": memory}
        engine: Engine = join_cluster(Cluster(f"local[{threads}]", folder / "spark", options))
    else:
        engine = DuckDBEngine(threads=threads, memory_limit="3GB", spill=folder)
    mount_facts(engine, sorted(folder.glob("????-??-??.parquet")), accounts)
    keep_build(engine, folder / way, "made", build_see(engine, Project(folder), AS_OF))
    wall, (cpu, peak) = time.perf_counter() - began, spent()
    reader = DuckDBEngine(threads=1)
    if not open_build(reader, folder / way, "made"):
        raise AssertionError
    scores = json.dumps([list(row.values()) for row in reader.read(SCORES)], default=str)
    return {"cpu": cpu, "wall": wall, "peak": peak, "scores": hashlib.sha256(scores.encode()).hexdigest()}


if __name__ == "__main__":
    main()
