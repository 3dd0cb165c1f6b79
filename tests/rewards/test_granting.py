"""From results to the ledger and back."""

from __future__ import annotations

from datetime import date

from opsengine.rewards import audit, balance, due, grant, ground_of_goals, statement, withheld

AS_OF = date(2026, 7, 2)


def test_granting_twice_pays_once(state, run_id, now, make_result, make_rule):
    results, rules = [make_result(), make_result(account="bread", actual=10)], [make_rule()]
    first = grant(state, due(state, ground_of_goals(results, rules, AS_OF)), run_id, now)
    second = grant(state, due(state, ground_of_goals(results, rules, AS_OF)), run_id, now)

    assert ([entry.subject for entry in first], second) == (["tea"], [])
    assert balance(state) == {"subjects": [{"subject": "tea", "unit": "points", "pending": 0, "confirmed": 100, "fulfilled": 0}]}


def test_what_is_due_leaves_the_ledger_as_it_is(state, make_result, make_rule):
    assert len(due(state, ground_of_goals([make_result()], [make_rule()], AS_OF))) == 1
    assert statement(state) == {"entries": []}


def test_a_restated_number_does_not_grant_again(state, run_id, now, make_result, make_rule):
    grant(state, due(state, ground_of_goals([make_result()], [make_rule()], AS_OF)), run_id, now)

    assert due(state, ground_of_goals([make_result(actual=130)], [make_rule()], AS_OF)) == []


def test_the_statement_traces_every_entry_to_its_rule_goal_and_data(state, run_id, now, make_result, make_rule):
    rule = make_rule()
    grant(state, due(state, ground_of_goals([make_result()], [rule], AS_OF)), run_id, now)

    (line,) = statement(state, ["tea"])["entries"]

    assert line["entry_id"] == "grant|2026-06|points-for-goals|v1|tea|points"
    assert (line["rule_revision"], line["run"]) == (rule.revision, run_id)
    assert line["evidence"]["file"] == "goals/tea-june.yaml"
    assert statement(state, ["bread"]) == {"entries": []}


def test_the_ledger_verifies(state, run_id, now, make_result, make_rule):
    grant(state, due(state, ground_of_goals([make_result()], [make_rule()], AS_OF)), run_id, now)

    found = audit(state, {}).as_json()

    assert (found["ok"], found["entries"], found["first_difference"]) == (True, 1, None)
    assert len(found["head"]) == 64


def test_what_is_withheld_is_told(state, make_result, make_rule):
    (one,) = withheld(state, ground_of_goals([make_result(missing_days=3)], [make_rule()], AS_OF))

    assert (one.entry.subject, one.entry.cycle, str(one.reason)) == ("tea", "2026-06", "data for 27 of 30 days")
