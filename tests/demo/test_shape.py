"""The demo is shaped like life: plausible sizes, weekdays, a holiday, a campaign, and a few special accounts."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, timedelta
from statistics import fmean, median

from tests.demo.files import number, rows_of_csv, rows_of_xlsx

AS_OF = date(2026, 6, 21)


def register(demo):
    with (demo / "accounts.csv").open(encoding="utf-8", newline="") as file:
        return {row["account_id"]: row for row in csv.DictReader(file)}


def newest(demo, account_id):
    """The account's report as it was exported last: day -> row."""
    path = min((demo / "data" / account_id).glob("企业号日报*.csv"))
    return {date.fromisoformat(row["数据统计时间"]): row for row in rows_of_csv(path)}


def plays(report, first, last):
    return fmean(int(row["播放数"]) for day, row in report.items() if first <= day <= last)


def days_ago(days):
    return AS_OF - timedelta(days=days)


def of_industry(demo, industry):
    """Plays by day, each account counting alike."""
    totals = defaultdict(list)
    for account_id in (key for key, row in register(demo).items() if row["industry"] == industry):
        report = newest(demo, account_id)
        typical = median(int(row["播放数"]) for row in report.values())
        for day, row in report.items():
            totals[day].append(int(row["播放数"]) / typical)
    return {day: median(shares) for day, shares in totals.items()}


def over(shares, first, last):
    return fmean(share for day, share in shares.items() if first <= day <= last)


def test_the_whole_demo_is_small(demo):
    files = [path for path in demo.rglob("*") if path.is_file()]

    assert 8_000_000 < sum(path.stat().st_size for path in files) < 15_000_000
    assert 80_000 < sum(len(rows_of_csv(path)) for path in demo.glob("data/fans/*.csv")) < 120_000


def test_completion_interaction_and_refunds_lie_where_practitioners_see_them(demo):
    for account_id in register(demo):
        rows = list(newest(demo, account_id).values())
        all_plays = sum(int(row["播放数"]) for row in rows)
        interactions = sum(int(row[name]) for row in rows for name in ("点赞数", "评论提交数", "分享数", "收藏数"))
        assert 0.01 < interactions / all_plays < 0.06, account_id
        assert 0.01 < sum(int(row["播放完成数"]) for row in rows) / all_plays < 0.10, account_id


def test_pictures_are_finished_more_often_than_videos(demo):
    works = [row for path in demo.glob("data/*/作品列表.xlsx") for row in rows_of_xlsx(path) if row["播放量"]]
    pictures = [float(row["完播率"]) for row in works if row["体裁"] == "图文"]
    videos = [float(row["完播率"]) for row in works if row["体裁"] != "图文"]

    assert 0.136 <= min(pictures) <= max(pictures) <= 0.242
    assert 0 < min(videos) <= max(videos) <= 0.099


def test_now_and_then_a_post_goes_viral(demo):
    ratios = []
    for path in demo.glob("data/*/作品列表.xlsx"):
        counts = [row["播放量"] for row in rows_of_xlsx(path)]
        ratios.append(max(counts) / median(counts))

    assert sum(ratio > 8 for ratio in ratios) >= 5


def test_advertising_returns_one_to_four_yuan_and_a_lead_costs_what_it_costs(demo):
    industries = {account_id: row["industry"] for account_id, row in register(demo).items()}
    paid = defaultdict(int)
    for path in demo.glob("data/leads/*.csv"):
        for row in rows_of_csv(path):
            paid[row["local_account_id"]] += 1
    for path in demo.glob("data/*/千川标准推广.csv"):
        total, account_id = rows_of_csv(path)[-1], path.parent.name
        assert 0.8 < number(total["直接成交金额(元)"]) / number(total["消耗(元)"]) < 4.2, account_id
        if paid[account_id]:
            cost = number(total["消耗(元)"]) / paid[account_id]
            least, most = {"餐饮": (20, 90), "教育": (40, 170), "汽车": (80, 300)}[industries[account_id]]
            assert least < cost < most, account_id


def test_refunds_of_live_sales_are_highest_for_clothes(demo):
    industries = {account_id: row["industry"] for account_id, row in register(demo).items()}
    paid, refunded = defaultdict(float), defaultdict(float)
    for path in demo.glob("data/compass/*.xlsx"):
        for row in rows_of_xlsx(path):
            paid[industries[row["主播抖音号"]]] += row["直播间用户支付金额"]
            refunded[industries[row["主播抖音号"]]] += row["直播间退款金额"]
    rates = {industry: refunded[industry] / paid[industry] for industry in paid}

    assert 0.10 < rates["服饰"] < 0.30
    assert all(rate < rates["服饰"] for industry, rate in rates.items() if industry != "服饰")


