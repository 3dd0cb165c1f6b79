"""The same files again, newer files, and files that overtake each other."""

from __future__ import annotations

import json
import os
from datetime import date

import pytest

from opsengine import faults
from opsengine.errors import DataError
from opsengine.sources import keeping, mount_facts
from opsengine.sources.collecting import natural_name
from opsengine.sources.preset import SHIPPED
from opsengine.state import Imports, open_state

HEADER = "日期,主页访问量,新增粉丝人数,播放数\n"


def day(number: int, plays: object) -> str:
    return f"2026-06-{number:02},1,1,{plays}\n"


def plays(bench):
    return {key[1]: value for key, value in bench.facts("measure = 'plays'").items()}


def test_the_same_file_again_changes_nothing(bench):
    path = bench.text("data/tea/a.csv", HEADER + day(18, 5))
    first, second = bench.bring(path)[0], bench.bring(path)[0]

    assert (first.status, second.status) == ("imported", "unchanged")
    assert (second.rows, second.accepted) == (1, 1)
    assert len(bench.log.texts) == 1
    assert bench.count("raw.facts") == 3


def test_the_same_bytes_under_another_name_change_nothing(bench):
    files = bench.bring(bench.text("data/tea/a.csv", HEADER + day(18, 5)), bench.text("data/tea/b.csv", HEADER + day(18, 5)))

    assert [file.status for file in files] == ["imported", "unchanged"]
    assert bench.count("raw.facts") == 3


def test_the_same_bytes_in_another_accounts_folder_are_that_accounts(bench):
    files = bench.bring(bench.text("data/tea/a.csv", HEADER + day(18, 5)), bench.text("data/noodles/a.csv", HEADER + day(18, 5)))

    assert [file.status for file in files] == ["imported", "imported"]
    assert bench.count("raw.facts") == 6


def test_a_second_download_wins_over_the_first_whatever_the_order_of_the_words(bench):
    second = bench.text("data/tea/日报(1).csv", HEADER + day(18, 7))
    first = bench.text("data/tea/日报.csv", HEADER + day(18, 5))
    files = {file.path: file.status for file in bench.bring(second, first)}

    assert files == {"data/tea/日报(1).csv": "imported", "data/tea/日报.csv": "superseded"}
    assert plays(bench) == {"2026-06-18": 7}


def test_a_file_with_a_later_day_wins_and_one_that_it_does_not_cover_is_not_superseded(bench):
    newer = bench.text("data/tea/a.csv", HEADER + day(18, 7) + day(19, 8))
    older = bench.text("data/tea/b.csv", HEADER + day(17, 4) + day(18, 5))
    files = {file.path: file.status for file in bench.bring(newer, older)}

    assert set(files.values()) == {"imported"}
    assert plays(bench) == {"2026-06-17": 4, "2026-06-18": 7, "2026-06-19": 8}


def test_a_shorter_version_of_an_export_does_not_supersede_the_full_one(bench):
    full = bench.text("data/tea/a.csv", "日期,主页访问量,新增粉丝人数,播放数,点赞数\n2026-06-18,1,1,5,9\n")
    short = bench.text("data/tea/b.csv", HEADER + day(18, 5) + day(19, 5))

    assert {file.status for file in bench.bring(full, short)} == {"imported"}


def test_a_file_that_covers_an_earlier_import_says_so(bench):
    bench.bring(bench.text("data/tea/a.csv", HEADER + day(18, 5)))
    (file,) = bench.bring(bench.text("data/tea/b.csv", HEADER + day(18, 6) + day(19, 6)))

    assert file.supersedes == ("data/tea/a.csv",)
    assert plays(bench)["2026-06-18"] == 6


def test_a_file_that_was_refused_is_read_again_once_its_account_is_known(bench):
    path = bench.text("s.csv", "account_id,date,metric,value\ntea,2026-06-18,plays,1\nlate,2026-06-18,plays,2\n")
    (before,) = bench.bring(path)
    bench.text("accounts.csv", "account_id,name,industry\ntea,茶,餐饮\nlate,晚来,餐饮\n")
    (after,) = bench.bring(path)

    assert [rejection.code for rejection in before.rejections] == ["unknown-account"]
    assert (after.status, after.accepted, after.rejections) == ("imported", 2, ())
    assert bench.count("raw.facts") == 2


def test_a_refused_file_is_listed_once_however_often_it_is_tried(bench):
    path = bench.text("x.csv", "a,b\n1,2\n")
    assert [bench.bring(path)[0].status for _ in range(3)] == ["rejected"] * 3

    assert len(bench.log.texts) == 1


def test_files_are_read_again_when_a_preset_changes(bench):
    path = bench.text("t.csv", "account_id,日期,推荐feed,关注,搜索\ntea,2026-06-18,10,3,5\n")
    bench.bring(path)
    text = (
        (SHIPPED / "live_flow_source.yaml")
        .read_text(encoding="utf-8")
        .replace("搜索], measure: traffic_public", "搜索], measure: traffic_owned")
    )
    bench.text("sources/live_flow_source.yaml", text)
    (file,) = bench.bring(path)

    assert file.status == "imported"
    assert {key[3]: value for key, value in bench.facts().items()} == {"traffic_public": 10, "traffic_owned": 8}


