"""What real exports do to those who read them."""

from __future__ import annotations

import pytest

HEADER = ["日期", "主页访问量", "新增粉丝人数", "播放数"]
DAY = ["2026-06-18", 1, 2, 3]
EXPECTED = {("tea", "2026-06-18", "", name): value for name, value in (("home_visits", 1), ("new_fans", 2), ("plays", 3))}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_encoding_says_the_same(bench, encoding):
    bench.bring(bench.csv("data/tea/a.csv", [HEADER, DAY], encoding))

    assert bench.facts() == EXPECTED


@pytest.mark.parametrize("delimiter", ["\t", ";", ","])
def test_cells_may_be_kept_apart_by_tabs_and_semicolons(bench, delimiter):
    text = "\n".join(delimiter.join(str(cell) for cell in row) for row in (HEADER, DAY))
    bench.bring(bench.text("data/tea/a.txt", text))

    assert bench.facts() == EXPECTED


def test_notes_may_stand_above_the_header(bench):
    bench.bring(bench.csv("data/tea/a.csv", [["最多导出5000条"], [], ["导出时间：2026-06-19", ""], HEADER, DAY]))

    assert bench.facts() == EXPECTED


def test_sheets_of_instructions_may_stand_before_the_data(bench):
    bench.bring(
        bench.xlsx("data/tea/a.xlsx", 说明=[["指标", "含义"], ["播放数", "播放的次数"]], 数据=[["企业号数据"], HEADER, DAY])
    )

    assert bench.facts() == EXPECTED


def test_a_workbook_may_have_a_sheet_for_each_day(bench):
    days = {f"2026-06-{day}": [HEADER[1:], DAY[1:]] for day in (17, 18)}
    bench.bring(bench.xlsx("data/tea/a.xlsx", **days))

    assert bench.facts() == EXPECTED | {
        (account, "2026-06-17", item, name): value for (account, _, item, name), value in EXPECTED.items()
    }


def test_a_table_may_lie_on_its_side(bench):
    rows = [["日期", "2026-06-17", "2026-06-18"], ["主页访问量", "", 1], ["新增粉丝人数", "-", 2], ["播放数", "--", 3]]
    bench.bring(bench.csv("data/tea/a.csv", rows))

    assert bench.facts() == EXPECTED


def test_a_table_on_its_side_names_the_place_of_its_trouble(bench):
    (file,) = bench.bring(
        bench.csv("data/tea/a.csv", [["日期", "2026-06-18"], ["主页访问量", "x"], ["新增粉丝人数", 2], ["播放数", 3]])
    )

    assert [(rejection.row, rejection.column) for rejection in file.rejections] == [(2, "主页访问量")]


@pytest.mark.parametrize(
    "header", ["直播时长(分钟)", "直播时长（分钟）", "直播时长\n(分钟)", "直播时长\t（分钟）", "直播时长(小时)"]
)
def test_brackets_blanks_and_units_of_a_header_are_understood(bench, header):
    rows = [
        ["主播抖音号", "直播开始时间", header, "直播间观看人数", "直播间用户支付金额"],
        ["tea_house", "2026-06-18 19:00", 3, 1, 1],
    ]
    bench.bring(bench.csv("a.csv", rows))

    expected = 180 if "小时" in header else 3
    assert bench.facts("measure = 'live_minutes'") == {("tea", "2026-06-18", "2026-06-18 19:00:00", "live_minutes"): expected}


def test_show_and_display_are_one_word_in_headers(bench):
    rows = [["日期", "推广类型", "消耗(元)", "直接成交金额(元)", "展现次数"], ["2026-06-18", "短视频", 1, 1, 7]]
    bench.bring(bench.csv("data/tea/a.csv", rows))

    assert bench.facts("measure = 'ad_shows'") == {("tea", "2026-06-18", "短视频", "ad_shows"): 7}


@pytest.mark.parametrize(
    ("header", "cell", "yuan"),
    [
        ("消耗(元)", "4,933.32", 4933.32),
        ("消耗", "¥1,741.24", 1741.24),
        ("消耗(万元)", "1.5", 15000),
        ("消耗(元)", "5.34万", 53400),
        ("消耗(元)", "12元", 12),
    ],
)
def test_money_is_yuan_however_it_is_written(bench, header, cell, yuan):
    bench.bring(bench.csv("data/tea/a.csv", [["日期", "推广类型", header, "直接成交金额(元)"], ["2026-06-18", "短视频", cell, 1]]))

    assert bench.facts("measure = 'ad_spend'") == {("tea", "2026-06-18", "短视频", "ad_spend"): yuan}


@pytest.mark.parametrize(
    ("header", "cell"), [("5s完播率", "0.0678"), ("5s完播率", "6.78%"), ("5s完播率(%)", "6.78"), ("5s完播率（%）", "6.78%")]
)
def test_a_rate_is_a_share_however_it_is_written(bench, header, cell):
    rows = [["作品名称", "发布时间", "播放量", header, "2s跳出率"], ["早茶", "2026-06-18", 1, cell, "0.5"]]
    bench.bring(bench.csv("data/tea/a.csv", rows))

    assert float(bench.engine.read("select finish_rate_5s from raw.works")[0]["finish_rate_5s"]) == 0.0678


