"""Who earns what: decided from values, the same way each time."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsengine.goals import parse_cycle
from opsengine.rewards import Way, cycle_key, ground_of_goals, judge
from opsengine.state import Status, reversal

AS_OF = date(2026, 7, 2)
OVER = date(2026, 6, 30)


def judgements(results, rules, as_of, written=()):
    return judge(ground_of_goals(results, rules, as_of), written)


def award(*args):
    return [one.entry for one in judgements(*args) if one.way is Way.DUE]


def held(*args):
    return [one for one in judgements(*args) if one.way is not Way.DUE]


def reasons(*args):
    return [str(one.reason) for one in held(*args)]


def test_a_goal_reached_earns_once_it_has_settled(make_result, make_rule):
    (entry,) = award([make_result()], [make_rule()], AS_OF)

    assert (entry.entry_id, entry.amount, entry.unit) == ("grant|2026-06|points-for-goals|v1|tea|points", 100, "points")
    assert entry.status is Status.CONFIRMED


def test_an_entry_says_what_it_rests_on(make_result, make_rule):
    rule = make_rule()
    (entry,) = award([make_result()], [rule], AS_OF)
    evidence = json.loads(entry.evidence)

    assert (evidence["goal"], evidence["revision"], evidence["actual"], evidence["target"]) == ("tea-june", "0" * 64, "120", "100")
    assert len(evidence["data_sha"]) == 64
    assert entry.rule_sha == rule.revision


@pytest.mark.parametrize(
    ("given", "rule", "reason"),
    [
        ({"as_of": date(2026, 7, 1)}, "", "its numbers settle until 2026-07-02"),
        ({"as_of": OVER}, "settle_days: 1", "its numbers settle until 2026-07-01"),
        ({"missing_days": 1}, "", "data for 29 of 30 days"),
        ({}, "cap: 99", "the cap for one subject and cycle is used up"),
        ({}, "budget: 99", "the budget of the rule is used up"),
    ],
)
def test_what_is_reached_and_not_granted_says_why(make_result, make_rule, given, rule, reason):
    result = make_result(**given)

    assert award([result], [make_rule(rule)], result.as_of) == []
    assert reasons([result], [make_rule(rule)], result.as_of) == [reason]


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"actual": 99}, ""),
        ({"actual": 149}, "earns: {level: stretch}"),
        ({"as_of": date(2026, 6, 29)}, ""),
        ({"role": "secondary"}, ""),
        ({}, "earns: {metrics: [new_fans]}"),
        ({}, "earns: {goals: [bread-june]}"),
        ({}, "subjects: {accounts: [bread]}"),
        ({}, "subjects: {teams: [tea]}"),
        ({}, "valid: {first: 2026-07-01}"),
        ({}, "valid: {last: 2026-06-29}"),
    ],
)
def test_what_a_rule_does_not_ask_for_earns_nothing(make_result, make_rule, given, rule):
    result = make_result(**given)

    assert award([result], [make_rule(rule)], AS_OF) == []
    assert held([result], [make_rule(rule)], AS_OF) == []


@pytest.mark.parametrize(("actual", "level"), [(80, "floor"), (100, "target"), (150, "stretch")])
def test_each_level_earns_by_its_rule(make_result, make_rule, actual, level):
    assert len(award([make_result(actual=actual)], [make_rule(f"earns: {{level: {level}}}")], AS_OF)) == 1


@pytest.mark.parametrize(
    ("guardrail", "reason"),
    [
        ({"actual": 301, "direction": "down"}, "the guardrail on lost_fans was broken"),
        ({"actual": 0, "missing_days": 30}, "the guardrail on lost_fans has no data"),
    ],
)
def test_a_broken_guardrail_takes_the_benefit_away(make_result, make_rule, guardrail, reason):
    results = [make_result(), make_result(role="guardrail", metric="lost_fans", target=300, **guardrail)]

    assert reasons(results, [make_rule()], AS_OF) == [reason]
    assert len(award(results, [make_rule("guardrails: ignore")], AS_OF)) == 1


def test_a_guardrail_that_held_or_is_somebody_elses_takes_nothing(make_result, make_rule):
    guardrail = {"role": "guardrail", "metric": "lost_fans", "target": 300, "direction": "down"}
    results = [make_result(), make_result(actual=300, **guardrail), make_result(account="bread", actual=999, **guardrail)]

    assert len(award(results, [make_rule()], AS_OF)) == 1


def test_a_rule_that_needs_approval_grants_as_pending(make_result, make_rule):
    assert [entry.status for entry in award([make_result()], [make_rule("approval: needed")], AS_OF)] == [Status.PENDING]


def test_secondary_promises_earn_side_by_side_up_to_the_cap(make_result, make_rule):
    results = [make_result(role="secondary", metric=metric) for metric in ("plays", "likes", "orders")]
    rule = make_rule("earns: {role: secondary}\ncap: 200")

    assert [entry.occasion for entry in award(results, [rule], AS_OF)] == ["likes", "orders"]
    assert [one.entry.occasion for one in held(results, [rule], AS_OF)] == ["plays"]


def test_what_is_in_the_ledger_is_not_granted_again(make_result, make_rule):
    written = award([make_result()], [make_rule()], AS_OF)

    assert award([make_result()], [make_rule()], AS_OF, written) == []


def test_a_new_version_of_a_rule_does_not_grant_again(make_result, make_rule):
    written = award([make_result()], [make_rule()], AS_OF)

    assert award([make_result()], [make_rule("version: 2")], AS_OF, written) == []


def test_the_same_days_written_otherwise_do_not_grant_again(make_result, make_rule):
    written = award([make_result()], [make_rule()], AS_OF)

    assert award([make_result(cycle="2026-06-01..2026-06-30")], [make_rule()], AS_OF, written) == []
    assert cycle_key(parse_cycle("2026-06-01..2026-06-18")) == "2026-06-01..2026-06-18"


def test_what_was_taken_back_is_not_granted_again_but_its_budget_is_free(make_result, make_rule):
    rule = make_rule("budget: 100")
    written = award([make_result()], [rule], AS_OF)
    written.append(reversal(written[0], Status.CONFIRMED))

    assert [entry.subject for entry in award([make_result(), make_result(account="bread")], [rule], AS_OF, written)] == ["bread"]


accounts = st.sampled_from(["bread", "cake", "juice", "rice", "tea"])
cycles = st.sampled_from(["2026-05", "2026-06", "2026-W25", "2026-W26"])
metrics = st.sampled_from(["gmv", "likes", "plays"])
promises = st.lists(st.tuples(accounts, cycles, metrics, st.integers(0, 200)), max_size=20, unique_by=lambda one: one[:3])


@given(promises, st.tuples(st.integers(1, 4), st.integers(1, 8)), st.data())
def test_caps_and_budgets_hold_at_every_step_in_any_order(make_result, make_rule, promises, limits, data):
    cap, budget = limits
    rule = make_rule(f"earns: {{role: secondary}}\ncap: {cap * 100}\nbudget: {budget * 100}")
    results = [
        make_result(account=account, cycle=cycle, metric=metric, actual=actual, role="secondary", as_of=date(2026, 9, 1))
        for account, cycle, metric, actual in promises
    ]
    written = []
    for _ in range(3):
        seen = data.draw(st.lists(st.sampled_from(results), unique_by=id) if results else st.just([]))
        written += award(seen, [rule], date(2026, 7, 10) + timedelta(days=len(written)), written)

        by_subject = Counter()
        for entry in written:
            by_subject[entry.subject, entry.cycle] += entry.amount
        assert all(amount <= cap * 100 for amount in by_subject.values())
        assert sum(entry.amount for entry in written) <= budget * 100
        assert len({entry.entry_id for entry in written}) == len(written)


@given(promises, st.randoms())
def test_the_order_of_results_and_rules_makes_no_difference(make_result, make_rule, promises, random):
    results = [
        make_result(account=account, cycle=cycle, metric=metric, actual=actual, role="secondary", as_of=date(2026, 9, 1))
        for account, cycle, metric, actual in promises
    ]
    rules = [make_rule("earns: {role: secondary}\nbudget: 300", "first"), make_rule("earns: {role: secondary}\ncap: 100", "second")]
    first = award(results, rules, date(2026, 9, 1))
    random.shuffle(results)

    assert award(results, rules[::-1], date(2026, 9, 1)) == first


def test_a_lowered_target_changes_the_revision_that_an_entry_names(make_result, make_rule):
    result = make_result(actual=95)
    lowered = replace(make_result(actual=95, target=90), goal=replace(result.goal, revision="1" * 64))

    assert award([result], [make_rule()], AS_OF) == []
    assert json.loads(award([lowered], [make_rule()], AS_OF)[0].evidence)["revision"] == "1" * 64
