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
from opsengine.goals.pacing import Stand

CASES = yaml.safe_load((Path(__file__).parent / "statuses.yaml").read_text(encoding="utf-8"))
ORDER = [Status.MISSED, Status.BEHIND, Status.AT_RISK, Status.ON_TRACK, Status.AHEAD, Status.REACHED]
SIXTH = Decimal("0.000001")

amounts = st.decimals(0, 10_000, places=2)
targets = st.decimals(1, 10_000, places=2)


def stand(kind, actual, *, role="primary", direction="up", target=1200, baseline=None, days=30, days_elapsed=15):
    measure = Measure(Role(role), "metric", kind, "count", direction, Decimal(str(target)))
    return Stand(measure, Decimal(str(actual)), None if baseline is None else Decimal(str(baseline)), days, days_elapsed)


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_promise_is_called_what_it_is(case):
    result = stand(**case["given"])

    for name, value in case["expect"].items():
        found = getattr(result, name)
        if isinstance(found, Decimal):
            found = found.quantize(SIXTH)
            value = Decimal(str(value)).quantize(SIXTH)
        assert found == value, name


@given(st.sampled_from(["flow", "stock", "ratio", "score"]), amounts, amounts, targets, amounts, st.integers(1, 30))
def test_more_of_what_is_good_is_never_called_worse(kind, actual, more, target, baseline, days_elapsed):
    less = stand(kind, actual, target=target, baseline=baseline, days_elapsed=days_elapsed)

    assert ORDER.index(less.status) <= ORDER.index(replace(less, actual=less.actual + more).status)


@given(st.sampled_from(["flow", "stock", "ratio", "score"]), amounts, amounts, targets, amounts, st.integers(1, 30))
def test_less_of_what_is_bad_is_never_called_worse(kind, actual, more, target, baseline, days_elapsed):
    more_of_it = stand(kind, actual + more, direction="down", target=target, baseline=baseline, days_elapsed=days_elapsed)

    assert ORDER.index(more_of_it.status) <= ORDER.index(replace(more_of_it, actual=actual).status)


@given(st.sampled_from(["flow", "stock", "score"]), targets, amounts)
def test_the_pace_ends_at_the_target(kind, target, baseline):
    assert stand(kind, 0, target=target, baseline=baseline, days_elapsed=30).expected == target


@given(amounts, targets, st.integers(1, 29))
def test_what_is_needed_reaches_the_target_exactly(actual, target, days_elapsed):
    result = stand("flow", actual, target=target, days_elapsed=days_elapsed)

    assert abs(result.actual + result.needed_per_day * (30 - days_elapsed) - max(target, actual)) < SIXTH