@pytest.mark.parametrize(("unit", "yuan"), [("fen", 1.23), ("milli_fen", 0.00123), ("yuan", 123)])
def test_amounts_in_cents_and_thousandths_become_yuan(bench, unit, yuan):
    bench.text(
        "sources/spend.yaml",
        f"""
kind: preset
title: {{zh-CN: 消耗, en: Spend}}
day: day
signature: [day, ad_spend]
columns:
  day: {{names: [那天], role: key, unit: date}}
  ad_spend: {{names: [stat_cost], unit: {unit}}}
""",
    )
    bench.bring(bench.csv("data/tea/a.csv", [["那天", "stat_cost"], ["2026-06-18", 123]]))

    assert bench.facts() == {("tea", "2026-06-18", "", "ad_spend"): yuan}


@pytest.mark.parametrize("missing", ["-", "--", "", "—", "暂无"])
def test_missing_stays_missing(bench, missing):
    bench.bring(bench.csv("data/tea/a.csv", [HEADER, ["2026-06-18", missing, 2, 0]]))

    assert bench.facts() == {("tea", "2026-06-18", "", "new_fans"): 2, ("tea", "2026-06-18", "", "plays"): 0}


@pytest.mark.parametrize("word", ["全部", "合计", "总计", "店铺汇总值", "店铺平均值", ""])
def test_rows_of_totals_are_no_facts(bench, word):
    (file,) = bench.bring(bench.csv("data/tea/a.csv", [HEADER, [word, 9, 9, 9], DAY]))

    assert bench.facts() == EXPECTED
    assert [rejection.code for rejection in file.rejections] == ["totals-row"]


@pytest.mark.parametrize(
    "written", ["2026/06/18 08:55:37", "2026-06-18 03:33:18", "20260618", "46191", "1781712000", "1781712000000"]
)
def test_days_are_days_however_they_are_written(bench, written):
    bench.bring(bench.csv("data/tea/a.csv", [HEADER, [written, 1, 2, 3]]))

    assert bench.facts() == EXPECTED


def test_ids_keep_their_tabs_and_quotes_to_themselves(bench):
    header = ["clue_id", "local_account_id", "create_time_detail", "flow_type", "effective_state"]
    rows = [
        [clue, "\t1700000000000001", "2026-06-18 10:00:00", "AD", "0"]
        for clue in ("\t7123456789012345678", '="7123456789012345678"')
    ]
    (file,) = bench.bring(bench.csv("a.csv", [header, *rows]))

    assert [rejection.code for rejection in file.rejections] == ["duplicate-row"]


def test_line_breaks_in_cells_do_not_break_rows(bench):
    rows = [["作品名称", "发布时间", "播放量", "5s完播率", "2s跳出率"], ['标题\n正文, 还有"引号"', "2026-06-18", 1, "0.1", "0.5"]]
    bench.bring(bench.csv("data/tea/a.csv", rows))

    assert bench.engine.read("select title from raw.works") == [{"title": '标题\n正文, 还有"引号"'}]


def test_the_day_comes_from_the_row_and_never_from_the_name_of_the_file(bench):
    bench.bring(bench.csv("data/tea/20250101-日报.csv", [HEADER, DAY]))

    assert bench.facts() == EXPECTED


def test_a_shorter_version_of_an_export_is_the_same_export(bench):
    (file,) = bench.bring(bench.csv("data/tea/a.csv", [HEADER, DAY]))

    assert file.preset == "enterprise_daily"
    assert "点赞数" in file.drift.missing


def test_a_header_of_two_levels_is_read_as_one(bench):
    above = ["账号", "主播名称", "开播时长", "直播间用户支付金额", "引流能力", "吸粉能力", "", "", "成交人数"]
    below = ["", "", "", "", "曝光-观看率", "新增粉丝数", "观看-关注率", "新加团人数", ""]
    row = ["tea_house", "小林", "90", "1,234.50", "0.1", 7, "0.01", 3, 12]
    (file,) = bench.bring(bench.xlsx("a.xlsx", **{"2026-06-18": [["主播分析"], above, below, row]}))

    assert (file.preset, file.rejections, file.drift.new) == ("anchor_analysis", (), ())
    assert {key[3]: value for key, value in bench.facts().items()} == {
        "host_minutes": 90, "host_gmv": 1234.5, "host_new_fans": 7, "host_club_joins": 3, "host_buyers": 12,
    }  # fmt: skip


def test_a_header_that_names_another_unit_is_believed_and_said(bench):
    header = ["日期", "推广类型", "消耗(万元)", "直接成交金额(元)"]
    (file,) = bench.bring(bench.csv("data/tea/q.csv", [header, ["2026-06-18", "短视频", "1.5", "3"]]))

    assert file.as_json()["drift"]["units"] == [{"column": "消耗(元)", "from": "yuan", "to": "ten_thousand_yuan"}]
    assert bench.facts()["tea", "2026-06-18", "短视频", "ad_spend"] == 15000


def test_a_series_without_accounts_belongs_to_the_account_of_its_folder(bench):
    (file,) = bench.bring(bench.csv("data/tea/s.csv", [["日期", "指标", "数值"], ["2026-06-18", "复购人数", "12"]]))

    assert (file.preset, file.rejections) == ("series", ())
    assert bench.facts() == {("tea", "2026-06-18", "复购人数", "复购人数"): 12}


def test_a_sheet_that_sums_up_metrics_is_no_series(bench):
    summary = [["指标", "数值"], ["播放数", 3], ["主页访问量", 1]]
    (file,) = bench.bring(bench.xlsx("data/tea/a.xlsx", 汇总=summary, 数据=[HEADER, DAY]))

    assert (file.preset, file.status) == ("enterprise_daily", "imported")
    assert bench.facts() == EXPECTED
