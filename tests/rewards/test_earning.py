"""What earns beside a goal: streaks, teams, ranks, tiers and one's own best; and what the data say of fair play."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from opsengine.rewards import Before, Way, award, chances, ground_of_goals, judge, survey
from opsengine.state import Status
from opsengine.warehouse import DuckDBEngine

AS_OF = date(2026, 7, 2)
DAYS = {"account_id": "VARCHAR", "day": "DATE", "metric": "VARCHAR", "value": "DECIMAL(18, 6)"}
EVENTS = {"account_id": "VARCHAR", "fan_id": "VARCHAR", "day": "DATE", "at": "TIMESTAMP", "action": "VARCHAR", "value": "DECIMAL(18, 6)"}
RANKS = {"account_id": "VARCHAR", "day": "DATE", "scorecard": "VARCHAR", "key": "VARCHAR", "accounts": "BIGINT", "rank": "BIGINT"}
TIERS = {"account_id": "VARCHAR", "devoted": "BIGINT", "warm": "BIGINT"}


@pytest.fixture
def engine():
    made = DuckDBEngine()
    made.put("raw.accounts", {"account_id": "VARCHAR", "team": "VARCHAR", "brand": "VARCHAR"}, [("tea", "east", None), ("bread", "east", None)])
    made.put("metrics.account_day", DAYS, [])
    made.put("raw.fan_events", EVENTS, [])
    return made


def looked_at(engine, results, rules, said=()):
    return survey(engine, results, tuple(rules), AS_OF, Before(lambda _: engine, said))


def each_day(metric, value, account="tea", months=((2026, 4), (2026, 5), (2026, 6))):
    for year, month in months:
        day = date(year, month, 1)
        while day.month == month:
            yield account, day, metric, Decimal(value(day))
            day += timedelta(days=1)


def cycles_in_a_row(make_result, *actuals):
    names = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")[-len(actuals) :]
    return [make_result(cycle=name, actual=actual, as_of=AS_OF) for name, actual in zip(names, actuals, strict=True)]


STREAK = "earns: {by: streak, cycles: 3}"


@pytest.mark.parametrize(
    ("actuals", "paid"),
    [
        ((120, 120, 120), ["2026-06"]),
        ((120, 120, 90), []),
        ((120, 120, 120, 120), ["2026-05"]),
        ((120, 90, 120, 120, 120), ["2026-06"]),
        ((120, 120, 120, 120, 120, 120), ["2026-03", "2026-06"]),
        ((120, 120), []),
    ],
)
def test_a_streak_is_paid_when_it_is_full_and_begins_anew(make_result, make_rule, actuals, paid):
    ground = ground_of_goals(cycles_in_a_row(make_result, *actuals), [make_rule(STREAK)], AS_OF)

    assert [entry.cycle for entry in award(ground)] == paid


def test_a_gap_ends_a_streak(make_result, make_rule):
    results = [one for one in cycles_in_a_row(make_result, 120, 120, 120, 120) if one.cycle.id != "2026-04"]

    assert award(ground_of_goals(results, [make_rule(STREAK)], AS_OF)) == []


def test_a_streak_rests_on_every_cycle_of_it(make_result, make_rule):
    results = cycles_in_a_row(make_result, 120, 130, 140)
    evidence = json.loads(award(ground_of_goals(results, [make_rule(STREAK)], AS_OF))[0].evidence)

    assert (evidence["streak"], evidence["actual"]) == ("2026-04, 2026-05, 2026-06", "120, 130, 140")


def test_a_streak_that_is_restated_waits_for_a_persons_word(make_result, make_rule):
    rule = make_rule(STREAK)
    written = award(ground_of_goals(cycles_in_a_row(make_result, 120, 120, 120), [rule], AS_OF))
    restated = ground_of_goals(cycles_in_a_row(make_result, 90, 120, 120), [rule], AS_OF)

    assert [(one.way, one.entry.amount) for one in judge(restated, written)] == [(Way.NEEDS_APPROVAL, -100)]


@pytest.mark.parametrize("case", [(120, "1", True), (90, "1", False), (90, "0.5", True)])
def test_a_team_is_paid_when_enough_of_its_accounts_reached_their_goal(engine, make_result, make_rule, case):
    bread, share, is_paid = case
    rule = make_rule(f"earns: {{by: team, share: {share}}}\nsubjects: {{teams: [east]}}")
    entries = award(looked_at(engine, [make_result(), make_result(account="bread", actual=bread)], [rule]))

    assert [entry.subject for entry in entries] == (["team:east"] if is_paid else [])


def test_a_place_in_the_peer_group_is_paid(engine, make_rule):
    engine.put("scores.rank", RANKS, [("tea", date(2026, 6, 30), "business", "all", 9, 3), ("bread", date(2026, 6, 30), "business", "all", 9, 4)])
    (entry,) = award(looked_at(engine, [], [make_rule("earns: {by: rank, top: 3}")]))

    assert (entry.subject, entry.cycle, json.loads(entry.evidence)["actual"]) == ("tea", "2026-06", "3")


@pytest.mark.parametrize(("tier", "paid"), [("devoted", ["tea"]), ("warm", ["bread", "tea"])])
def test_so_many_fans_of_a_tier_are_paid(engine, make_rule, tier, paid):
    engine.put("scores.fan_tier", TIERS, [("tea", 1000, 0), ("bread", 10, 990), ("rice", 10, 10)])
    rule = make_rule(f"earns: {{by: tier, tier: {tier}, at_least: 1000}}\nvalid: {{first: 2026-06-01}}")
    entries = award(looked_at(engine, [], [rule]))

    assert [entry.subject for entry in entries] == paid


def test_cycles_that_no_run_looked_at_are_made_good(engine, make_rule):
    """Nobody ran anything in April and May; each cycle is looked at as it stood at its end."""
    looked: list[date] = []

    def look(end):
        looked.append(end)
        then = DuckDBEngine()
        then.put("scores.fan_tier", TIERS, [("tea", 1000 if end.month != 5 else 999, 0)])
        return then

    ground = survey(engine, [], (make_rule("earns: {by: tier, at_least: 1000}"),), AS_OF, Before(look))

    assert looked == [date(2026, 6, 30), date(2026, 5, 31), date(2026, 4, 30)]
    assert [entry.cycle for entry in award(ground)] == ["2026-04", "2026-06"]


def test_a_cycle_that_was_restated_later_waits_for_a_persons_word(engine, make_rule):
    rule = make_rule("earns: {by: improvement, metric: gmv}")
    engine.put("metrics.account_day", DAYS, each_day("gmv", lambda day: {4: 10, 5: 12, 6: 5}[day.month]))
    written = award(looked_at(engine, [], [rule]))
    engine.put("metrics.account_day", DAYS, each_day("gmv", lambda day: {4: 10, 5: 10, 6: 5}[day.month]))
    (again,) = judge(looked_at(engine, [], [rule]), written)

    assert [entry.cycle for entry in written] == ["2026-05"]
    assert (again.way, again.entry.amount, again.entry.cycle) == (Way.NEEDS_APPROVAL, -100, "2026-05")


def test_a_draft_grants_nothing_and_promises_nothing(engine, make_result, make_rule):
    draft = make_rule("status: draft")
    running = make_result(cycle="2026-07", as_of=date(2026, 7, 9))

    assert award(looked_at(engine, [make_result()], [draft])) == []
    assert chances([running], [draft]) == []
    assert len(chances([running], [make_rule()])) == 1


@pytest.mark.parametrize(("june", "paid"), [(12, ["2026-06"]), (11, [])])
def test_more_than_ones_own_best_is_paid(engine, make_rule, june, paid):
    engine.put("metrics.account_day", DAYS, each_day("gmv", lambda day: {4: 10, 5: 8, 6: june}[day.month]))
    entries = award(looked_at(engine, [], [make_rule("earns: {by: improvement, metric: gmv, more_by: 0.15}")]))

    assert [entry.cycle for entry in entries] == paid


def test_a_missing_day_is_no_improvement_yet(engine, make_rule):
    days = [row for row in each_day("gmv", lambda day: 99 if day.month == 6 else 1) if row[1] != date(2026, 6, 9)]
    engine.put("metrics.account_day", DAYS, days)
    (one,) = judge(looked_at(engine, [], [make_rule("earns: {by: improvement, metric: gmv}")]))

    assert str(one.reason) == "data for 29 of 30 days"


def test_who_has_no_cycle_before_has_nothing_to_improve_on(engine, make_rule):
    engine.put("metrics.account_day", DAYS, each_day("gmv", lambda _: 5, months=((2026, 6),)))

    assert award(looked_at(engine, [], [make_rule("earns: {by: improvement, metric: gmv}")])) == []


def held(engine, result, rule):
    (entry,) = award(looked_at(engine, [result], [rule]))
    assert (entry.status is Status.PENDING) is ("review" in json.loads(entry.evidence))
    return [one["says"] for one in json.loads(entry.evidence).get("review", [])]


def test_sudden_fans_are_held_with_their_numbers(engine, make_result, make_rule):
    engine.put("metrics.account_day", DAYS, each_day("new_fans", lambda day: 5000 if day == date(2026, 6, 9) else 100))

    assert held(engine, make_result(metric="new_fans"), make_rule()) == ["tea: 5000 new fans came on one day, 100 on the others"]


def test_interactions_of_one_hour_are_held(engine, make_result, make_rule):
    burst = [("tea", f"fan-{n}", date(2026, 6, 9), datetime(2026, 6, 9, 3, n % 60), "like", 1) for n in range(60)]
    others = [("tea", f"fan-{n}", date(2026, 6, 10), datetime(2026, 6, 10, n % 24), "comment", 1) for n in range(40)]
    engine.put("raw.fan_events", EVENTS, burst + others)

    assert held(engine, make_result(metric="interactions"), make_rule()) == ["tea: 60 of 100 interactions came within one hour"]


def test_orders_of_one_buyer_are_held(engine, make_result, make_rule):
    orders = [("tea", "fan-1" if n < 9 else f"fan-{n}", date(2026, 6, 9), datetime(2026, 6, 9, n), "order", 10) for n in range(20)]
    engine.put("raw.fan_events", EVENTS, orders)

    assert held(engine, make_result(metric="orders"), make_rule()) == ["tea: 9 of 20 orders are of one buyer"]


def test_refunds_after_the_cycle_are_held(engine, make_result, make_rule):
    sold = list(each_day("gmv", lambda _: 100, months=((2026, 6),)))
    engine.put("metrics.account_day", DAYS, [*sold, ("tea", date(2026, 7, 1), "live_refund_gmv", Decimal(1500))])

    assert held(engine, make_result(), make_rule()) == ["tea: 1500 yuan of 3000 were refunded after the cycle had ended"]


def test_honest_data_are_not_held(engine, make_result, make_rule):
    engine.put("metrics.account_day", DAYS, [*each_day("new_fans", lambda day: 100 + day.day), *each_day("gmv", lambda _: 100)])

    assert held(engine, make_result(), make_rule()) == []
