"""Ranks and tiers on the watch: what was lost, against whom, and what nobody can tell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opsengine.errors import InvalidFiles
from opsengine.monitor import Around, State, read_alerts, watch
from tests.strategy.world import NAMES, TODAY

RANK = """\
kind: alert
version: 1
title: {zh-CN: 排名, en: A rank}
watch: rank
scorecard: business
by: threshold
threshold: 3
severity: warning
because:
  zh-CN: "{score}在{group}排第 {rank} 名，共 {accounts} 个；限 {threshold}。"
  en: "Rank {rank} of {accounts} in {group} by {score}; the limit is {threshold}."
"""
MOVED = """\
because:
  zh-CN: "{group}：{days} 天前第 {before} 名，现在第 {rank} 名（{change}）。"
  en: "{group}: rank {rank} after {before} {days} days before ({change})."
"""
CHANGE = RANK.replace("by: threshold\nthreshold: 3", 'by: change\nwindow: 28d\nthreshold: "0.33"').partition("because")[0] + MOVED
SHIFT = RANK.replace("by: threshold\nthreshold: 3", 'by: shift\nthreshold: "0.3"').replace("{threshold}", "{change}")
TIER = """\
kind: alert
version: 1
title: {zh-CN: 分层, en: A tier}
watch: tier_share
tier: devoted
by: threshold
threshold: "0.1"
severity: warning
because: {zh-CN: "{tier}占 {share}，{fans} 人。", en: "{share} of the fans are {tier}: {fans} of them."}
"""
FELL = TIER.replace('by: threshold\nthreshold: "0.1"', 'by: change\nthreshold: "0.33"').partition("because")[0] + (
    'because: {zh-CN: "{tier}占比 {before} → {share}（{change}）。", en: "{tier}: {share} after {before} ({change})."}\n'
)
PEERS = ("ale", "bun", "cod", "dal", "egg", "fig", "gin", "ham", "ice")


@pytest.fixture
def told(project, world):
    """What one rule says of every account, whatever it says."""

    def say(text: str, firing=()):
        folder = project.folder("alerts")
        folder.mkdir(exist_ok=True)
        (folder / "mine.yaml").write_text(text, encoding="utf-8")
        rules = [rule for rule in read_alerts(project, NAMES) if rule.name == "mine"]
        around = Around(states=tuple(State), firing=frozenset(("mine", account) for account in firing))
        return {alert.subject: alert for alert in watch(world.build(), [], rules, TODAY, around)}

    return say


@pytest.fixture
def field(world):
    """Ten accounts of one group; `tea` has these scores, the last one today, and the others 500 to 580 throughout."""

    def put(*scores: float | None):
        days = range(len(scores))
        for number, peer in enumerate(PEERS):
            world.account(peer)
            world.score(peer, "business", *[500 + 10 * number for _ in days])
        world.account("tea")
        world.score("tea", "business", *scores)
        if scores[-1] is not None:
            rank = 1 + sum(500 + 10 * number > scores[-1] for number in range(len(PEERS)))
            world.add("scores.rank", "tea", TODAY, "business", rank, "industry", "服饰", 10)

    return put


@pytest.mark.parametrize(("score", "rank", "fires"), [(575, 2, False), (565, 3, False), (555, 4, True)])
def test_a_rank_fires_when_it_is_further_down_than_the_limit(told, field, score, rank, fires):
    field(score)

    alert = told(RANK)["tea"]

    assert (alert.value, alert.state is State.FIRING) == (rank, fires)
    if fires:
        assert alert.because.said("en") == "Rank 4 of 10 in 服饰 by business score; the limit is 3."
        assert alert.because.said("zh-CN") == "经营值在服饰排第 4 名，共 10 个；限 3。"


def test_a_rank_that_fires_goes_on_until_it_is_back(told, field):
    field(565)
    text = RANK.replace("threshold: 3", "threshold: 3\nclear: 2")

    assert told(text)["tea"].state is State.OK
    assert told(text, firing=["tea"])["tea"].state is State.FIRING


def test_a_rank_that_is_won_can_be_watched_too(told, field):
    field(565)

    assert told(RANK.replace("threshold: 3", "threshold: 3\ndirection: up"))["tea"].state is State.FIRING


@pytest.mark.parametrize(("now", "fires"), [(600, False), (565, False), (545, True), (400, True)])
def test_a_third_of_the_group_passed_by_within_four_weeks_is_a_rank_lost(told, field, now, fires):
    field(*[575] * 28, now)

    alert = told(CHANGE)["tea"]

    assert (alert.state is State.FIRING) is fires
    if now == 545:
        assert alert.because.said("en") == "服饰: rank 5 after 2 28 days before (-33.3 points)."
        assert [one.as_json()["benchmark"] for one in alert.evidence] == [2]


def test_without_a_rank_then_or_now_nobody_can_tell(told, field):
    field(*[575] * 3, None)

    assert told(RANK)["tea"].state is State.NO_DATA
    assert told(CHANGE)["tea"].state is State.NO_DATA
    assert told(SHIFT)["tea"].state is State.NO_DATA


def test_one_bad_day_moves_no_level(told, field):
    field(*[585] * 34, 400)

    assert told(SHIFT)["tea"].state is State.OK


def test_a_level_moved_when_every_day_of_the_week_lies_below_the_weeks_before(told, field):
    field(*[585] * 28, *[535] * 7)

    alert = told(SHIFT)["tea"]

    assert (alert.state, alert.since) == (State.FIRING, TODAY - timedelta(days=6))
    assert alert.value == pytest.approx(-5 / 9)


@pytest.mark.parametrize(("devoted", "fires"), [(120, False), (80, True)])
def test_a_tier_with_too_small_a_share_fires(told, world, devoted, fires):
    world.account("tea")
    world.told("tea", "fan_events", 10)
    world.add("scores.fan_tier", "tea", devoted, 200, 1000 - 200 - devoted, 120, 200, 680)

    alert = told(TIER)["tea"]

    assert (alert.value, alert.state is State.FIRING) == (devoted / 1000, fires)
    assert not fires or alert.because.said("en") == "8.0% of the fans are devoted fans: 80 of them."


@pytest.mark.parametrize(("devoted", "fires"), [(90, False), (80, True)])
def test_a_share_that_fell_by_a_third_in_a_week_fires(told, world, devoted, fires):
    world.account("tea")
    world.told("tea", "fan_events", 10)
    world.add("scores.fan_tier", "tea", devoted, 200, 1000 - 200 - devoted, 120, 200, 680)

    alert = told(FELL)["tea"]

    assert (alert.state is State.FIRING) is fires
    assert not fires or alert.because.said("en") == "devoted fans: 8.0% after 12.0% (-33.3%)."


def test_a_share_that_the_platform_estimates_is_watched_as_well(told, world):
    world.account("tea")
    world.told("tea", "creator_fans", 10)
    world.add("scores.fan_estimate", "tea", 50, 250, 700)
    for metric, before in (("fans_active_17_up", 0.1), ("fans_active_5_16", 0.3), ("fans_active_0_4", 0.6)):
        world.number("tea", f"{metric}_7d", 0.0, before=before)

    assert told(FELL)["tea"].value == pytest.approx(-0.5)


def test_shares_of_an_account_that_fell_silent_are_not_known(told, world):
    world.account("tea")
    world.told("tea", "fan_events", 10, until=TODAY - timedelta(days=8))
    world.add("scores.fan_tier", "tea", 1, 200, 700, 120, 200, 680)

    assert told(TIER)["tea"].state is State.NO_DATA


@pytest.mark.parametrize(
    ("text", "change", "code", "hint"),
    [
        (RANK, ("scorecard: business", "scorecard: busines"), "wrong-value", "business"),
        (RANK, ("scorecard: business\n", ""), "missing-key", ""),
        (RANK, ("scorecard: business", "scorecard: business\ntier: warm"), "unknown-key", ""),
        (RANK, ("watch: rank", "watch: rnak"), "wrong-value", "rank"),
        (RANK, ("{accounts}", "{acounts}"), "unknown-name", "accounts"),
        (RANK, ("threshold: 3\n", ""), "wrong-value", ""),
        (RANK, ("threshold: 3", "threshold: 3\ndirection: both"), "wrong-value", ""),
        (RANK, ("by: threshold", "by: odds"), "wrong-value", ""),
        (TIER, ("tier: devoted", "tier: devotd"), "wrong-value", "devoted"),
        (TIER, ("tier: devoted\n", ""), "missing-key", ""),
        (TIER, ("by: threshold", "by: shift"), "wrong-value", ""),
        (FELL, ("by: change", "by: change\nwindow: 28d"), "wrong-value", ""),
    ],
)
def test_a_mistake_is_told_with_what_was_meant(told, text, change, code, hint):
    old, new = change
    assert old in text

    with pytest.raises(InvalidFiles) as refused:
        told(text.replace(old, new))

    problems = refused.value.problems
    assert {problem.code for problem in problems} == {code}
    assert all(hint in problem.hint.format(**problem.fields) for problem in problems)
