"""The shipped playbook: broad enough, honest about its sources, and free of plays that fight each other in silence."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from opsengine.errors import InvalidFiles
from opsengine.strategy import read_playbook, suggest
from opsengine.strategy.play import Channel, Family, Quadrant, Step, Traffic
from tests.strategy.test_suggesting import losing_ads, plays, poor_openings
from tests.strategy.world import NAMES, PLAY, TODAY, World, write

SOURCES_EN = (
    "our judgement", "published", "platform", "operators", "common in", "public", "sound absolute", "selling along",
)  # fmt: skip


def refused(project) -> list[tuple[str, str, int | None]]:
    with pytest.raises(InvalidFiles) as caught:
        read_playbook(project, NAMES)
    return [(problem.code, problem.place.file, problem.place.line) for problem in caught.value.problems]


def test_at_least_forty_plays_are_shipped(playbook):
    assert len(playbook) >= 40


@pytest.mark.parametrize(("key", "kinds"), [("quadrants", Quadrant), ("traffic", Traffic)])
def test_every_kind_of_business_and_domain_of_traffic_has_plays_of_its_own(playbook, key, kinds):
    named = {kind for play in playbook for kind in getattr(play.declared, key)}

    assert named == set(get_args(kinds))


@pytest.mark.parametrize(("key", "kinds"), [("step", Step), ("channel", Channel), ("family", Family)])
def test_every_step_touchpoint_and_family_has_plays(playbook, key, kinds):
    assert {getattr(play.declared, key) for play in playbook} == set(get_args(kinds))


def test_every_play_says_where_it_is_from(playbook):
    def silent(text: str) -> bool:
        return not any(word in text.lower() for word in SOURCES_EN)

    assert [play.name for play in playbook if silent(play.declared.source.en) or silent(play.declared.expected.source.en)] == []


def test_every_play_has_something_to_do_and_a_day_to_do_it_by(playbook):
    assert all(play.works and all(work.days >= 1 for work in play.works) for play in playbook)


@pytest.mark.parametrize(
    ("added", "code", "line"),
    [
        ("conflicts: [one]\n", "conflict", 15),
        ("conflicts: [nobody-knows-it]\n", "unknown-play", 15),
        ("tasks:\n  - {name: a, title: {zh-CN: 甲, en: A}, after: [a]}\n", "circular", 16),
        ("tasks:\n  - {name: a, title: {zh-CN: 甲, en: A}, after: [b]}\n  - {name: b, title: {zh-CN: 乙, en: B}, after: [a]}\n", "circular", 16),
        ("tasks:\n  - {name: a, title: {zh-CN: 甲, en: A}, after: [c]}\n", "unknown-name", 16),
        ("tasks:\n  - {name: a, title: {zh-CN: 甲, en: A}}\n  - {name: a, title: {zh-CN: 甲, en: A}}\n", "twice", 17),
        ("tasks:\n  - {name: a, title: {zh-CN: 甲, en: A}, stages: [plais_7d > 1]}\n", "unknown-name", 16),
        ("tasks:\n  - {name: a, title: {zh-CN: 甲, en: A}, stages: [plays_7d > 3 and plays_7d < 2]}\n", "impossible", 16),
    ],
)  # fmt: skip
def test_a_play_that_cannot_be_meant_is_refused_with_its_place(project, added, code, line):
    write(project, "one", PLAY + added)

    assert (code, "playbook/one.yaml", line) in refused(project)


@pytest.mark.parametrize(
    "when",
    [
        "plays_7d > 5 and plays_7d < 3",
        "plays_7d > 5 and plays_7d <= 5",
        "5 < plays_7d and (plays_7d = 2)",
        "plays_7d < 1 and plays_7d > 1",
    ],
)
def test_a_condition_that_nothing_can_meet_is_refused(project, when):
    write(project, "one", PLAY.replace("plays_7d > 1", when))

    assert refused(project) == [("impossible", "playbook/one.yaml", 8)]


@pytest.mark.parametrize(
    "when", ["plays_7d > 5 or plays_7d < 3", "plays_7d >= 5 and plays_7d <= 5", "plays_7d > -5 and plays_7d < -3"]
)
def test_a_condition_that_something_can_meet_is_not(project, when):
    write(project, "one", PLAY.replace("plays_7d > 1", when))

    assert "one" in [play.name for play in read_playbook(project, NAMES)]


def two_plays(project, one="", two=""):
    write(project, "one", PLAY + one)
    write(project, "two", PLAY.replace("effort: 1", "effort: 2") + two)
    return [play for play in read_playbook(project, NAMES) if play.name in ("one", "two")]


def shop(*accounts: str) -> World:
    world = World()
    for at, account in enumerate(accounts):
        world.account(account)
        world.number(account, "plays_7d", 100 + at)
    return world


def test_of_two_plays_in_conflict_the_better_one_is_suggested(project):
    [apart] = suggest(shop("tea").build(), [], two_plays(project), TODAY)
    [together] = suggest(shop("tea").build(), [], two_plays(project, two="conflicts: [one]\n"), TODAY)

    assert plays(apart) == ["one", "two"]
    assert plays(together) == ["one"]


def test_no_more_accounts_than_its_cap_are_told_to_take_a_play_up_in_a_week(project):
    answers = suggest(shop("a", "b", "c").build(), [], two_plays(project, one="weekly_cap: 2\n"), TODAY)

    assert sum("one" in plays(answer) for answer in answers) == 2
    assert [plays(answer) for answer in answers if "one" not in plays(answer)] == [["two"]]


def test_losing_ads_are_pulled_back_and_not_tested_at_the_same_time(playbook):
    world = World()
    world.account("tea")
    losing_ads(world, "tea")
    poor_openings(world, "tea")
    world.number("tea", "page_order_rate_28d", 0.09, usual=0.05)
    world.number("tea", "ad_spend_28d", 1000, usual=4000)

    [answer] = suggest(world.build(), [], playbook, TODAY)

    assert "pull-back-losing-ads" in plays(answer)
    assert "ramp-test-paid-traffic" not in plays(answer)


def test_the_play_of_the_manual_is_understood(project):
    manual = (Path(__file__).parents[2] / "docs/strategy.md").read_text(encoding="utf-8")
    write(project, "answer-faster", manual.partition("```yaml\n")[2].partition("```")[0])

    [play] = [one for one in read_playbook(project, NAMES) if one.name == "answer-faster"]

    assert [work.name for work in play.works] == ["rota", "two-weeks"]


def test_a_side_effect_on_a_metric_that_nobody_knows_is_refused(project):
    source = "source: {zh-CN: 我们的判断, en: our judgement}"
    write(project, "one", PLAY + f"side_effects:\n  - {{metric: plais, mid: 0.1, {source}}}\n  - {{metric: plays, mid: 0.1, {source}}}\n")

    assert refused(project) == [("unknown-metric", "playbook/one.yaml", 16), ("twice", "playbook/one.yaml", 17)]


def test_a_part_knows_the_sums_it_is_in(playbook):
    wholes = {play.name: play.wholes for play in playbook}

    assert wholes["live-more-often"] == ("gmv",)
    assert wholes["rewrite-the-first-seconds"] == ()
