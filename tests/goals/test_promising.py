"""Targets that are no number, selected accounts, curves, the whole of a goal, and goals that add up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsengine.errors import InvalidFiles
from opsengine.goals import Known, Status, check_cascade, check_goals, composite_of, parse_cycle, read_goals
from opsengine.goals.curving import _along, by_workdays
from opsengine.goals.workdays import is_workday
from opsengine.sources import Account
from tests.goals.conftest import KNOWN

REGISTER = (
    Account("tea", "Tea", "drinks", "S", team="east", brand="leaf"),
    Account("bread", "Bread", "food", "S", team="east", brand="crust"),
)
ROWS = [
    {"account_id": "tea", "team": "east", "brand": "leaf", "industry": "drinks", "size": "S"},
    {"account_id": "bread", "team": "east", "brand": "crust", "industry": "food", "size": "S"},
    *({"account_id": f"peer{number}", "industry": "drinks"} for number in range(5)),
]
HEAD = "kind: goal\ncycle: 2026-06\nsubject: {account: tea}\n"


def known():
    return Known(KNOWN.metrics, KNOWN.accounts, KNOWN.teams, KNOWN.brands, REGISTER)


def sold(account, value, first=date(2026, 5, 1), days=60, metric="gmv"):
    return [{"account_id": account, "day": first + timedelta(days=n), "metric": metric, "value": value} for n in range(days)]


@pytest.fixture
def check(project, write_goal, fill, calendar):
    def checked(goal, rows, as_of=date(2026, 6, 15)):
        write_goal("june", goal)
        metrics = [{"metric": "gmv", "kind": "flow"}]
        told = [row for row in rows if row["day"] <= as_of]
        engine = fill(raw_accounts=ROWS, raw_metrics=metrics, raw_calendar=calendar, metrics_account_day=told)
        return check_goals(engine, project, as_of, known())

    return checked


def test_a_growth_over_another_month_is_taken_by_the_day(check):
    (result,) = check(HEAD + "primary: {metric: gmv, growth: {by: 10%, over: 2026-05}}\n", sold("tea", 31))

    assert result.measure.target == Decimal(31) * 30 * Decimal("1.1")


def test_a_benchmark_is_what_the_peers_brought_before_the_cycle(check):
    rows = sold("tea", 1) + [row for number in range(5) for row in sold(f"peer{number}", 10 * (number + 1))]
    (result,) = check(HEAD + "primary: {metric: gmv, benchmark: p75}\n", rows)

    assert float(result.measure.target) == pytest.approx(37.5 * 30)


def test_a_benchmark_of_too_few_peers_is_no_target_and_says_so(check):
    (result,) = check(HEAD + "primary: {metric: gmv, benchmark: p75}\n", sold("tea", 10) + sold("peer1", 10))
    printed = result.as_json()

    assert (result.status, printed["target"]) == (Status.NO_DATA, None)
    assert printed["note"] == "the target rests on data that is not there"


def test_dated_steps_are_the_target_and_the_pace(check):
    steps = "[{by: 2026-06-10, reach: 900}, {by: 2026-06-30, reach: 1300}]"
    (result,) = check(HEAD + f"primary: {{metric: gmv, steps: {steps}}}\n", sold("tea", 100))

    assert (result.measure.target, result.expected) == (1300, 1000)


def test_selected_accounts_promise_together(check):
    goal = HEAD.replace("{account: tea}", "{accounts: {size: S}}") + "primary: {metric: gmv, target: 3000}\n"
    (result,) = check(goal, sold("tea", 50) + sold("bread", 30) + sold("peer1", 900))

    assert (result.goal.subject.kind, result.found.accounts, result.actual) == ("accounts", 2, 80 * 15)


def test_a_selector_that_means_nobody_is_a_mistake(project, write_goal):
    write_goal("june", HEAD.replace("{account: tea}", "{accounts: {industry: cars}}") + "primary: {metric: gmv, target: 1}\n")

    with pytest.raises(InvalidFiles, match=r"no account in accounts\.csv fits industry=cars"):
        read_goals(project, known())


@pytest.mark.parametrize(
    ("promise", "says"),
    [
        (
            "{metric: gmv, target: {benchmark: p75}}",
            "a target is a number; `steps`, `growth` or `benchmark` stand beside the metric, in place of it",
        ),
        ("{metric: gmv}", "say exactly one of `target`, `steps`, `growth` and `benchmark`"),
        ("{metric: gmv, target: 1, benchmark: p75}", "say exactly one of `target`, `steps`, `growth` and `benchmark`"),
        ("{metric: gmv, growth: {by: 10%, over: 2026-07}}", "must end before this one begins"),
        ("{metric: gmv, growth: {by: 10%, over: May}}", "May is not a cycle"),
        ("{metric: gmv, steps: [{by: 2026-06-10, reach: 1}]}", "the last one must be 2026-06-30"),
        (
            '{metric: gmv, target: 1, definition: "yuan: something"}',
            "means something else|was yuan: something when this was promised",
        ),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(project, write_goal, promise, says):
    write_goal("june", HEAD + f"primary: {promise}\n")

    with pytest.raises(InvalidFiles, match=says):
        read_goals(project, known())


@pytest.mark.parametrize(("pace", "due"), [("weekdays", 15 / 30), ("last", 15 / 30), ("peers", 15 / 30)])
def test_a_learned_curve_of_equal_days_is_linear(check, pace, due):
    rows = sold("tea", 100) + [row for number in range(5) for row in sold(f"peer{number}", 10)]
    (result,) = check(HEAD + f"pace: {pace}\nprimary: {{metric: gmv, target: 3000}}\n", rows)

    assert float(result.due.share(15)) == pytest.approx(due, abs=0.02)


STEPS = "[{by: 2026-06-10, reach: 900}, {by: 2026-06-30, reach: 1300}]"
CURVE = "[{by: 2026-06-05, share: 50%}, {by: 2026-06-30, share: 100%}]"


@pytest.mark.parametrize(
    "terms",
    [
        *(
            f"pace: {pace}\nprimary: {{metric: gmv, target: 3000}}\n"
            for pace in ("linear", "workdays", "weekdays", "last", "peers")
        ),
        f"primary: {{metric: gmv, steps: {STEPS}}}\n",
        f"curve: {CURVE}\nprimary: {{metric: gmv, target: 3000}}\n",
    ],
)
def test_every_pace_never_falls_and_ends_at_the_target(check, terms):
    rows = sold("tea", 100) + [row for number in range(5) for row in sold(f"peer{number}", 10)]
    (result,) = check(HEAD + terms, rows)
    days = result.expected_days

    assert (days[0].day, days[-1].day, len(days)) == (date(2026, 6, 1), date(2026, 6, 30), 30)
    assert (days[-1].share, days[-1].expected) == (1, result.measure.target)
    assert [day.share for day in days] == sorted(day.share for day in days)
    assert days[14].expected == result.expected


def test_the_own_week_shifts_what_is_expected(check):
    rows = [row | {"value": 300 if row["day"].isoweekday() == 1 else 1} for row in sold("tea", 1)]
    (result,) = check(HEAD + "pace: weekdays\nprimary: {metric: gmv, target: 3000}\n", rows)

    assert float(result.due.share(15)) == pytest.approx((3 * 300 + 12) / (5 * 300 + 25), abs=1e-6)


def test_a_curve_with_nothing_behind_it_is_linear_and_says_so(check):
    (result,) = check(HEAD + "pace: peers\nprimary: {metric: gmv, target: 3000}\n", sold("tea", 100))

    assert (result.due.share(15), result.expected) == (None, 1500)
    assert "the pace is linear" in result.as_json()["note"]


def test_made_up_days_are_worked_and_holidays_are_not():
    assert (is_workday(date(2026, 2, 14)), is_workday(date(2026, 2, 17)), is_workday(date(2026, 6, 13))) == (True, False, False)


def test_years_that_are_not_announced_count_monday_to_friday_and_say_so():
    due = by_workdays(parse_cycle("2040-06"))

    assert due.share(15) == Decimal(11) / 21
    assert str(due.remark) == "the holidays of 2040 are not announced: Monday to Friday count as workdays"


@given(st.dates(date(2015, 1, 1), date(2034, 12, 1)), st.integers(1, 90))
def test_the_workdays_of_a_cycle_grow_to_all_of_them(start, days):
    cycle = parse_cycle(f"{start}..{start + timedelta(days=days)}")
    shares = by_workdays(cycle).shares

    assert shares == () or (len(shares), shares[-1], list(shares)) == (days + 1, 1, sorted(shares))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 100)), min_size=1, max_size=5))
def test_a_drawn_curve_never_falls_and_ends_at_its_end(steps):
    days, shares = sorted({day for day, _ in steps}), sorted(share for _, share in steps)
    start = date(2026, 1, 1)
    points = [(start + timedelta(days=day), Decimal(share) / 100) for day, share in zip(days, shares, strict=False)]

    drawn = _along(points, parse_cycle(f"{start}..{points[-1][0]}"))

    assert (len(drawn), drawn[-1]) == (days[min(len(days), len(points)) - 1] + 1, points[-1][1])
    assert list(drawn) == sorted(drawn)


def test_the_primary_measure_is_the_gate_of_the_whole(check):
    promised = "secondary:\n  - {metric: new_fans, target: 100}\n"
    weak = check(HEAD + "primary: {metric: gmv, target: 6000}\n" + promised, sold("tea", 100) + sold("tea", 100, metric="new_fans"))
    strong = check(HEAD + "primary: {metric: gmv, target: 1500}\n" + promised, sold("tea", 100) + sold("tea", 2, metric="new_fans"))

    assert (composite_of(weak).share, composite_of(weak).is_gated) == (Decimal("0.25"), True)
    assert (composite_of(strong).share, composite_of(strong).is_gated) == (Decimal("0.7") + Decimal("0.3") * Decimal("0.3"), False)


@pytest.mark.parametrize(
    ("bread", "cascade", "says"),
    [
        ("target: 40", "exact", []),
        ("target: 30", "exact", ["the goals of 2 accounts for `gmv` add up to 90, not to 100"]),
        ("target: 50", "at_least", []),
        ("target: 30", "off", []),
    ],
)
def test_the_goals_of_accounts_add_up_to_that_of_their_team(project, write_goal, bread, cascade, says):
    write_goal("tea", HEAD + "primary: {metric: gmv, target: 60}\n")
    write_goal("bread", HEAD.replace("tea", "bread") + f"primary: {{metric: gmv, {bread}}}\n")
    write_goal("east", HEAD.replace("account: tea", "team: east") + f"cascade: {cascade}\nprimary: {{metric: gmv, target: 100}}\n")

    assert [problem.message for problem in check_cascade(read_goals(project, known()), known())] == says
