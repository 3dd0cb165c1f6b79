"""An export that nobody knows becomes a preset with its guesses marked."""

from __future__ import annotations

import pytest

from opsengine.errors import UserError
from opsengine.sources import draft_preset, explain_files
from opsengine.words import Words

ENGLISH = Words("en")
UNKNOWN = [
    ["门店日报，仅供内部使用"],
    ["日期", "门店账号", "进店人数", "团购金额", "核销率", "店长手机号", "人均停留时长(分钟)", "备注"],
    ["2026-06-17", "tea", "120", "1,234.50", "12.5%", "13912345678", "12.5", "晴"],
    ["2026-06-18", "tea", "90", "--", "0.3%", "13912345678", "11", "雨"],
]


def test_a_draft_reads_the_file_it_was_made_from(bench):
    path = bench.csv("data/tea/门店.csv", UNKNOWN, "gb18030")
    draft = draft_preset(bench.project, path, ENGLISH)
    (file,) = bench.bring(path)

    assert (file.preset, file.status, file.accepted, file.rejections) == (draft.name, "imported", 2, ())
    assert {value for key, value in bench.facts().items() if key[1] == "2026-06-17"} == {120, 1234.5}


def test_columns_whose_names_the_lake_needs_itself_get_other_ones(bench):
    path = bench.csv("data/tea/s.csv", [["stat_day", "value", "source", "item", "metric"], ["2026-06-18", 7, 8, 9, 10]])
    draft_preset(bench.project, path, ENGLISH)
    (file,) = bench.bring(path)

    assert (file.status, file.accepted, file.rejections) == ("imported", 1, ())
    assert sorted(bench.facts().values()) == [7, 8, 9, 10]


def test_every_guess_of_a_draft_is_marked_for_its_reader(bench):
    draft = draft_preset(bench.project, bench.csv("data/tea/shop.csv", UNKNOWN), ENGLISH)
    text = (bench.root / draft.file).read_text(encoding="utf-8")

    assert draft.file == "sources/shop.yaml"
    assert all("# guess" in line for line in text.splitlines() if "names: [" in line)
    assert "fen?" in text
    assert "13912345678" not in text
    assert 'personal: ["店长手机号"]' in text
    assert 'ignored: ["核销率", "人均停留时长(分钟)", "备注"]' in text


def test_remarks_of_a_draft_are_in_the_readers_language(bench):
    draft = draft_preset(bench.project, bench.csv("data/tea/shop.csv", UNKNOWN), Words("zh-CN"))

    assert draft.guesses
    assert all("# 推测：" in line for line in draft.guesses)


def test_a_renamed_column_is_mended_in_a_copy_of_the_shipped_preset(bench):
    header = ["日期", "推广类型", "消费金额(元)", "直接成交金额(元)"]
    path = bench.csv("data/tea/q.csv", [header, ["2026-06-18", "短视频", "1.5", "3"]], "gbk")
    (refused,) = bench.bring(path)
    draft = draft_preset(bench.project, path, ENGLISH)
    (file,) = bench.bring(path)

    assert (refused.status, draft.name, draft.mends, file.status) == ("rejected", "qianchuan_standard", True, "imported")
    assert bench.facts()["tea", "2026-06-18", "短视频", "ad_spend"] == 1.5


def test_a_file_that_a_preset_fits_needs_no_draft(bench):
    path = bench.csv("data/tea/a.csv", [["日期", "主页访问量", "新增粉丝人数", "播放数"], ["2026-06-18", 1, 1, 1]])

    with pytest.raises(UserError, match="the preset enterprise_daily fits this file"):
        draft_preset(bench.project, path, ENGLISH)


def test_a_draft_never_takes_the_place_of_a_file(bench):
    path = bench.csv("data/tea/shop.csv", UNKNOWN)
    draft_preset(bench.project, path, ENGLISH)
    text = bench.text("sources/shop.yaml", "kind: preset\n").read_text(encoding="utf-8")

    with pytest.raises(UserError):
        draft_preset(bench.project, path, ENGLISH)
    assert (bench.root / "sources/shop.yaml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("rows", [[["1", "2"], ["3", "4"]], [["只有文字", "没有数字"], ["甲", "乙"]]])
def test_a_file_without_header_or_numbers_is_refused(bench, rows):
    with pytest.raises(UserError):
        draft_preset(bench.project, bench.csv("data/tea/x.csv", rows), ENGLISH)


def test_what_becomes_of_each_column_can_be_explained(bench):
    header = [
        "日期",
        "主播昵称",
        "直播开始时间",
        "直播时长(分钟)",
        "直播间观看人数",
        "人均观看时长(分钟)",
        "直播间用户支付金额",
        "心情",
    ]
    path = bench.csv("data/tea/live.csv", [["导出说明"], header, ["", "小林", "2026-06-18 19:00:00", 60, 10, 2, 9, ""]])
    (reading,) = explain_files(bench.project, bench.engine, [path])
    (sheet,) = reading.sheets
    columns = {column.header: column for column in sheet.columns}

    assert (sheet.preset, sheet.header_row, sheet.grain) == ("compass_live", 2, ("account", "start"))
    assert columns["心情"].role == "unknown"
    assert columns["主播昵称"].role == "ignored"
    watched, paid = columns["人均观看时长(分钟)"], columns["直播间用户支付金额"]
    assert (watched.becomes, watched.kept, watched.times) == ("live_watch_minutes", "minutes", "live_viewers")
    assert (paid.kept, paid.clock, paid.domain) == ("yuan", "pay", "all")
    assert bench.log.records() == []


def test_why_a_file_is_refused_can_be_explained(bench):
    (reading,) = explain_files(bench.project, bench.engine, [bench.text("x.csv", "苹果,梨\n1,2\n")])

    assert reading.as_json()["refused"]["code"] == "unknown-file"
