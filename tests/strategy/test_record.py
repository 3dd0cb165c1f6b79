"""The track record tells predicted against realised, with its number of cases, and says when they are too few."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from opsengine.strategy import Luck, Segment, beliefs, estimate, records
from opsengine.strategy.learning import Effect
from tests.strategy.test_learning import ADOPTERS, PLAY, lived, simulate, warehouse


def test_a_record_tells_what_was_predicted_and_what_happened(playbook):
    world = next(world for world in map(simulate, range(50)) if world.truth == 0.2)
    engine = warehouse([world])
    [told] = records(engine, playbook, estimate(engine, playbook, lived([world])))

    shown = told.as_json("en")

    assert (shown["play"], shown["taken_up"], shown["cases"]) == (PLAY, ADOPTERS, ADOPTERS)
    assert shown["predicted"] == {"low": 0.03, "mid": 0.08, "high": 0.15}
    assert shown["realised"]["low"] < math.expm1(0.2) < shown["realised"]["high"]
    assert shown["predicted"]["mid"] < shown["believed"] < shown["realised"]["mid"] or shown["realised"]["mid"] < 0.2
    assert 0.5 < shown["hit_rate"] <= 1
    assert shown["note"] == "an estimate against peers"


def test_few_cases_are_told_as_too_few_and_have_no_rate(playbook):
    world = simulate(1)
    engine = warehouse([world])
    few = lived([replace(world, adopters=world.adopters[:3])])

    [told] = records(engine, playbook, estimate(engine, playbook, few))

    assert (told.cases, told.is_too_few, told.as_json("en")["hit_rate"]) == (3, True, None)
    assert told.as_json("zh-CN")["note"] == "案例太少，只作参考"


def test_what_was_taken_up_too_lately_is_counted_and_not_judged(playbook):
    world = simulate(1)
    engine = warehouse([world])
    life = lived([world])

    [told] = records(engine, playbook, estimate(engine, playbook, replace(life, as_of=life.tasks[0].accepted_on)))

    assert (told.taken_up, told.cases, told.realised) == (ADOPTERS, 0, None)


def test_nothing_taken_up_has_no_record(playbook):
    engine = warehouse([simulate(1)])

    assert records(engine, playbook, estimate(engine, playbook, replace(lived([]), tasks=()))) == ()


def test_a_play_that_does_harm_is_believed_to_bring_nothing(playbook):
    harmful = [Segment(PLAY, "服饰", 300, 300, 500, -0.3, Effect(-0.3, 0.005))]

    believed = {(one.play, one.industry): one.benefit for one in beliefs(playbook, harmful)}

    assert believed[PLAY, None] == believed[PLAY, "服饰"] == 0


def test_a_play_that_wants_less_is_believed_by_how_much_less(playbook):
    [one] = [one for one in beliefs(playbook, ()) if one.play == "lower-refunds"]

    assert one.benefit == pytest.approx(0.1)


def test_luck_is_the_same_for_the_same_seed_and_another_for_another(playbook):
    assert beliefs(playbook, (), Luck(1)) == beliefs(playbook, (), Luck(1))
    assert beliefs(playbook, (), Luck(1)) != beliefs(playbook, (), Luck(2))
