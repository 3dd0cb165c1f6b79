"""Spark says what the embedded engine says: the same tables on random fields, and the same bytes from a whole project."""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from opsengine.cli.main import run
from opsengine.project import Project
from opsengine.see import build_see, building, see
from opsengine.warehouse import FEW_ROWS, Cluster, DuckDBEngine, Model, join_cluster, keep_build, open_build
from tests.see.facts import TODAY, seen
from tests.see.test_by_the_book import random_field
from tests.see.test_growing import COMPARED as GROWN
from tests.see.test_growing import NOW, THEN, engine_with, footing, history
from tests.warehouse.sparks import LOOPBACK, connect_server, needs_spark, standalone

pytestmark = [pytest.mark.spark, needs_spark]
FIELDS = int(os.environ.get("OPSENGINE_TEST_SPARK_FIELDS", "1"))
"""How many random fields; every night 20."""
HISTORIES = int(os.environ.get("OPSENGINE_TEST_SPARK_HISTORIES", "0"))
"""How many random histories of growing builds; every night 5."""
NOWHERE = Project(Path("/nowhere"))
LAST_BITS = 1e-9
"""A logarithm's last bit differs between libraries of mathematics; what is printed is rounded long before."""
COMPARED = (
    "staging.coverage", "metrics.base_day", "metrics.account_day", "metrics.account_window", "metrics.benchmark", "scores.component",
    "scores.account_score", "scores.contribution", "scores.change", "scores.rank", "scores.score_peers",
    "scores.own_history", "scores.component_peers", "scores.fan_tier", "scores.fan_day", "scores.fan_movement", "scores.standing", "scores.market",
    "scores.reference_grid",
)  # fmt: skip
CLOCK = datetime(2026, 6, 22, 1, 30, tzinfo=UTC)
COMMANDS = (["see", "--why"], ["goals", "status"], ["report"])
DAY = ["--as-of", "2026-06-21", "--format", "json"]
IN_A_PROCESS = """
import contextlib, sys
from datetime import datetime
from opsengine.cli.main import run
for number, command in enumerate({commands!r}):
    with open(f"{out}/{{number}}", "w", encoding="utf-8") as told, contextlib.redirect_stdout(told):
        code = run([*command, *{day!r}, "--project-dir", {project!r}], {{"OPSENGINE_DEBUG": "1"}}, datetime.fromisoformat({clock!r}))
    assert code == 0, command
"""


@pytest.fixture
def spark(tmp_path):
    engine = join_cluster(Cluster("local[2]", tmp_path, {**FEW_ROWS, **LOOPBACK}))
    yield engine
    engine.close()


@pytest.mark.parametrize("seed", range(FIELDS))
def test_random_fields_with_ties_and_gaps_and_tiny_groups_give_the_same_tables(spark, seed):
    field = random_field(seed + 3)
    fans = [
        (name, number % 5, TODAY, ("like", "order", "comment")[number % 3], 30 * (number % 4))
        for name in field
        for number in range(7)
    ]
    duck = seen(field, fans=fans)
    seen(field, fans=fans, engine=spark)

    assert {table: found for table in COMPARED if (found := differences(rows(duck, table), rows(spark, table)))} == {}
    assert json.dumps([view.as_json() for view in see(duck, TODAY)]) == json.dumps([view.as_json() for view in see(spark, TODAY)])


def rows(engine, table):
    """The rows of a table, in an order that last bits do not change."""
    found = engine.read(f"select * from {table}")  # noqa: S608  tables of ours
    return sorted(found, key=lambda row: [str(value) for _, value in sorted(row.items()) if not isinstance(value, float)])


def differences(one, other):
    if len(one) != len(other):
        return [f"{len(one)} rows beside {len(other)}"]
    pairs = [(name, row[name], beside[name]) for row, beside in zip(one, other, strict=True) for name in row]
    return [pair for pair in pairs if not is_same(*pair[1:])][:3]


def is_same(one, other):
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=LAST_BITS, abs_tol=LAST_BITS)
    return type(one) is type(other) and one == other


def test_what_is_mounted_and_what_a_view_says_is_saved_as_well(spark, tmp_path):
    one, two, kinds = tmp_path / "one.parquet", tmp_path / "two.parquet", {"name": "VARCHAR", "cents": "BIGINT", "rate": "DOUBLE"}
    spark.put("raw.first", kinds, [("tea", 5, 0.5)])
    spark.put("raw.second", kinds, [("cake", None, 0.25)])
    spark.save("raw.first", one)
    spark.save("raw.second", two)
    spark.mount("raw.whole", [one], kinds)
    spark.mount("raw.both", [one, two], kinds)
    spark.mount("raw.names", [one], {"name": "VARCHAR"})
    spark.name(Model("scores.seen", one, "", "", "select name, cents from raw.both where rate > 0.3", is_view=True))

    found = {}
    for table in ("raw.whole", "raw.both", "raw.names", "scores.seen"):
        file = tmp_path / f"{table}.parquet"
        spark.save(table, file)
        embedded = DuckDBEngine(threads=1)
        embedded.mount(table, [file], dict.fromkeys(spark.columns(table), ""))
        found[table] = embedded.read(f"select * from {table} order by name")  # noqa: S608  tables of ours

    tea, cake = {"name": "tea", "cents": 5, "rate": 0.5}, {"name": "cake", "cents": None, "rate": 0.25}
    assert found == {
        "raw.whole": [tea],
        "raw.both": [cake, tea],
        "raw.names": [{"name": "tea"}],
        "scores.seen": [{"name": "tea", "cents": 5}],
    }
    spark.drop("raw.whole")
    assert one.is_dir(), "a mounted file is not the engine's to remove"


