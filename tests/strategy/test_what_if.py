"""Do A and B: what is there stays, what is to come grows by what is believed, and nothing else is guessed."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from opsengine.errors import UserError
from opsengine.goals import GoalResult, Role, Subject
from opsengine.goals.forecasting import Foreseen, Landing
from opsengine.strategy import Past, Segment, beliefs, life, suggest, what_if
from opsengine.strategy.learning import TWO_SIDED_95, Effect
from opsengine.strategy.ranking import RankingFile
from opsengine.strategy.sharing import parts_of
from opsengine.strategy.what_if import Beliefs
from tests.strategy.world import TODAY, World, promise

HOOK, SERIES, ADS, RAMP = "rewrite-the-first-seconds", "turn-the-hit-into-a-series", "pull-back-losing-ads", "ramp-test-paid-traffic"
BASKET, LIVE = "raise-the-basket", "live-more-often"
FORESEEN = Landing(880, 900, 950, 1000, 1050, 1100, 1120, 26)


@pytest.fixture
def book(playbook):
    return {play.name: play for play in playbook}


def goal(metric: str, kind: str = "flow", account: str = "tea", role: Role = Role.PRIMARY):
    """A goal at 700 of 1,000, to land between 900 and 1,100, with even odds."""
    made = promise(account, metric, target=1000, actual=700, role=role)
    return replace(made, measure=replace(made.measure, kind=kind), forecast=Foreseen(FORESEEN, (0.5,)))


def shop(**numbers: float) -> World:
    world = World()
    world.account("tea")
    for metric, value in numbers.items():
        world.number("tea", f"{metric}_28d", value, before=value, usual=value)
    return world


def tried(world: World, plays, goals=(), segments=(), ranking=None):
    """What the plays would do for the account `tea`."""
    ranking, engine = ranking or RankingFile(), world.build()
    believed = beliefs(plays, segments)
    suggest(engine, goals, plays, TODAY, Past(life((), TODAY), believed, ranking))
    return what_if(engine, "tea", Beliefs.of(plays, "服饰", believed, ranking), goals, TODAY)


def test_what_is_to_come_grows_and_what_is_there_stays(book):
    [landed] = tried(shop(plays=5000), [book[HOOK]], [goal("plays")]).landed

    assert landed.now == {"p10": 900, "p50": 1000, "p90": 1100}
    assert landed.then == pytest.approx({"p10": 700 + 200 * 1.08, "p50": 700 + 300 * 1.08, "p90": 700 + 400 * 1.08})


def test_what_is_not_known_of_a_play_makes_the_landing_less_sure(book):
    [landed] = tried(shop(plays=5000), [book[HOOK]], [goal("plays")]).landed
    low, high = (math.expm1(math.log(1.08) + sign * TWO_SIDED_95 * 0.06) for sign in (-1, 1))

    assert landed.then_between == pytest.approx((1000 + 300 * low, 1000 + 300 * high))
    assert landed.odds[0] == 0.5 < landed.odds[1]


def test_of_two_plays_on_one_number_the_second_counts_half(book):
    [moved, *_] = tried(shop(plays=5000), [book[HOOK], book[SERIES]]).moved

    assert moved.together.plays == (HOOK, SERIES)
    assert moved.together.change == pytest.approx(1.08 * math.sqrt(1.08) - 1)
    assert moved.base == 5000


def test_a_project_may_say_that_effects_do_not_overlap(book):
    [moved, *_] = tried(shop(plays=5000), [book[HOOK], book[SERIES]], ranking=RankingFile(overlap=1)).moved

    assert moved.together.change == pytest.approx(1.08 * 1.08 - 1)


def test_what_moves_a_part_moves_the_whole_by_its_share(book):
    moved = {one.metric: one.together for one in tried(shop(live_gmv=250, gmv=1000), [book[LIVE]]).moved}

    assert moved["live_gmv"].change == pytest.approx(0.12)
    assert moved["gmv"].change == pytest.approx(0.03)
    assert not moved["gmv"].is_carried


def test_half_of_an_effect_carries_over_to_what_a_play_serves(book):
    moved = {one.metric: one.together for one in tried(shop(gmv=1000, average_order=100), [book[BASKET]]).moved}

    assert moved["average_order"].change == pytest.approx(0.06)
    assert (moved["gmv"].change, moved["gmv"].is_carried) == (pytest.approx(0.03), True)


def test_a_goal_about_something_else_or_of_another_account_is_not_guessed(book):
    world = shop(plays=5000)

    assert tried(world, [book[HOOK]], [goal("refund_rate", kind="ratio")]).landed == ()
    assert tried(world, [book[HOOK]], [goal("plays", account="bread")]).landed == ()


def together(world: World, metric: str, kind: str, *members: str) -> GoalResult:
    """The same goal, promised by the team `east`."""
    made = goal(metric, kind=kind)
    for member in members:
        world.add("goals.promised", made.measure_id, member, "team", "east", metric, kind)
    found = replace(made.found, accounts_with_data=len(members))
    return replace(made, goal=replace(made.goal, subject=Subject(team="east")), found=found)


def test_of_a_common_promise_a_play_moves_what_the_account_brings(book):
    world = shop(plays=5000)
    world.number("bread", "plays_28d", 15000)

    [landed] = tried(world, [book[HOOK]], [together(world, "plays", "flow", "tea", "bread")]).landed

    assert (landed.subject, landed.share) == (("team", "east"), 0.25)
    assert landed.then["p50"] == pytest.approx(1000 + 300 * 0.08 / 4)


def test_of_a_common_ratio_counts_what_the_account_has_above_the_line(book):
    world = shop(ad_spend=1000)
    world.number("tea", "roi_28d", 0.9, usual=0.9, above=900)
    world.number("bread", "roi_28d", 2, above=2700)

    [landed] = tried(world, [book[ADS]], [together(world, "roi", "ratio", "tea", "bread")]).landed

    assert landed.share == 0.25
    assert landed.then["p50"] == pytest.approx(1000 + 1000 * 0.15 * (1 - 21 / 30) / 4)


def test_of_a_common_stock_counts_the_growth(book):
    world = shop(plays=5000)
    world.number("tea", "fans_total_28d", 900, before=800)
    world.number("bread", "fans_total_28d", 90000, before=89600)
    result = together(world, "fans_total", "stock", "tea", "bread")

    assert parts_of(world.build(), "tea", [result]) == {result.measure_id: 0.2}


def test_in_a_common_score_every_account_counts_the_same(book):
    world = shop(plays=5000)
    result = together(world, "business_score", "score", "tea", "bread", "leaf")

    assert parts_of(world.build(), "tea", [result]) == {result.measure_id: pytest.approx(1 / 3)}


def test_a_common_promise_that_the_account_is_not_behind_is_not_its_own(book):
    world = shop(plays=5000)

    assert tried(world, [book[HOOK]], [together(world, "plays", "flow", "bread")]).landed == ()


def test_of_a_ratio_only_the_days_that_are_left_can_still_move(book):
    [landed] = tried(shop(roi=0.9, ad_spend=1000), [book[ADS]], [goal("roi", kind="ratio")]).landed

    assert landed.then["p50"] == pytest.approx(1000 + 1000 * 0.15 * (1 - 21 / 30))


def test_what_was_learned_in_the_industry_counts(book):
    seen = [Segment(HOOK, "服饰", 400, 400, 900, 0.3, Effect(math.log(1.3), 0.004))]

    [moved, *_] = tried(shop(plays=5000), [book[HOOK]], segments=seen).moved

    assert moved.together.change == pytest.approx(0.3, abs=0.01)
    assert moved.together.high - moved.together.low < 0.03


def test_plays_that_do_not_go_together_are_not_tried_together(book):
    with pytest.raises(UserError) as caught:
        tried(shop(), [book[ADS], book[RAMP]])

    assert caught.value.fields == {"play": ADS, "other": RAMP}


def test_a_play_that_does_not_fit_is_tried_and_said_not_to_fit(book):
    world = shop(bounce_rate_2s=0.3)

    assert tried(world, [book[HOOK]]).plays == ((HOOK, False),)
    assert tried(shop(), [book[HOOK]]).plays == ((HOOK, None),)
