"""`opsengine import` beyond one import: explaining, remembering, drafting, watching."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

HEADER = "日期,主页访问量,新增粉丝人数,播放数"


@pytest.fixture
def shop(project):
    (project / "accounts.csv").write_text("account_id,name,industry\ntea,青萝茶饮,餐饮\n", encoding="utf-8")
    (project / "data/tea").mkdir(parents=True)
    return project


def put(shop, name, text, encoding="utf-8"):
    path = shop / "data/tea" / name
    path.write_text(text, encoding=encoding)
    return path


def test_a_renamed_column_goes_from_refused_to_imported_in_two_commands(opsengine, shop):
    path = put(shop, "q.csv", "日期,推广类型,消费金额(元),展示次数,直接成交金额(元)\n2026-06-18,短视频,12.5,100,99\n", "gbk")
    refused = opsengine("import", path, "--project-dir", shop, "--locale", "en")
    drafted = opsengine("import", "--new-preset", path, "--project-dir", shop, "--locale", "en")
    imported = opsengine("import", path, "--project-dir", shop, "--format", "json")

    assert (refused.code, drafted.code, imported.code) == (1, 0, 0)
    assert "did somebody rename it to 消费金额(元)?" in refused.err
    assert "--new-preset" in refused.err
    assert [(file["preset"], file["accepted"]) for file in imported.json["files"]] == [("qianchuan_standard", 1)]


def test_an_import_can_be_explained_and_remembered(opsengine, shop):
    path = put(shop, "a.csv", HEADER + "\n2026-06-18,1,2,3\n")
    explained = opsengine("import", path, "--explain", "--project-dir", shop, "--format", "json").json
    put(shop, "b.csv", HEADER + "\n2026-06-18,1,2,4\n")
    opsengine("import", shop / "data", "--project-dir", shop)
    told = opsengine("import", "--history", "tea", "2026-06-18", "--project-dir", shop, "--format", "json").json

    (sheet,) = explained["explained"][0]["sheets"]
    assert [column["becomes"] for column in sheet["columns"]] == ["day", "home_visits", "new_fans", "plays"]
    plays = [(one["value"], one["is_counted"]) for one in told["said"] if one["measure"] == "plays"]
    assert plays == [(3, False), (4, True)]


def test_drift_is_said_at_the_table(opsengine, shop):
    path = put(shop, "a.csv", HEADER + ",点赞总数,心情\n2026-06-18,1,2,3,9,好\n")
    outcome = opsengine("import", path, "--project-dir", shop, "--locale", "en")

    assert "点赞数 is missing, and 点赞总数 is new and was not read: a new name?" in outcome.err
    assert "not known and not read: 心情" in outcome.err


def test_an_import_of_nothing_says_what_to_name(opsengine, shop):
    outcome = opsengine("import", "--project-dir", shop, "--locale", "en")

    assert outcome.code == 2
    assert "say which files or folders to read" in outcome.err


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_watched_folder_is_read_as_files_come_and_the_watch_ends_when_asked(shop, stop):
    program = [sys.executable, "-c", "from opsengine.cli import main; main()"]
    words = [*program, "import", "--watch", "--every", "0.1", "--project-dir", str(shop), "--format", "json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watch:
        put(shop, "a.csv", HEADER + "\n2026-06-18,1,2,3\n")
        first = json.loads(watch.stdout.readline())
        put(shop, "b.csv", HEADER + "\n2026-06-19,1,2,4\n")
        second = json.loads(watch.stdout.readline())
        time.sleep(0.3)
        watch.send_signal(stop)
        rest, trouble = watch.communicate(timeout=60)

    assert [one["path"] for one in (first, second)] == ["data/tea/a.csv", "data/tea/b.csv"]
    assert (watch.returncode, rest, trouble) == (0, "", "")


def test_the_same_complaint_about_many_rows_is_said_once(opsengine, shop):
    days = "".join(f"2026-05-{nth:02},1,x,3\n" for nth in range(1, 29))
    path = put(shop, "a.csv", HEADER + "\n" + days + "2026-04-01,y,2,3\n2026-04-02,1,2\n")
    outcome = opsengine("import", path, "--project-dir", shop, "--locale", "en")

    assert outcome.err.count("is not a number") == 2
    assert "a.csv:2:新增粉丝人数: `x` is not a number (in 28 rows, the last is 29)" in outcome.err
    assert "a.csv:30:主页访问量: `y` is not a number\n" in outcome.err
    assert "more were left out" not in outcome.err


def test_an_explanation_shows_how_moments_and_known_words_are_written(opsengine, shop):
    path = put(shop, "fans.csv", "account_id,fan_id,at,action\ntea,someone,2026-06-18T20:15:00+08:00,like\n")
    (sheet,) = opsengine("import", path, "--explain", "--project-dir", shop, "--format", "json").json["explained"][0]["sheets"]

    expects = {column["header"]: column["expects"] for column in sheet["columns"]}
    assert expects["at"] == "2026-06-18 20:15:00, 2026-06-18T20:15:00+08:00"
    assert expects["action"].startswith("view, like, comment")
    assert expects["account_id"] is None
