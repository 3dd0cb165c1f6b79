"""What a build would do is known before it is done, with its reasons, and it then does that."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from opsengine.project import Project
from opsengine.see import Footing, build_see, building, fans, plan_see
from opsengine.warehouse import DuckDBEngine, Step, in_order, keep_build, watched
from tests.see.test_growing import FIRST, NOW, THEN, daily, engine_with, footing, leads, span

ACCOUNTS = ["a0", "a1", "a2"]
NOWHERE = Project(Path("/nowhere"))


@pytest.fixture
def begun(tmp_path, monkeypatch):
    """The imports of a build that is finished, and those of two days later."""
    monkeypatch.setattr(building, "SMALL", 0)
    chance = random.Random(1)  # noqa: S311  the same facts every time
    begin = [daily(1, chance, span(FIRST, THEN), ACCOUNTS), leads(2, chance, span(FIRST, THEN), ACCOUNTS)]
    engine = engine_with(begin, ACCOUNTS)
    keep_build(engine, tmp_path, "then", build_see(engine, NOWHERE, THEN, footing=footing(begin, tmp_path)))
    return begin, [*begin, daily(3, chance, span(THEN + timedelta(days=1), NOW), ACCOUNTS)]


def _plan(imports, there, **changes):
    stands = replace(footing(imports, there), **changes)
    return plan_see(engine_with(imports, ACCOUNTS), NOWHERE, NOW, {}, stands)


def test_new_days_are_made_and_the_others_taken_over(begun, tmp_path):
    plan = _plan(begun[1], tmp_path)

    assert (plan.accounts, plan.first, plan.going_on_from) == (3, FIRST, "then")
    assert plan.made_from == THEN + timedelta(days=1)
    assert [reason.text.format(**reason.fields) for reason in plan.reasons] == [
        "the days from 2026-06-11 to 2026-06-12 have not been made yet",
        "1 imports came since, of series; the first tells of 2026-06-11",
    ]
    made = {one.table: (one.what, one.days) for one in plan.tables}
    assert made["scores.score_day"] == ("some days", 2)
    assert made["scores.typical"] == ("taken over", 0)
    assert made["scores.rank"][0] == "made anew"


def test_the_state_of_fans_is_only_added_to(begun, tmp_path, monkeypatch):
    monkeypatch.setattr(fans, "FEW", -1)
    engine = engine_with(begun[0], ACCOUNTS)
    keep_build(engine, tmp_path, "with fans", build_see(engine, NOWHERE, THEN, footing=footing(begun[0], tmp_path)))

    made = {one.table: (one.what, one.days) for one in _plan(begun[1], tmp_path).tables}

    assert made["scores.fan_sum"] == made["scores.fan_day"] == ("some days", 2)
    assert made["scores.fan_told"][0] == made["scores.fan_group"][0] == "made anew"


def test_a_restated_day_is_a_reason_of_its_own(begun, tmp_path):
    chance = random.Random(2)  # noqa: S311  as above
    restated = THEN - timedelta(days=5)

    plan = _plan([*begun[1], daily(4, chance, span(restated, restated), ACCOUNTS)], tmp_path)

    assert plan.made_from == restated
    assert plan.reasons[-1].text.format(**plan.reasons[-1].fields) == "so the days since 2026-06-05 are made again"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"builds": ()}, "there is no earlier build"),
        ({"frame": "another"}, "declared files"),
    ],
)
def test_where_no_build_fits_everything_is_made_and_it_is_said_why(begun, tmp_path, changes, why):
    plan = _plan(begun[1], tmp_path, **changes)

    assert (plan.made_from, plan.going_on_from) == (FIRST, "")
    assert why in plan.reasons[0].text
    assert {one.what for one in plan.tables} == {"made anew"}


def test_few_days_are_not_worth_a_search(begun, tmp_path, monkeypatch):
    monkeypatch.setattr(building, "SMALL", 10**6)

    assert "few" in _plan(begun[1], tmp_path).reasons[0].text


def test_an_engine_that_is_watched_tells_each_model_once_with_its_rows(begun, tmp_path):
    steps: list[Step] = []
    engine = engine_with(begun[1], ACCOUNTS)

    build_see(watched(engine, steps.append), NOWHERE, NOW, footing=Footing("", {}))

    kept = {model.table for model in in_order("staging", "metrics", "scores") if not model.is_view}
    assert {step.table for step in steps} >= kept - building.WHEN_ASKED
    assert {step.table: step.rows for step in steps}["scores.score_day"] == engine.read("select count(*) as n from scores.score_day")[0]["n"]
    assert all(step.seconds >= 0 for step in steps)


def test_an_engine_that_nobody_watches_is_itself():
    engine = DuckDBEngine()

    assert watched(engine, None) is engine
