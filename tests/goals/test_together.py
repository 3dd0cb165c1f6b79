"""The odds that everything is reached together, check-ins that are due, and the days of a pace."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsengine.goals import Goal, Measure, Note, Role, Subject, check_in_of, measure_goals, parse_cycle
from opsengine.goals.goal import Plan
from opsengine.goals.together import shared_odds, together

FIRST, AS_OF = date(2026, 1, 1), date(2026, 6, 15)
CHANCE = st.floats(0.01, 0.99)


@given(st.lists(CHANCE, min_size=2, max_size=4))
def test_without_a_common_cause_odds_are_multiplied(odds):
    product = 1.0
    for chance in odds:
        product *= chance

    assert shared_odds(odds, [0.0] * len(odds)) == pytest.approx(product, abs=1e-6)


@given(CHANCE, CHANCE)
def test_the_more_two_go_together_the_likelier_both_are_up_to_the_less_likely_one(one, other):
    told = [shared_odds([one, other], [load, load]) for load in (0.0, 0.4, 0.7, 0.97)]

    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(told))
    assert told[-1] <= min(one, other) + 1e-3


def test_two_even_chances_with_a_correlation_of_a_half_come_true_together_in_a_third():
    # one quarter and the arc sine of the correlation over two pi: 1/4 + (pi/6) / (2 pi) = 1/3
    assert shared_odds([0.5, 0.5], [0.5**0.5] * 2) == pytest.approx(1 / 3, abs=1e-3)
    assert shared_odds([0.5, 0.5], [0.5**0.5, -(0.5**0.5)]) == pytest.approx(1 / 6, abs=1e-3)


def test_what_cannot_be_reached_cannot_be_reached_together():
    assert shared_odds([0.0, 0.9], [0.9, 0.9]) == 0


@pytest.fixture
def dual(fill):
    """The results of a goal on gmv with orders beside it, which sell alike or by turns."""

    def results(turn, *, direction="up", target=80):
        days = [FIRST + timedelta(days=number) for number in range((AS_OF - FIRST).days + 1)]
        rows = []
        for account in range(6):
            dice = random.Random(account)  # noqa: S311  made-up sales guard no secret
            mood = 0.0
            for day in days:
                mood = 0.9 * mood + dice.gauss(0, 0.2)
                for metric, sign in (("gmv", 1), ("orders", turn)):
                    value = round(100 * 2.718 ** (sign * mood + dice.gauss(0, 0.02)), 2)
                    rows.append({"account_id": f"a{account}", "day": day, "metric": metric, "value": value})
        engine = fill(
            raw_accounts=[{"account_id": f"a{number}"} for number in range(6)],
            raw_calendar=[{"day": day, "weekday": day.isoweekday()} for day in days],
            raw_metrics=[{"metric": name, "kind": "flow", "numerator": name} for name in ("gmv", "orders")],
            metrics_account_day=rows,
        )
        measures = (
            Measure(Role.PRIMARY, "gmv", "flow", "yuan", "up", Decimal(3000)),
            Measure(Role.SECONDARY, "orders", "flow", "count", direction, Decimal(target)),
        )
        goal = Goal("june", "", "", Subject(account="a0"), parse_cycle("2026-06"), "", "", measures)
        rough = measure_goals(engine, [goal], AS_OF)
        fair = tuple(
            Measure(
                one.measure.role, one.measure.metric, "flow", "count", one.measure.direction, Decimal(str(one.forecast.landing.p50))
            )
            for one in rough
        )
        return measure_goals(engine, [Goal("june", "", "", Subject(account="a0"), parse_cycle("2026-06"), "", "", fair)], AS_OF)

    return results


def test_measures_that_sell_alike_are_likelier_reached_together(dual):
    told = together(dual(1))

    assert told.errors > 8
    assert told.odds > told.apart + 0.1


def test_measures_that_take_turns_are_less_likely_reached_together(dual):
    told = together(dual(-1))

    assert told.odds < told.apart - 0.1


def test_for_less_is_better_it_turns_round(dual):
    told = together(dual(1, direction="down"))

    assert told.odds < told.apart - 0.1


def test_one_measure_alone_has_no_odds_together(dual):
    assert together(dual(1)[:1]) is None


TEA = Subject(account="tea")


def kept(every, cycle="2026-06"):
    return Goal("june", "", "", TEA, parse_cycle(cycle), "", "", (), Plan(check_in=every))


def notes(*days):
    return [Note(on=date(2026, 6, day), note="fine") for day in days]


@pytest.mark.parametrize(
    ("every", "said", "as_of", "due", "is_overdue"),
    [
        ("week", (), 7, 7, False),
        ("week", (), 8, 7, True),
        ("week", (8,), 15, 15, False),
        ("week", (8,), 16, 15, True),
        ("day", (15,), 16, 16, False),
        ("day", (14,), 16, 15, True),
        ("month", (), 30, 30, False),
        ("week", (25, 27), 30, 30, False),
        ("week", (3, 20), 10, 10, False),
    ],
)
def test_a_check_in_is_due_as_often_as_the_file_asks(every, said, as_of, due, is_overdue):
    found = check_in_of(kept(every), notes(*said), date(2026, 6, as_of))

    assert (found.due, found.is_overdue) == (date(2026, 6, due), is_overdue)


@pytest.mark.parametrize(("every", "as_of"), [(None, date(2026, 6, 15)), ("week", date(2026, 5, 31)), ("week", date(2026, 7, 1))])
def test_no_check_in_is_asked_for_outside_the_cycle_or_without_a_rhythm(every, as_of):
    assert check_in_of(kept(every), [], as_of) is None
