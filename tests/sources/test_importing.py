"""What each export becomes."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

HEADERS = yaml.safe_load((Path(__file__).parent / "data" / "headers.yaml").read_text(encoding="utf-8"))


def row(export: str, **cells: object) -> list[object]:
    """A row of an export: the named cells, and nothing in the rest."""
    assert set(cells) <= set(HEADERS[export]), set(cells) - set(HEADERS[export])
    return [cells.get(name, "") for name in HEADERS[export]]


def full(export: str, first: int = 1) -> list[object]:
    return [first + nth for nth in range(len(HEADERS[export]))]


def test_the_daily_report_of_an_account_gives_its_day_a_fact_for_each_column(bench):
    rows = [HEADERS["enterprise_daily"], ["2026-06-18", *full("enterprise_daily")[:-1]]]
    (file,) = bench.bring(bench.csv("data/tea/企业号日报.csv", rows))

    assert (file.preset, file.status, file.rows, file.accepted) == ("enterprise_daily", "imported", 1, 1)
    facts = bench.facts()
    assert len(facts) == 21
    assert facts["tea", "2026-06-18", "", "home_visits"] == 1
    assert facts["tea", "2026-06-18", "", "page_gmv"] == 21


def test_the_same_report_by_the_names_of_the_interface_is_the_same(bench):
    rows = [HEADERS["enterprise_daily_api"], ["2026-06-18", *full("enterprise_daily")[:-1]]]
    bench.bring(bench.csv("data/tea/report.csv", rows, "utf-8"))

    assert bench.facts()["tea", "2026-06-18", "", "page_orders"] == 20


def test_a_report_split_by_where_viewers_came_from_keeps_its_parts_apart(bench):
    header = ["start_time_day", "first_flow_category", "video_id", *HEADERS["enterprise_daily_api"][1:]]
    rows = [header, *(["2026-06-18", flow, "7123456789012345678", *range(21)] for flow in ("自然", "广告", "全部"))]
    (file,) = bench.bring(bench.csv("data/tea/report.csv", rows))

    assert (file.accepted, [rejection.code for rejection in file.rejections]) == (2, ["totals-row"])
    assert {item for _, _, item, _ in bench.facts()} == {"自然/7123456789012345678", "广告/7123456789012345678"}


def test_every_work_of_the_list_is_kept_with_its_rates(bench):
    rows = [
        HEADERS["creator_works"],
        ["新品\n第二行", "2026-07-26 03:33:18", "图文", "公开", 1000, "0.02", "0.31", "0.05", "0.4", 12.5, 10, 2, 3, 4, 5, -1],
        ["早茶", "2026/07/27 08:00:00", "1-3min视频", "公开", "1.2万", "-", "--", "", "0.4", 12.5, 10, 2, 3, 4, 5, 6],
    ]
    (file,) = bench.bring(bench.xlsx("data/tea/作品列表.xlsx", 作品列表=rows))

    assert (file.preset, file.accepted, file.rounded) == ("creator_works", 2, 1)
    first, second = bench.engine.read("select * from raw.works order by published_at")
    assert (first["title"], first["form"], first["net_fans"], first["finish_rate"]) == ("新品\n第二行", "图文", -1, Decimal("0.02"))
    assert (second["plays"], second["finish_rate"], second["row_number"], second["sheet"]) == (12000, None, 3, "作品列表")


def test_a_work_keeps_its_name_from_export_to_export(bench):
    def listing(name: str, plays: int) -> Path:
        return bench.csv(name, [HEADERS["creator_works"], ["早茶 ", "2026/07/27 08:00:00", "视频", "公开", plays, *[""] * 11]])

    bench.bring(listing("data/tea/a.csv", 5), listing("data/tea/b.csv", 9))

    works = bench.engine.read("select work_id, plays, import_seq from raw.works order by import_seq")
    assert works[0]["work_id"] == works[1]["work_id"]
    assert [work["plays"] for work in works] == [5, 9]


def test_daily_rates_are_turned_back_into_counts(bench):
    rows = [
        HEADERS["creator_daily"],
        row("creator_daily", 日期="20260618", 总播放量=2000, **{"5秒完播率": "30%"}, 平均播放时长="8.5", 粉丝净增=-3),
    ]
    bench.bring(bench.csv("data/tea/趋势.csv", rows))

    facts = {measure: value for (_, _, _, measure), value in bench.facts().items()}
    assert facts == {"plays": 2000, "plays_5s": 600, "watch_seconds": 17000, "net_fans": -3}


def test_the_advertising_report_in_gbk_leaves_out_its_totals(bench):
    line = row(
        "qianchuan_standard",
        日期="2026-06-18",
        推广类型="短视频带货",
        **{"消耗(元)": "4,933.32", "点击率(%)": "6.78", "直接成交金额(元)": "￥1,741.24"},
    )
    total = row("qianchuan_standard", 日期="2026-06-18", **{"消耗(元)": "4,933.32"})
    whole = row("qianchuan_standard", 日期="全部", **{"消耗(元)": "4,933.32"})
    (file,) = bench.bring(bench.csv("data/tea/千川.csv", [HEADERS["qianchuan_standard"], line, total, whole], "gbk"))

    assert (file.status, file.rows, file.accepted, file.rejected) == ("imported", 3, 1, 2)
    assert [(rejection.code, rejection.row) for rejection in file.rejections] == [("totals-row", 3), ("totals-row", 4)]
    assert bench.facts() == {
        ("tea", "2026-06-18", "短视频带货", "ad_spend"): 4933.32,
        ("tea", "2026-06-18", "短视频带货", "ad_gmv"): 1741.24,
    }


def test_whole_site_promotion_is_found_by_the_accounts_douyin_number(bench):
    rows = [
        HEADERS["qianchuan_uni"],
        row("qianchuan_uni", 抖音号ID="tea_house", 日期="2026-06-18", 整体消耗="12.5", 整体成交金额="80", 整体成交订单数="4"),
    ]
    bench.bring(bench.csv("全域.csv", [*rows, row("qianchuan_uni", 抖音号ID="tea_house", 日期="全部", 整体消耗="12.5")]))

    assert bench.facts() == {
        ("tea", "2026-06-18", "", measure): value for measure, value in (("ad_spend", 12.5), ("ad_gmv", 80), ("ad_orders", 4))
    }


def test_a_live_session_is_one_item_and_its_mean_watching_time_becomes_minutes(bench):
    session = row("compass_live", 主播抖音号="noodles88", 直播开始时间="2026/06/18 19:30:00", 直播间观看人数=200, 直播间用户支付金额="5.34万",
                  **{"直播时长(分钟)": 960, "人均观看时长(分钟)": "1.25", "观看老粉占比": "0.0421"})  # fmt: skip
    (file,) = bench.bring(
        bench.xlsx("直播间列表.xlsx", 说明=[["导出说明"], ["最多导出5000条"]], 列表=[HEADERS["compass_live"], session])
    )

    item = ("noodles", "2026-06-18", "2026-06-18 19:30:00")
    facts = bench.facts()
    assert facts[*item, "live_sessions"] == 1
    assert facts[*item, "live_watch_minutes"] == 250
    assert facts[*item, "live_gmv"] == 53400
    assert file.rounded == 1


def test_leads_are_counted_and_the_people_stay_outside(bench):
    people = {"name": "李四", "telephone": "13912345678", "address": "幸福路1号"}
    leads = [
        row("local_leads_api", clue_id="7001", local_account_id="1700000000000001", create_time_detail="2026-06-18 10:00:00", flow_type="AD", effective_state="2", **people),
        row("local_leads_api", clue_id="7002", local_account_id="1700000000000001", create_time_detail="2026-06-18 11:00:00", flow_type="NATURE", effective_state="0", **people),
    ]  # fmt: skip
    bench.bring(bench.csv("线索.csv", [HEADERS["local_leads_api"], *leads]))

    facts = bench.facts()
    totals = {
        name: sum(value for key, value in facts.items() if key[3] == name)
        for name in ("leads", "valid_leads", "won_leads", "paid_leads")
    }
    assert totals == {"leads": 2, "valid_leads": 1, "won_leads": 1, "paid_leads": 1}
    assert all(len(item) == 32 for _, _, item, _ in facts)
    kept = b"".join(file.read_bytes() for file in bench.project.lake.iterdir())
    assert not any(word.encode() in kept for word in (*people.values(), "7001", "7002"))


def test_the_sources_of_live_traffic_add_up_to_domains(bench):
    cells = {
        "account_id": "tea",
        "stat_time_day": "2026-06-18",
        "homepage_hot": 10,
        "general_search": 5,
        "homepage_follow": 3,
        "live_pc_qian_chuan": 7,
    }
    totals = {"nature": 15, "all_source": 25, "all_ad_source": 7}
    bench.bring(bench.csv("流量.csv", [HEADERS["live_flow_source_api"], row("live_flow_source_api", **cells, **totals)]))

    measured = {measure: value for (_, _, _, measure), value in bench.facts().items()}
    assert measured == {"traffic_public": 15, "traffic_owned": 3, "traffic_paid": 7}


def test_a_series_is_kept_as_it_is_and_what_it_leaves_empty_is_missing(bench):
    bench.bring(
        bench.text("s.csv", "account_id,date,metric,value\ntea,2026-06-18,group_replies,12.5\ntea,2026-06-19,group_replies,\n")
    )

    name = "group_replies"
    assert bench.facts() == {("tea", "2026-06-18", name, name): 12.5, ("tea", "2026-06-19", name, name): None}


def test_a_series_in_parquet_is_the_same_as_in_csv(bench):
    columns = {"account_id": "VARCHAR", "date": "DATE", "metric": "VARCHAR", "value": "DOUBLE"}
    bench.engine.put("test.series", columns, [["tea", "2026-06-18", "plays", 12.5], ["tea", "2026-06-19", "plays", None]])
    bench.engine.save("test.series", bench.root / "s.parquet")
    (file,) = bench.bring(bench.root / "s.parquet")

    assert (file.preset, file.rows, file.accepted) == ("series", 2, 2)
    assert bench.facts() == {("tea", "2026-06-18", "plays", "plays"): 12.5, ("tea", "2026-06-19", "plays", "plays"): None}


def test_what_fans_did_is_kept_under_names_that_only_this_project_can_tell(bench):
    text = "account_id,fan_id,at,action,value\ntea,13912345678,2026-06-18T00:30:00+08:00,order,88.5\ntea,13912345678,2026-06-18 09:00:00,like,\n"
    (file,) = bench.bring(bench.text("fans.csv", text))

    first, second = bench.engine.read('select * from raw.fan_events order by "at"')
    assert (str(first["day"]), str(first["at"]), first["action"], first["value"]) == (
        "2026-06-18",
        "2026-06-17 16:30:00",
        "order",
        Decimal("88.5"),
    )
    assert first["fan_id"] == second["fan_id"] != 13912345678
    assert 0 <= first["fan_id"] < 2**63
    assert file.preset == "fans"
    assert (bench.project.home / "key").stat().st_mode & 0o777 == 0o600


def test_a_register_from_elsewhere_is_merged_before_anything_else_is_read(bench):
    register = bench.text("新账号.csv", "account_id,name,industry,抖音号\nnew,新号,餐饮,new88\ntea,青萝茶,餐饮,\n")
    series = bench.text("a.csv", "account_id,date,metric,value\nnew88,2026-06-18,plays,3\n")
    files = bench.bring(series, register)

    assert [(file.preset, file.status) for file in files] == [("series", "imported"), ("accounts", "imported")]
    names = {account["account_id"]: account["name"] for account in bench.engine.read("select * from raw.accounts")}
    assert names == {"tea": "青萝茶", "noodles": "青萝面馆", "coat": "北川服饰", "new": "新号"}
    assert bench.facts() == {("new", "2026-06-18", "plays", "plays"): 3}


def test_the_projects_own_register_is_left_as_it_is_written(bench):
    before = bench.project.accounts_file.read_bytes()
    (file,) = bench.bring(bench.project.accounts_file)

    assert (file.preset, file.status, file.rows) == ("accounts", "unchanged", 3)
    assert bench.project.accounts_file.read_bytes() == before


def test_the_account_comes_from_the_file_then_from_the_folder_then_from_the_command(bench):
    own = bench.text("data/tea/a.csv", "日期,主页访问量,新增粉丝人数,播放数,抖音号\n2026-06-18,1,1,1,noodles88\n")
    folder = bench.text("data/tea/b.csv", "日期,主页访问量,新增粉丝人数,播放数\n2026-06-18,1,1,2\n")
    command = bench.text("c.csv", "日期,主页访问量,新增粉丝人数,播放数\n2026-06-18,1,1,3\n")
    bench.bring(own, folder, command, account="coat")

    assert {key[0]: value for key, value in bench.facts("measure = 'plays'").items()} == {"noodles": 1, "tea": 2, "coat": 3}


def test_every_fact_leads_back_to_a_copy_of_its_file_and_to_its_row(bench):
    path = bench.text("data/tea/b.csv", "日期,主页访问量,新增粉丝人数,播放数\n2026-06-17,1,1,2\n2026-06-18,1,1,3\n")
    bench.bring(path)

    (fact,) = bench.engine.read("select * from raw.facts where measure = 'plays' and value = 3")
    copy = (bench.project.inputs / fact["file_sha"]).read_text(encoding="utf-8").splitlines()
    assert copy[fact["row_number"] - 1] == "2026-06-18,1,1,3"


def test_what_a_sparse_export_covers_is_the_same_for_all_its_accounts(bench):
    sessions = [row("compass_live", 主播抖音号=who, 直播开始时间=when, 直播间观看人数=1, 直播间用户支付金额=1)
                for who, when in (("tea_house", "2026-06-01 20:00"), ("noodles88", "2026-06-10 20:00"), ("tea_house", "2026-06-20 20:00"))]  # fmt: skip
    bench.bring(bench.csv("live.csv", [HEADERS["compass_live"], *sessions]))

    spans = bench.engine.read(
        "select account_id, cast(first_day as varchar) as f, cast(last_day as varchar) as l from raw.spans order by all"
    )
    assert [tuple(span.values()) for span in spans] == [
        ("noodles", "2026-06-01", "2026-06-20"),
        ("tea", "2026-06-01", "2026-06-20"),
    ]


@pytest.mark.skipif(os.name != "posix", reason="folders and links of POSIX")
def test_a_folder_is_searched_for_tables_and_for_nothing_else(bench):
    text = "日期,主页访问量,新增粉丝人数,播放数\n2026-06-18,1,1,{}\n"
    for number, name in enumerate(("data/tea/a.csv", "data/tea/~$a.csv", "data/tea/.b.csv", "data/.old/c.csv", "data/tea/d.pdf")):
        bench.text(name, text.format(number))

    assert [file.path for file in bench.bring(bench.root / "data")] == ["data/tea/a.csv"]