@pytest.fixture
def large(monkeypatch):
    """As if there were many accounts, so that builds go on from builds."""
    monkeypatch.setattr(building, "SMALL", 0)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("seed", range(HISTORIES))
def test_going_on_says_what_the_embedded_engine_says_from_nothing(tmp_path, seed):
    chance = random.Random(seed)  # noqa: S311  histories are repeated, not kept secret
    accounts = [f"a{n}" for n in range(3)]
    begin, later = history(chance, accounts)
    builds, cluster = tmp_path / "builds", Cluster("local[2]", tmp_path / "spark", {**FEW_ROWS, **LOOPBACK})
    anew_then, anew_now = engine_with(begin, accounts), engine_with(later, accounts)
    build_see(anew_then, NOWHERE, THEN)
    build_see(anew_now, NOWHERE, NOW)

    first = engine_with(begin, accounts, join_cluster(cluster, is_telling=True))
    keep_build(first, builds, "then", build_see(first, NOWHERE, THEN, footing=footing(begin, builds)))
    assert different(first, anew_then) == {}
    first.close()
    grown = engine_with(later, accounts, join_cluster(cluster, is_telling=True))
    kept = build_see(grown, NOWHERE, NOW, footing=footing(later, builds))
    keep_build(grown, builds, "now", kept)

    assert kept.grown["metrics.base_day"], "nothing was taken over"
    assert different(grown, anew_now) == {}
    grown.close()
    again = DuckDBEngine(threads=1)
    assert open_build(again, builds, "now")
    assert json.dumps([view.as_json() for view in see(again, NOW)]) == json.dumps([view.as_json() for view in see(anew_now, NOW)])


def different(spark, embedded):
    return {table: found for table in GROWN if (found := differences(rows(embedded, table), rows(spark, table)))}


NIGHTLY = pytest.mark.skipif(not os.environ.get("OPSENGINE_TEST_CLUSTER"), reason="takes minutes: `make test-nightly` runs it")


@NIGHTLY
def test_a_project_prints_the_same_bytes_from_a_master_with_two_workers(tmp_path):
    here, there = twins(tmp_path)
    with standalone(tmp_path) as master:
        options = {**LOOPBACK, "spark.executor.memory": "512m"}
        tell_from(there, tmp_path / "told-there", master, options)

    assert all(any((tmp_path / f"worker-{number}").glob("app-*/*/stderr")) for number in range(2)), "a worker was idle"
    assert_same_bytes(tmp_path, here, there)


@NIGHTLY
@pytest.mark.skipif(not find_spec("grpc"), reason="Spark Connect needs gRPC: pip install 'pyspark[connect]'")
def test_a_project_prints_the_same_bytes_through_spark_connect(tmp_path):
    here, there = twins(tmp_path)
    with connect_server(tmp_path, {**FEW_ROWS, **LOOPBACK}) as server:
        tell_from(there, tmp_path / "told-there", server, {}, JAVA_HOME="/nowhere")

    assert_same_bytes(tmp_path, here, there)


def twins(folder: Path) -> tuple[Path, Path]:
    """A project that has told what it has to tell, and another of the same files that has not yet."""
    here, there = folder / "here", folder / "there"
    assert run(["demo", str(here), "--accounts", "6", "--days", "40", "--seed", "5", "--no-report"], {}, CLOCK) == 0
    for report in (here / "reports").glob("*.yaml"):
        if yaml.safe_load(report.read_text(encoding="utf-8"))["period"] != "week":
            report.unlink()
    for goal in (here / "goals").glob("*-2026-05.yaml"):
        goal.unlink()  # what ended before asks for the tables of its last day too
    assert run(["import", str(here / "data"), "--project-dir", str(here)], {}, CLOCK) == 0
    shutil.copytree(here, there)
    tell(here, folder / "told-here")
    return here, there


def tell_from(project: Path, out: Path, master: str, options: dict[str, str], **environment: str) -> None:
    """What a project prints whose tables such a Spark makes."""
    with (project / "opsengine.yaml").open("a", encoding="utf-8") as settings:
        yaml.safe_dump({"engine": {"kind": "spark", "master": master, "options": options}}, settings)
    tell(project, out, **environment)


def assert_same_bytes(folder: Path, here: Path, there: Path) -> None:
    told = texts(folder / "told-here")
    assert {name: text for name, text in texts(folder / "told-there").items() if text.replace(b"/there/", b"/here/") != told[name]} == {}
    briefs = texts(here / "briefs")
    assert briefs
    assert {name: text for name, text in texts(there / "briefs").items() if text != briefs.get(name)} == {}
    assert texts(there / "briefs").keys() == briefs.keys()


def tell(project: Path, out: Path, **environment: str) -> None:
    """What a project prints, in a process of its own: a Spark session is one to a process."""
    out.mkdir()
    code = IN_A_PROCESS.format(commands=COMMANDS, out=out, day=DAY, project=str(project), clock=CLOCK.isoformat())
    whole = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", **environment}
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, env=whole)
    assert done.returncode == 0, done.stderr[-2000:]


def texts(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
