"""Do A and B: what is there stays, what is to come grows by what is believed, and nothing else is guessed."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest

from opsengine.strategy import Segment, what_if
from opsengine.strategy.learning import Effect
from tests.strategy.world import promise

HOOK, SERIES, FOLLOW = "rewrite-the-first-seconds", "turn-the-hit-into-a-series", "tidy-the-home-page"


@pytest.fixture
def book(playbook):
    return {play.name: play for play in playbook}


def goal(metric: str, kind: str = "flow"):
    """A goal at 700 of 1,000, to land between 900 and 1,100."""
    made = promise("tea", metric, target=1000, actual=700)
    landing = SimpleNamespace(p10=900.0, p50=1000.0, p90=1100.0)
    return SimpleNamespace(
        goal=made.goal, measure=replace(made.measure, kind=kind), actual=made.actual, landing=landing, is_over=False
    )


def test_what_is_to_come_grows_and_what_is_there_stays(book):
    told = what_if("tea", "服饰", [book[HOOK]], [goal("plays")], ())

    [landed] = told.landed
    assert landed.now == {"p10": 900, "p50": 1000, "p90": 1100}
    assert landed.then == pytest.approx({"p10": 700 + 200 * 1.08, "p50": 700 + 300 * 1.08, "p90": 700 + 400 * 1.08})


def test_two_plays_on_one_metric_follow_each_other(book):
    [moved] = what_if("tea", "服饰", [book[HOOK], book[SERIES]], [], ()).moved

    assert moved.plays == (HOOK, SERIES)
    assert moved.change == pytest.approx(1.08 * 1.08 - 1)


def test_a_goal_about_something_else_or_a_ratio_or_of_another_account_is_not_guessed(book):
    for result in (goal("gmv"), goal("plays", kind="ratio")):
        assert what_if("tea", "服饰", [book[HOOK]], [result], ()).landed == ()
    assert what_if("bread", "服饰", [book[HOOK]], [goal("plays")], ()).landed == ()


def test_what_was_learned_in_the_industry_counts(book):
    seen = [Segment(HOOK, "服饰", 400, 400, 900, 0.3, Effect(math.log(1.3), 0.004))]

    here = what_if("tea", "服饰", [book[HOOK]], [], seen).moved[0].change

    assert here == pytest.approx(0.3, abs=0.01)
