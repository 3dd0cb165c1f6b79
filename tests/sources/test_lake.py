"""The lake: one row an entry, a column a measure; and what an earlier version kept in another form."""

from __future__ import annotations

import json
import shutil

import pytest

from opsengine.errors import DataError
from opsengine.sources import mount_facts

DAILY = "日期,主页访问量,播放数,新增粉丝人数\n"
SESSIONS = "直播开始时间,直播时长(分钟),直播间观看人数,直播间用户支付金额\n"
SERIES = "account_id,date,metric,value\n"
KEYS = ["source", "account_id", "day", "item"]
TRACE = ["file_sha", "sheet", "row_number", "import_seq"]


def columns(bench, table):
    found = bench.engine.read(
        "select column_name as name, data_type as type from information_schema.columns"
        " where table_schema = 'raw' and table_name = $table order by ordinal_position",
        table=table,
    )
    return {row["name"]: row["type"] for row in found}


def three_kinds(bench):
    daily = bench.text("data/tea/daily.csv", DAILY + "2026-06-18,9,5,--\n2026-06-17,8,4,1\n")
    live = bench.text("data/tea/live.csv", SESSIONS + "2026-06-18 20:00:00,90,300,88.5\n")
    return bench.bring(daily, live, bench.text("s.csv", SERIES + "tea,2026-06-18,reach,7\ntea,2026-06-17,reach,\n"))


def test_a_row_is_an_entry_and_a_column_is_a_measure(bench):
    three_kinds(bench)

    measures = ["home_visits", "live_gmv", "live_minutes", "live_sessions", "live_viewers", "new_fans", "plays"]
    assert list(columns(bench, "entries")) == [*KEYS, *measures, *TRACE]
    assert {columns(bench, "entries")[name] for name in measures} == {"DECIMAL(18,6)"}
    assert [
        row["measure"] for row in bench.engine.read("select distinct measure from raw.measures_told order by measure")
    ] == measures
    rows = bench.engine.read("select source, day, plays, new_fans, live_gmv from raw.entries order by source, day")
    assert [
        [None if value is None else str(value) for value in row.values()] for row in rows
    ] == [
        ["compass_live", "2026-06-18", None, None, "88.500000"],
        ["enterprise_daily", "2026-06-17", "4.000000", "1.000000", None],
        ["enterprise_daily", "2026-06-18", "5.000000", None, None],
    ]  # fmt: skip


def test_a_series_stays_long_and_keeps_what_is_missing(bench):
    three_kinds(bench)

    assert list(columns(bench, "series")) == ["source", "account_id", "day", "metric", "value", *TRACE]
    rows = bench.engine.read("select source, account_id, day, metric, value, row_number from raw.series order by day")
    assert [(str(row["day"]), row["metric"], row["value"]) for row in rows] == [
        ("2026-06-17", "reach", None), ("2026-06-18", "reach", 7),
    ]  # fmt: skip


def test_facts_are_entries_and_series_as_one_long_table(bench):
    three_kinds(bench)

    facts = bench.facts()
    assert facts[("tea", "2026-06-18", "", "plays")] == 5
    assert ("tea", "2026-06-18", "", "new_fans") not in facts
    assert facts[("tea", "2026-06-18", "2026-06-18 20:00:00", "live_gmv")] == 88.5
    assert facts[("tea", "2026-06-17", "reach", "reach")] is None
    assert len(facts) == 5 + 4 + 2


def test_rows_lie_in_the_order_of_accounts_and_days(bench):
    (file,) = bench.bring(
        bench.text("a.csv", "账号ID," + DAILY + "tea,2026-06-18,1,1,1\ncoat,2026-06-18,1,1,1\ntea,2026-06-17,1,1,1\n")
    )
    (name,) = (name for name in file.lake if name.startswith("entries-"))

    rows = bench.engine.read("select account_id, day from read_parquet($file)", file=str(bench.project.lake / name))
    assert [(row["account_id"], str(row["day"])) for row in rows] == [
        ("coat", "2026-06-18"), ("tea", "2026-06-17"), ("tea", "2026-06-18"),
    ]  # fmt: skip


