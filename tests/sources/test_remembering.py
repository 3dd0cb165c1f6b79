"""Nothing that a file ever said is forgotten."""

from __future__ import annotations

from datetime import date

import pytest

from opsengine.errors import UserError
from opsengine.sources import recall

HEADER = "日期,主页访问量,新增粉丝人数,播放数\n"
DAY = date(2026, 6, 18)


def said(bench):
    found = recall(bench.project, bench.engine, bench.log, "tea_house", DAY)
    return [(one.measure, one.value, one.file, one.row, one.is_counted) for one in found if one.measure == "plays"]


def test_what_a_later_file_superseded_is_still_there_and_does_not_count(bench):
    bench.bring(bench.text("data/tea/one.csv", HEADER + "2026-06-18,1,2,3\n"))
    bench.bring(bench.text("data/tea/two.csv", HEADER + "2026-06-17,1,2,9\n2026-06-18,1,2,4\n"))

    assert said(bench) == [("plays", 3, "data/tea/one.csv", 2, False), ("plays", 4, "data/tea/two.csv", 3, True)]


def test_an_item_that_no_later_file_tells_again_still_counts(bench):
    header = "账号,直播开始时间,直播时长(分钟),直播间观看人数,直播间用户支付金额\n".replace("账号", "抖音号")
    bench.bring(bench.text("one.csv", header + "tea_house,2026-06-18 19:00:00,60,5,1\ntea_house,2026-06-18 21:00:00,60,6,1\n"))
    bench.bring(bench.text("two.csv", header + "tea_house,2026-06-18 19:00:00,60,7,1\n"))
    found = recall(bench.project, bench.engine, bench.log, "tea", DAY)

    viewers = [(one.item, one.value, one.is_counted) for one in found if one.measure == "live_viewers"]
    assert viewers == [("2026-06-18 19:00:00", 5, False), ("2026-06-18 19:00:00", 7, True), ("2026-06-18 21:00:00", 6, True)]


def test_an_account_that_nobody_knows_is_said(bench):
    with pytest.raises(UserError, match="is not in accounts"):
        recall(bench.project, bench.engine, bench.log, "teaa", DAY)