def test_restaurants_live_on_weekends_and_schools_on_workdays(demo):
    food, school = of_industry(demo, "餐饮"), of_industry(demo, "教育")

    def weekend(shares):
        return fmean(share for day, share in shares.items() if day.weekday() >= 5) / fmean(
            share for day, share in shares.items() if day.weekday() < 5
        )

    assert weekend(food) > 1.15
    assert weekend(school) < 0.95


def test_labour_day_empties_showrooms_and_fills_restaurants(demo):
    first, last = date(2026, 5, 1), date(2026, 5, 5)
    around = (date(2026, 4, 10), date(2026, 4, 30))

    assert over(of_industry(demo, "汽车"), first, last) < 0.9 * over(of_industry(demo, "汽车"), *around)
    assert over(of_industry(demo, "教育"), first, last) < 0.85 * over(of_industry(demo, "教育"), *around)
    assert over(of_industry(demo, "餐饮"), first, last) > 1.2 * over(of_industry(demo, "餐饮"), *around)


def test_618_peaks_on_its_first_and_last_days_for_clothes(demo):
    sales = defaultdict(float)
    for path in demo.glob("data/compass/直播列表_服饰*.xlsx"):
        for row in rows_of_xlsx(path):
            sales[date.fromisoformat(str(row["直播开始时间"])[:10].replace("/", "-"))] += row["直播间用户支付金额"]
    peaks = fmean(sales[date(2026, 6, day)] for day in (1, 16, 17, 18))
    between = fmean(sales[date(2026, 6, day)] for day in range(2, 16))
    before = fmean(sales[date(2026, 5, day)] for day in range(8, 30))

    assert peaks > 1.6 * between
    assert between > 1.05 * before


def test_one_account_grows_and_one_falls(demo):
    growing, fallen = newest(demo, "yunduo-tea"), newest(demo, "baitang-auto")

    assert plays(growing, days_ago(27), AS_OF) > 1.5 * plays(growing, days_ago(87), days_ago(60))
    assert plays(fallen, days_ago(8), AS_OF) < 0.6 * plays(fallen, days_ago(37), days_ago(10))


def test_one_account_has_days_without_data(demo):
    missing = {days_ago(back) for back in range(120)} - set(newest(demo, "beichuan-english"))

    assert missing == {days_ago(back) for back in (11, 12, 13, 38, 39)}


def test_one_account_is_brand_new(demo):
    assert register(demo)["feiniao-kids"]["opened_on"] == "2026-06-01"
    report = newest(demo, "feiniao-kids")
    assert min(report) == date(2026, 6, 1)
    assert int(report[AS_OF]["总粉丝数"]) < 1_000


def test_one_account_stopped_posting(demo):
    newest_work = max(str(row["发布时间"]) for row in rows_of_xlsx(demo / "data/zhulin-ev/作品列表.xlsx"))

    assert newest_work[:10] <= days_ago(35).isoformat()
    assert max(newest(demo, "zhulin-ev")) == AS_OF


def test_one_report_was_exported_twice_and_its_last_days_restated(demo):
    folder = demo / "data/qingluo-noodles"
    early = {row["数据统计时间"]: row for row in rows_of_csv(folder / "企业号日报.csv")}
    late = {row["数据统计时间"]: row for row in rows_of_csv(folder / "企业号日报(1).csv")}
    restated = [day for day, row in early.items() if row != late[day]]

    assert len(late) == len(early) + 4
    assert restated == sorted(early)[-5:]
    assert all(int(early[day]["播放数"]) < int(late[day]["播放数"]) for day in restated)
    assert (folder / "企业号日报.csv").stat().st_mtime < (folder / "企业号日报(1).csv").stat().st_mtime


def test_fans_differ_so_that_tiers_appear(demo):
    acts = defaultdict(lambda: defaultdict(int))
    for path in demo.glob("data/fans/*.csv"):
        for row in rows_of_csv(path):
            acts[row["account_id"]][row["fan_id"]] += 1
    for account_id, fans in acts.items():
        counts = sorted(fans.values())
        assert 150 < len(counts) < 1_500, account_id
        assert counts[len(counts) // 2] <= 3, account_id
        assert counts[-1] >= 6, account_id
