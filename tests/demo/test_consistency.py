"""Numbers of one file, and of files that speak of the same thing, agree."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest

from tests.demo.files import number, rows_of_csv, rows_of_xlsx

NATURAL = (
    "video_to_live", "homepage_hot", "live_merge", "homepage_fresh", "other_recommend_live", "homepage_follow", "general_search",
    "others_homepage", "douyin_shopping_center", "activity", "touxi_saas",
)  # fmt: skip
PAID = ("live_dou_plus", "live_pc_qian_chuan", "live_xiao_dian_qian_chuan")


def reports(demo):
    return {path: rows_of_csv(path) for path in sorted(demo.glob("data/*/企业号日报*.csv"))}


def adverts(demo):
    return {path.parent.name: rows_of_csv(path)[:-1] for path in sorted(demo.glob("data/*/千川标准推广.csv"))}


def sessions(demo):
    return [row for path in sorted(demo.glob("data/compass/*.xlsx")) for row in rows_of_xlsx(path)]


def day_of(row):
    return str(row["直播开始时间"])[:10].replace("/", "-")


def test_fans_are_those_of_the_day_before_and_the_new_ones_without_the_lost_ones(demo):
    for rows in reports(demo).values():
        for before, row in pairwise(rows):
            if (int(row["数据统计时间"][-2:]) - int(before["数据统计时间"][-2:])) == 1:
                assert int(row["总粉丝数"]) == int(before["总粉丝数"]) + int(row["新增粉丝人数"]) - int(row["流失粉丝人数"])


def test_every_funnel_grows_narrower(demo):
    for rows in reports(demo).values():
        for row in rows:
            steps = ["商品点击数", "去购买点击数", "商品下单数", "商品订单数"]
            assert [int(row[step]) for step in steps] == sorted((int(row[step]) for step in steps), reverse=True)
            assert int(row["播放完成数"]) <= int(row["播放数"])
            assert int(row["主页访问人数"]) <= int(row["主页访问量"])
            assert (number(row["商品订单金额"]) > 0) == (int(row["商品订单数"]) > 0)


def test_ratios_of_the_advertising_report_are_those_of_its_parts(demo):
    for rows in adverts(demo).values():
        for row in rows:
            spend, amount = number(row["消耗(元)"]), number(row["直接成交金额(元)"])
            assert number(row["直接支付ROI"]) == pytest.approx(amount / spend, abs=0.006)
            assert number(row["7日总支付ROI"]) == pytest.approx((amount + number(row["7日间接成交金额(元)"])) / spend, abs=0.006)
            assert number(row["点击率(%)"]) == pytest.approx(100 * int(row["点击次数"]) / int(row["展示次数"]), abs=0.006)
            assert int(row["直接成交订单数"]) <= int(row["直接下单订单数"]) <= int(row["点击次数"]) <= int(row["展示次数"])
            assert amount <= number(row["直接下单金额(元)"])


def test_sessions_agree_with_themselves(demo):
    for row in sessions(demo):
        assert row["净成交金额"] <= row["直播间成交金额"]
        assert row["直播间用户支付金额"] <= row["直播间成交金额"]
        assert row["直播间退款金额"] <= row["直播间用户支付金额"]
        assert row["1小时退款金额"] <= row["直播间退款金额"]
        assert row["直播间成交人数"] <= row["直播间成交订单数"] <= row["直播间商品点击次数"]
        assert row["直播间商品点击人数"] <= row["直播间商品曝光人数"] <= row["直播间观看人数"] <= row["直播间观看次数"]
        assert row["直播间观看人数"] <= row["直播间曝光人数"] <= row["直播间曝光次数"]
        rate = row["商品点击-成交率(次数)"]
        if rate != "-":
            assert float(rate) == pytest.approx(row["直播间成交订单数"] / row["直播间商品点击次数"], abs=0.00006)


def test_no_account_is_live_twice_at_once(demo):
    of_account = defaultdict(list)
    for row in sessions(demo):
        of_account[row["主播抖音号"]].append((str(row["直播开始时间"]), str(row["直播结束时间"])))

    assert of_account
    assert all(first[1] < second[0] for slots in of_account.values() for first, second in pairwise(sorted(slots)))


def test_what_a_live_room_says_of_advertising_is_what_the_advertising_report_says(demo):
    spent = defaultdict(float)
    for row in sessions(demo):
        spent[row["主播抖音号"], day_of(row)] += row["投放消耗(店铺被投)"]
    reported = {
        (account, row["日期"]): number(row["消耗(元)"])
        for account, rows in adverts(demo).items()
        for row in rows
        if row["推广类型"] == "推直播间"
    }

    assert reported
    assert all(spent[key] == pytest.approx(money, abs=0.005) for key, money in reported.items())


def test_advertised_sales_are_part_of_all_sales(demo):
    page = {
        (path.parent.name, row["数据统计时间"]): row
        for path, rows in reports(demo).items()
        if "(1)" not in path.name
        for row in rows
    }
    for account, rows in adverts(demo).items():
        for row in rows:
            of_the_page = page.get((account, row["日期"]))
            if row["推广类型"] == "推商品" and of_the_page and account != "qingluo-noodles":
                assert number(row["直接成交金额(元)"]) <= number(of_the_page["商品订单金额"]) + 0.005
                assert int(row["直接成交订单数"]) <= int(of_the_page["商品订单数"])


def test_sources_of_traffic_add_up_to_the_views_of_the_sessions(demo):
    views = defaultdict(int)
    for row in sessions(demo):
        views[row["主播抖音号"], day_of(row)] += row["直播间观看次数"]
    lines = [row for path in demo.glob("data/traffic/*.csv") for row in rows_of_csv(path)]

    assert {(row["aweme_id"], row["stat_date"]) for row in lines} == set(views)
    for row in lines:
        assert sum(int(row[name]) for name in NATURAL) == int(row["nature"])
        assert sum(int(row[name]) for name in PAID) == int(row["all_ad_source"])
        assert int(row["nature"]) + int(row["all_ad_source"]) == int(row["all_source"]) == views[row["aweme_id"], row["stat_date"]]


def test_posts_never_bring_more_plays_than_their_account_had(demo):
    for path in demo.glob("data/*/作品列表.xlsx"):
        report = min(path.parent.glob("企业号日报*.csv"))
        first_day = rows_of_csv(report)[0]["数据统计时间"]
        recent = sum(row["播放量"] for row in rows_of_xlsx(path) if str(row["发布时间"])[:10] >= first_day)
        assert recent <= sum(int(row["播放数"]) for row in rows_of_csv(report)) * (1.2 if "english" in path.parent.name else 1)


def test_paid_leads_are_conversions_of_the_advertising_report(demo):
    paid = defaultdict(int)
    for path in demo.glob("data/leads/*.csv"):
        for row in rows_of_csv(path):
            paid[row["local_account_id"], row["create_time_detail"][:10]] += row["flow_type"] == "AD"
    converted = defaultdict(int)
    for account, rows in adverts(demo).items():
        for row in rows:
            converted[account, row["日期"]] += int(row["转化数"]) - int(row["直接成交订单数"])

    assert sum(paid.values()) > 5_000
    assert all(converted[key] == leads for key, leads in paid.items() if leads)