def test_without_imports_every_table_is_there_and_empty(bench):
    mount_facts(bench.engine, bench.log, bench.project)

    assert list(columns(bench, "entries")) == [*KEYS, *TRACE]
    assert [bench.count(f"raw.{table}") for table in ("entries", "series", "facts", "measures_told", "spans", "works")] == [0] * 6


def test_an_entry_that_says_nothing_restates_nothing(bench):
    bench.bring(bench.text("data/tea/a.csv", DAILY + "2026-06-18,9,5,1\n"))
    bench.bring(bench.text("data/tea/b.csv", DAILY + "2026-06-18,--,--,--\n"))

    assert bench.count("raw.entries") == 1


def as_an_earlier_version_kept_it(bench):
    """Make the catalogue and the lake say what the version before wrote: one long table of facts a run."""
    for number, text in enumerate(bench.log.texts):
        record = json.loads(text)
        record["reading"] = record["reading"].rpartition(":")[0]
        record["lake"] = {
            name.replace("entries-enterprise_daily-", "facts-").replace("series-", "facts-").replace("fans-", "fan_events-"): sha256
            for name, sha256 in record["lake"].items()
        }
        bench.log.texts[number] = json.dumps(record)
    for file in bench.project.lake.iterdir():
        if file.name.startswith(("entries-", "series-", "fans-")):
            file.unlink()


@pytest.mark.parametrize(
    "text", [DAILY + "2026-06-18,5,1,9\n", "account_id,fan_id,at,action\ntea,somebody,2026-06-18T09:00:00+08:00,like\n"]
)
def test_what_an_earlier_version_kept_is_an_error_with_the_way_out(bench, text):
    bench.bring(bench.text("data/tea/a.csv", text))
    as_an_earlier_version_kept_it(bench)

    with pytest.raises(DataError, match="earlier version") as error:
        mount_facts(bench.engine, bench.log, bench.project)

    assert "data/tea/a.csv" in str(error.value)
    assert "opsengine import" in error.value.hint


def test_what_an_earlier_version_kept_is_read_again_from_its_copy(bench):
    bench.bring(bench.text("elsewhere/a.csv", DAILY + "2026-06-01,9,5,1\n2026-06-30,9,6,1\n"), account="tea")
    bench.bring(bench.text("elsewhere/correction.csv", DAILY + "2026-06-01,9,7,1\n"), account="tea")
    before = bench.facts()
    as_an_earlier_version_kept_it(bench)
    shutil.rmtree(bench.root / "elsewhere")

    (new, first, correction) = bench.bring(bench.text("data/coat/b.csv", DAILY + "2026-06-18,1,2,3\n"))

    assert [file.path for file in (new, first, correction)] == [
        "data/coat/b.csv", "elsewhere/a.csv", "elsewhere/correction.csv",
    ]  # fmt: skip
    assert [file.status for file in (new, first, correction)] == ["imported"] * 3
    assert {key: value for key, value in bench.facts().items() if key[0] == "tea"} == before
    assert bench.bring(bench.root / "data")[0].status == "unchanged"


def test_a_kept_copy_that_is_gone_is_told_by_the_name_of_its_file(bench):
    (file,) = bench.bring(bench.text("data/tea/a.csv", DAILY + "2026-06-01,9,5,1\n"))
    as_an_earlier_version_kept_it(bench)
    (bench.project.inputs / file.content).unlink()

    with pytest.raises(DataError, match=r"data/tea/a\.csv"):
        bench.bring(bench.text("data/coat/b.csv", DAILY + "2026-06-18,1,2,3\n"))
    assert {record.status for record in bench.bring(bench.root / "data")} == {"imported", "unchanged"}