def test_a_damaged_lake_is_noticed_and_mended_by_importing_again(bench):
    path = bench.text("data/tea/a.csv", HEADER + day(18, 5))
    bench.bring(path)
    damaged = next(file for file in bench.project.lake.iterdir() if file.name.startswith("entries"))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")

    with pytest.raises(DataError, match="missing or damaged"):
        mount_facts(bench.engine, bench.log, bench.project)
    assert bench.bring(path)[0].status == "imported"
    assert plays(bench) == {"2026-06-18": 5}


@pytest.mark.parametrize("point", ["inputs.write", "inputs.rename", "lake.write", "lake.written", "import.add"])
def test_an_import_that_breaks_off_leaves_nothing_half_done(bench, point):
    path = bench.text("data/tea/a.csv", HEADER + day(18, 5))
    faults.arm(f"eio@{point}")
    try:
        with pytest.raises(OSError):
            bench.bring(path)
    finally:
        faults.arm("")

    assert bench.log.texts == []
    assert bench.bring(path)[0].status == "imported"
    assert plays(bench) == {"2026-06-18": 5}


def test_a_copy_of_every_file_is_kept_under_its_hash_for_nobody_else_to_read(bench):
    path = bench.text("data/tea/a.csv", HEADER + day(18, 5))
    (file,) = bench.bring(path)
    copy = bench.project.inputs / file.content

    assert copy.read_bytes() == path.read_bytes()
    assert os.name != "posix" or copy.stat().st_mode & 0o777 == 0o600


def test_a_refused_file_is_not_kept(bench):
    bench.bring(bench.text("x.csv", "a,b\n1,2\n"))

    assert list(bench.project.inputs.iterdir()) == []


def test_the_catalogue_can_be_kept_as_json_and_read_back(bench):
    (file,) = bench.bring(bench.text("data/tea/a.csv", HEADER + day(18, "x") + day(19, 5)))
    (again,) = bench.bring(bench.root / "data")

    assert json.loads(json.dumps(again.as_json())) == file.as_json() | {"status": "unchanged"}


def test_names_sort_as_people_sort_them():
    names = ["x(10).csv", "x.csv", "x (2).csv", "x10.csv", "x9.csv", "x(1).csv"]

    assert sorted(names, key=natural_name) == ["x.csv", "x(1).csv", "x (2).csv", "x(10).csv", "x9.csv", "x10.csv"]


def test_a_large_import_is_written_in_several_files_and_reads_as_one(bench, monkeypatch):
    monkeypatch.setattr(keeping, "ROWS_IN_A_FILE", 2)
    (file,) = bench.bring(bench.text("data/tea/a.csv", HEADER + day(17, 4) + day(18, 5) + day(19, 6)))

    entries = [f"entries-enterprise_daily-000001-0{part}.parquet" for part in (0, 1)]
    assert sorted(file.lake) == [*entries, "spans-000001-00.parquet"]
    assert plays(bench) == {"2026-06-17": 4, "2026-06-18": 5, "2026-06-19": 6}


def test_a_large_series_is_written_in_several_files_too(bench, monkeypatch):
    monkeypatch.setattr(keeping, "ROWS_IN_A_FILE", 2)
    rows = "".join(f"tea,2026-06-{nth},plays,{nth}\n" for nth in (17, 18, 19))
    (file,) = bench.bring(bench.text("s.csv", "account_id,date,metric,value\n" + rows))

    assert sorted(file.lake) == ["series-000001-00.parquet", "series-000001-01.parquet", "spans-000001-00.parquet"]
    assert set(bench.facts().values()) == {17, 18, 19}


def test_the_catalogue_of_the_state_database_will_do(bench):
    path = bench.text("data/tea/a.csv", HEADER + day(18, "x") + day(19, "1.5") + "合计,,,\n")
    with open_state(bench.project.state_file) as state:
        bench.log = Imports(state)
        first = bench.bring(path)[0]
        again = bench.bring(path)[0]

        assert [record["source"] for record in Imports(state).records()] == ["enterprise_daily"]
    assert again.as_json() == first.as_json() | {"status": "unchanged"}


def test_a_damaged_copy_of_a_file_is_replaced(bench):
    path = bench.text("data/tea/a.csv", HEADER + day(18, 5))
    (file,) = bench.bring(path)
    (bench.project.inputs / file.content).write_bytes(b"rot")
    bench.bring(path)

    assert (bench.project.inputs / file.content).read_bytes() == path.read_bytes()


def test_a_day_that_has_not_come_is_left_out_and_read_when_it_has(bench):
    bench.today = date(2026, 6, 18)
    path = bench.text("data/tea/a.csv", HEADER + day(18, 5) + day(19, 6))
    (early,) = bench.bring(path)

    assert [(one.row, one.code) for one in early.rejections] == [(3, "future-day")]
    assert early.rejections[0].reason == "`2026-06-19` is after 2026-06-18, the day of this import"
    assert plays(bench) == {"2026-06-18": 5}
    assert bench.bring(path)[0].status == "unchanged"

    bench.today = date(2026, 6, 19)
    (late,) = bench.bring(path)
    assert (late.status, late.rejections) == ("imported", ())
    assert plays(bench) == {"2026-06-18": 5, "2026-06-19": 6}
    assert bench.bring(path)[0].status == "unchanged"
