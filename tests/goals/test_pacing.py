"""The words for where a promise stands, worked by hand in `statuses.yaml`, and what must hold for any numbers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from opsengine.goals import Measure, Role, Status
from opsengine.goals.pacing import Stand, word_of_odds

CASES = yaml.safe_load((Path(__file__).parent / "statuses.yaml").read_text(encoding="utf-8"))
ORDER = [Status.MISSED, Status.BEHIND, Status.AT_RISK, Status.ON_TRACK, Status.AHEAD, Status.REACHED]
SIXTH = Decimal("0.000001")

amounts = st.decimals(0, 10_000, places=2)
targets = st.decimals(1, 10_000, places=2)


def stand(**given):
    case = {"role": "primary", "direction": "up", "target": 1200, "baseline": None, "days": 30, "days_elapsed": 15, "coverage": 1} | given
    measure = Measure(Role(case["role"]), "metric", case["kind"], "count", case["direction"], Decimal(str(case["target"])))
    baseline = None if case["baseline"] is None else Decimal(str(case["baseline"]))
    coverage = Decimal(str(case["coverage"]))
    return Stand(measure, Decimal(str(case["actual"])), baseline, case["days"], case["days_elapsed"], coverage)


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_promise_is_called_what_it_is(case):
    result = stand(**case["given"])

    found = {name: plain(getattr(result, name)) for name in case["expect"]}
    assert found == {name: plain(value) for name, value in case["expect"].items()}


cases = st.fixed_dictionaries({
    "kind": st.sampled_from(["flow", "stock", "ratio", "score"]),
    "actual": amounts,
    "target": targets,
    "baseline": amounts,
    "days_elapsed": st.integers(1, 30),
})


@given(cases, amounts)
def test_more_of_what_is_good_is_never_called_worse(case, more):
    less = stand(**case)

    assert ORDER.index(less.status) <= ORDER.index(replace(less, actual=less.actual + more).status)


@given(cases, amounts)
def test_less_of_what_is_bad_is_never_called_worse(case, more):
    less = stand(direction="down", **case)

    assert ORDER.index(replace(less, actual=less.actual + more).status) <= ORDER.index(less.status)


@given(st.sampled_from(["flow", "stock", "score"]), targets, amounts)
def test_the_pace_ends_at_the_target(kind, target, baseline):
    assert stand(kind=kind, actual=0, target=target, baseline=baseline, days_elapsed=30).expected == target


@given(amounts, targets, st.integers(1, 29))
def test_what_is_needed_reaches_the_target_exactly(actual, target, days_elapsed):
    result = stand(kind="flow", actual=actual, target=target, days_elapsed=days_elapsed)

    assert abs(result.actual + result.needed_per_day * (30 - days_elapsed) - max(target, actual)) < SIXTH


@pytest.mark.parametrize(
    ("odds_by_day", "word"),
    [
        ([0.95], "ahead"),
        ([0.7], "on_track"),
        ([0.69], "at_risk"),
        ([0.3], "at_risk"),
        ([0.29], "behind"),
        ([0.72, 0.68, 0.71, 0.66], "on_track"),
        ([0.72, 0.64], "at_risk"),
        ([0.72, 0.64, 0.68], "at_risk"),
        ([0.5, 0.7], "on_track"),
        ([0.95, 0.26], "at_risk"),
        ([0.95, 0.24], "behind"),
    ],
)
def test_a_word_is_given_up_only_when_the_odds_are_clearly_below_its_bound(odds_by_day, word):
    assert word_of_odds(odds_by_day[::-1]) == word


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0, 1))
def test_better_odds_today_are_never_called_worse(odds, better):
    assert ORDER.index(word_of_odds(odds)) <= ORDER.index(word_of_odds([max(odds[0], better), *odds[1:]]))


def plain(value):
    is_number = isinstance(value, Decimal | float | int) and not isinstance(value, bool)
    return Decimal(str(value)).quantize(SIXTH) if is_number else value
