"""Every number of a brief can be found by hand in the export files.

A demo runs as for any user; then numbers of its briefs are recomputed in plain Python from the files, and compared.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from datetime import date, timedelta
from functools import cache

import pytest

from tests.by_hand import DOMAINS, ByHand, quantile

AS_OF = date(2026, 6, 21)
ACCOUNTS, DAYS = 12, 75
APPAREL, CARS, SCHOOL, NOODLES = "anran-wear", "baitang-auto", "beichuan-english", "qingluo-noodles"
JUNE, CAMPAIGN = ("2026-06-01", "2026-06-21"), ("2026-06-01", "2026-06-18")
VALID = ("1", "2", "6", "7", "204")
"""Stages of a lead that are neither new nor invalid."""
PROGRAM = (sys.executable, "-c", "from opsengine.cli import main; main()")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("by-hand") / "demo"
    command = [*PROGRAM, "demo", str(folder), "--accounts", str(ACCOUNTS), "--days", str(DAYS), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def brief(project):
    """The brief of an account, as the program wrote it."""

    @cache
    def read(account):
        return json.loads((project / "briefs/weekly/2026-W25" / account / "brief.json").read_text(encoding="utf-8"))

    return read


@pytest.fixture(scope="module")
def hand(project):
    """The exports of an account, as a person would open them."""
    return cache(lambda account: ByHand(project, account, AS_OF))


def score_of(brief, scorecard):
    return next(score for score in brief["scores"] if score["scorecard"] == scorecard)


def components_of(brief):
    return {part["id"]: part for score in brief["scores"] for pillar in score["pillars"] for part in pillar["components"]}


def goal_of(brief, name):
    return next(goal for goal in brief["goals"] if goal["id"] == name)


def growth(total, files):
    """How much more the last four weeks brought than the four before."""
    return total(files.last(28)) / total(files.last(28, before=28)) - 1


def whole(value):
    """A count as people speak of it: there are no half works."""
    return math.floor(value + 0.5)


def posts(files):
    """Works of four weeks; three silent days after the newest work count as days without one, longer silence is not known."""
    days = [day for day in files.last(28) if day <= max(files.works) + timedelta(days=3)]
    return whole(sum(len(files.works.get(day, ())) for day in days) * 28 / len(days))


def seen_beyond_5s(files):
    """The share of plays that lasted longer than five seconds, over works of four weeks."""
    works = [work for day in files.last(28) for work in files.works.get(day, ()) if work["5s完播率"] != "-"]
    return sum(work["播放量"] * float(work["5s完播率"]) for work in works) / sum(work["播放量"] for work in works)


BUSINESS = {
    "gmv": lambda files: files.gmv(files.last(7)),
    "orders": lambda files: files.orders(files.last(7)),
    "order_rate": lambda files: files.page("商品订单数", files.last(28)) / files.page("商品点击数", files.last(28)),
    "roi": lambda files: files.ads("直接成交金额(元)", files.last(28)) / files.ads("消耗(元)", files.last(28)),
    "gmv_growth": lambda files: growth(files.gmv, files),
}
LEADS = {
    "leads": lambda files: files.leads(files.last(7)),
    "valid_leads": lambda files: files.leads(files.last(7), *VALID),
    "valid_lead_rate": lambda files: files.leads(files.last(28), *VALID) / files.leads(files.last(28)),
    "cost_per_lead": lambda files: files.ads("消耗(元)", files.last(28)) / files.leads(files.with_ads(files.last(28))),
    "leads_growth": lambda files: growth(files.leads, files),
}
POPULARITY = {
    "plays": lambda files: files.page("播放数", files.last(7)),
    "home_visits": lambda files: files.page("主页访问量", files.last(7)),
    "interaction_rate": lambda files: files.interactions(files.last(7)) / files.page("播放数", files.last(7)),
    "finish_rate": lambda files: files.page("播放完成数", files.last(7)) / files.page("播放数", files.last(7)),
    "new_fans": lambda files: files.page("新增粉丝人数", files.last(7)),
    "lost_fan_rate": lambda files: files.page("流失粉丝人数", files.last(28)) / files.page("新增粉丝人数", files.last(28)),
    "posts": posts,
    "finish_rate_5s": seen_beyond_5s,
}


@pytest.mark.parametrize(
    ("account", "component", "found"),
    [
        *((APPAREL, name, found) for name, found in (BUSINESS | POPULARITY).items()),
        *((CARS, name, found) for name, found in (LEADS | POPULARITY).items()),
    ],
)
def test_what_a_component_measures(brief, hand, account, component, found):
    assert components_of(brief(account))[component]["value"] == pytest.approx(found(hand(account)), abs=1e-6, rel=1e-9)


@pytest.mark.parametrize("account", [APPAREL, CARS, NOODLES])
@pytest.mark.parametrize("scorecard", ["business", "popularity"])
def test_base_and_points_add_up_to_the_score(brief, account, scorecard):
    score = score_of(brief(account), scorecard)
    points = [part["points"] for pillar in score["pillars"] for part in pillar["components"] if part["points"] is not None]

    assert score["base"] + sum(points) == pytest.approx(score["value"], abs=1e-6)


@pytest.mark.parametrize("scorecard", ["business", "popularity"])
def test_what_moved_adds_up_to_the_change_of_the_score(brief, scorecard):
    score = next(score for score in brief(APPAREL)["scores"] if score["scorecard"] == scorecard)
    moved = [part["change"] for pillar in score["pillars"] for part in pillar["components"] if part["change"] is not None]

    assert sum(moved) == pytest.approx(score["value"] - score["previous"], abs=1e-5)



@pytest.mark.parametrize("scorecard", ["business", "popularity"])
def test_the_rank_counts_those_with_a_higher_score(brief, project, scorecard):
    names = [file.name for file in (project / "data").iterdir() if (file / "企业号日报.csv").is_file()]
    values = {name: score_of(brief(name), scorecard)["value"] for name in names}
    mine = score_of(brief(APPAREL), scorecard)

    assert mine["rank"]["level"] == "all"
    assert mine["rank"]["accounts"] == len([value for value in values.values() if value is not None]) == ACCOUNTS
    assert mine["rank"]["rank"] == 1 + sum(value > values[APPAREL] for value in values.values())


@pytest.mark.parametrize(("part", "share"), [("p25", 0.25), ("p50", 0.5), ("p75", 0.75)])
def test_what_is_usual_among_the_peers(brief, hand, project, part, share):
    names = [file.name for file in (project / "data").iterdir() if (file / "企业号日报.csv").is_file()]
    plays = [POPULARITY["plays"](hand(name)) for name in names]

    assert components_of(brief(APPAREL))["plays"][part] == whole(quantile(plays, share))


@pytest.mark.parametrize("account", [APPAREL, CARS])
def test_how_many_fans_are_devoted_warm_and_casual(brief, hand, account):
    counted = {tier["id"]: tier["count"] for tier in brief(account)["tiers"]["tiers"]}

    assert counted == hand(account).tiers()


@pytest.mark.parametrize("domain", list(DOMAINS))
@pytest.mark.parametrize(("key", "before"), [("count", 0), ("previous", 7)])
def test_where_the_traffic_came_from(brief, hand, domain, key, before):
    files = hand(APPAREL)
    told = next(one for one in brief(APPAREL)["traffic"] if one["id"] == domain)

    assert told[key] == files.traffic(domain, files.last(7, before))


@pytest.mark.parametrize("domain", list(DOMAINS))
def test_the_share_of_each_source_of_traffic(brief, hand, domain):
    files = hand(APPAREL)
    told = next(one for one in brief(APPAREL)["traffic"] if one["id"] == domain)
    whole = sum(files.traffic(name, files.last(7)) for name in DOMAINS)

    assert told["share"] == pytest.approx(files.traffic(domain, files.last(7)) / whole)


def test_how_far_a_goal_has_come(brief, hand):
    files, told = hand(APPAREL), goal_of(brief(APPAREL), "anran-wear-2026-06/primary/gmv")
    actual = files.gmv(files.between(*JUNE))

    assert told["elapsed"] == pytest.approx(21 / 30)
    assert told["expected"] == pytest.approx(21 / 30)
    assert told["actual"] == pytest.approx(actual)
    assert told["progress"] == pytest.approx(actual / told["target"])
    assert told["needed_per_day"] == pytest.approx((told["target"] - actual) / 9)
    assert told["status"] == "at_risk"
    assert told["landing"]["low"] < told["target"] < told["landing"]["high"]


@pytest.mark.parametrize(
    ("account", "goal", "days", "found"),
    [
        (APPAREL, "anran-wear-2026-06/secondary/new_fans", JUNE, lambda files, days: files.page("新增粉丝人数", days)),
        (APPAREL, "anran-wear-618-2026/primary/gmv", CAMPAIGN, ByHand.gmv),
        (APPAREL, "anran-wear-618-2026/secondary/orders", CAMPAIGN, ByHand.orders),
        (CARS, "baitang-auto-2026-06/primary/leads", JUNE, ByHand.leads),
        (NOODLES, "qingluo-noodles-2026-06/primary/orders", JUNE, ByHand.orders),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_other_goals_have_reached(request, account, goal, days, found):
    brief, files = request.getfixturevalue("brief")(account), request.getfixturevalue("hand")(account)

    assert goal_of(brief, goal)["actual"] == pytest.approx(found(files, files.between(*days)))


def test_ratios_of_a_cycle_are_sums_divided_once(brief, hand):
    files = hand(APPAREL)
    days = files.between(*JUNE)
    roi = goal_of(brief(APPAREL), "anran-wear-2026-06/secondary/roi")
    refunds = goal_of(brief(APPAREL), "anran-wear-2026-06/guardrail/refund_rate")

    assert roi["actual"] == pytest.approx(files.ads("直接成交金额(元)", days) / files.ads("消耗(元)", days))
    assert refunds["actual"] == pytest.approx(files.live("直播间退款金额", days) / files.live("直播间用户支付金额", days))


def test_every_step_of_the_pace(brief, hand):
    files, told = hand(APPAREL), brief(APPAREL)["pace"]
    days = files.between("2026-06-01", "2026-06-30")

    for number, (day, step) in enumerate(zip(days, told["steps"], strict=True), start=1):
        assert step["day"] == day.isoformat()
        assert step["plan"] == pytest.approx(told["target"] * number / 30)
        if day > AS_OF:
            assert step["actual"] is None
        else:
            assert step["actual"] == pytest.approx(files.gmv(days[:number]))


def test_a_missing_day_is_missing_and_not_nothing(brief, hand):
    files = hand(SCHOOL)
    days = files.between(*JUNE)
    told = goal_of(brief(SCHOOL), "beichuan-english-2026-06/primary/new_fans")

    assert [day for day in days if day not in files.report] == files.between("2026-06-08", "2026-06-10")
    assert told["actual"] == files.page("新增粉丝人数", days)
    assert "18" in told["note"]["en"]
    assert "21" in told["note"]["en"]


def test_a_report_that_was_exported_twice_counts_once_as_restated(brief, hand, project):
    files = hand(NOODLES)
    early = (project / "data" / NOODLES / "企业号日报.csv").read_text(encoding="utf-8-sig")
    late = (project / "data" / NOODLES / "企业号日报(1).csv").read_text(encoding="utf-8-sig")

    assert early not in late
    assert components_of(brief(NOODLES))["plays"]["value"] == files.page("播放数", files.last(7))


def test_the_best_works_have_the_most_plays_of_four_weeks(brief, hand):
    files = hand(APPAREL)
    works = {str(work["作品名称"]): work for day in files.last(28) for work in files.works.get(day, ())}
    best = brief(APPAREL)["best_works"]

    assert best[0]["plays"] == max(work["播放量"] for work in works.values())
    for told in best:
        work = works[told["title"]]
        assert told["plays"] == work["播放量"]
        assert told["interactions"] == sum(work[column] for column in ("点赞量", "分享量", "评论量", "收藏量"))
        assert told["net_fans"] == work["粉丝增量"]
