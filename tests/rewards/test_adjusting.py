"""After a grant: restated data, lowered goals, suspicious data, expiry, and what a person decides by name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from opsengine.errors import UserError
from opsengine.project import Project
from opsengine.rewards import (
    Way,
    Word,
    approval,
    audit,
    balance,
    due,
    grant,
    ground_of_goals,
    handing_over,
    judged,
    keep_ground,
    permission,
    taking_back,
    trace,
)
from opsengine.rewards.suspecting import Traces
from opsengine.state import Kind, Status

AS_OF = date(2026, 7, 2)
TIERS = "benefit: {kind: points, title: {zh-CN: 积分, en: Points}, unit: points, amounts: {floor: 40, target: 100, stretch: 150}}"
LI = Word("Li", "looked at it")
GRANT = "grant|2026-06|points-for-goals|v1|tea|points"


@pytest.fixture
def tiered(make_rule):
    def made(text: str = ""):
        return make_rule(f"earns: {{level: floor}}\n{text}", benefit=TIERS)

    return made


@pytest.fixture
def book(state, run_id, now, tmp_path):
    """Grants what is due, or writes entries; the balance of tea as pending, confirmed, fulfilled."""

    class Book:
        def grant(self, results, rules, as_of=AS_OF):
            ground = ground_of_goals(results, rules, as_of)
            entries = due(state, ground)
            keep_ground(state, Project(tmp_path), ground, run_id)
            return grant(state, entries, run_id, now)

        def write(self, entries):
            return grant(state, entries, run_id, now)

        def waiting(self, results, rules, as_of=AS_OF):
            found = judged(state, ground_of_goals(results, rules, as_of))
            return [(one.way, one.entry.amount, str(one.reason)) for one in found]

        @property
        def tea(self):
            row = next((row for row in balance(state)["subjects"] if row["subject"] == "tea"), None)
            return (row["pending"], row["confirmed"], row["fulfilled"]) if row else (0, 0, 0)

    return Book()


def test_each_level_earns_its_amount(book, make_result, tiered):
    (entry,) = book.grant([make_result(actual=160)], [tiered()])

    assert (entry.amount, json.loads(entry.evidence)["level"]) == (150, "stretch")


def test_more_is_adjusted_by_itself(book, make_result, tiered):
    book.grant([make_result(actual=90)], [tiered()])
    (entry,) = book.grant([make_result(actual=120)], [tiered()])

    assert (entry.kind, entry.amount, entry.occasion) == (Kind.ADJUSTMENT, 60, "#1")
    assert book.tea == (0, 100, 0)
    assert book.grant([make_result(actual=120)], [tiered()]) == []


def test_less_waits_for_a_persons_word(state, book, make_result, tiered):
    book.grant([make_result(actual=160)], [tiered()])
    restated = [make_result(actual=90)]

    assert book.grant(restated, [tiered()]) == []
    assert book.waiting(restated, [tiered()]) == [(Way.NEEDS_APPROVAL, -110, "the data were restated: 160 then, 90 now")]

    name = "adjustment|2026-06|points-for-goals|v1|tea|points|#1"
    (entry,) = book.write(permission(state, name, LI, ground_of_goals(restated, [tiered()], AS_OF)))
    assert json.loads(entry.evidence)["approved_by"] == "Li"
    assert book.tea == (0, 40, 0)
    assert book.waiting(restated, [tiered()]) == []


def test_what_is_taken_back_is_taken_from_where_it_is_least_advanced(state, book, make_result, tiered):
    book.grant([make_result(actual=90)], [tiered()])
    book.write(handing_over(state, [GRANT], LI, AS_OF))
    book.grant([make_result(actual=120)], [tiered()])
    ground = ground_of_goals([make_result(actual=10)], [tiered()], AS_OF)

    book.write(permission(state, "adjustment|2026-06|points-for-goals|v1|tea|points|#2", LI, ground))

    assert book.tea == (0, 0, 0)


def test_an_adjustment_upward_fits_the_budget_or_is_withheld(book, make_result, tiered):
    rule = tiered("budget: 120")
    book.grant([make_result(actual=120)], [rule])

    assert book.waiting([make_result(actual=160)], [rule]) == [(Way.WITHHELD, 50, "the budget of the rule is used up")]


def test_another_version_of_a_rule_adjusts_nothing(book, make_result, tiered):
    book.grant([make_result(actual=90)], [tiered()])

    assert book.waiting([make_result(actual=160)], [tiered("version: 2")]) == []


def test_a_rule_that_was_changed_without_a_new_version_is_told(book, make_result, make_rule):
    book.grant([make_result()], [make_rule()])
    changed = make_rule(benefit="benefit: {kind: points, title: {zh-CN: 积分, en: Points}, unit: points, amount: 900}")

    assert book.grant([make_result()], [changed]) == []
    assert [reason for _, _, reason in book.waiting([make_result()], [changed])] == ["the rule was changed without raising its version"]


def test_a_goal_that_was_lowered_while_its_cycle_ran_is_paid_only_with_a_persons_word(state, book, make_result, make_rule):
    june = date(2026, 6, 10)
    book.grant([make_result(actual=50, as_of=june)], [make_rule()], june)
    lowered = make_result(actual=95, target=90)
    ground = ground_of_goals([lowered], [make_rule()], AS_OF)

    assert book.grant([lowered], [make_rule()]) == []
    assert [str(one.reason) for one in judged(state, ground)] == ["the goal was made easier while its cycle ran: from 100 to 90"]

    (entry,) = book.write(permission(state, GRANT, LI, ground))
    assert (entry.amount, json.loads(entry.evidence)["approved_by"]) == (100, "Li")
    assert book.waiting([lowered], [make_rule()]) == []


def test_a_goal_that_was_lowered_before_its_cycle_began_is_a_goal_like_any_other(book, make_result, make_rule):
    book.grant([make_result(as_of=date(2026, 5, 20))], [make_rule()], date(2026, 5, 20))
    book.grant([make_result(as_of=date(2026, 5, 30), target=90)], [make_rule()], date(2026, 5, 30))

    assert len(book.grant([make_result(actual=95, target=90)], [make_rule()])) == 1


def test_what_would_have_been_reached_anyhow_is_paid(book, make_result, make_rule):
    book.grant([make_result(actual=50, as_of=date(2026, 6, 10))], [make_rule()], date(2026, 6, 10))

    assert len(book.grant([make_result(actual=130, target=90)], [make_rule()])) == 1


def test_a_primary_goal_that_changed_its_metric_is_not_paid_by_itself(book, make_result, make_rule):
    book.grant([make_result(as_of=date(2026, 6, 10))], [make_rule()], date(2026, 6, 10))

    assert book.grant([make_result(metric="plays")], [make_rule()]) == []
    assert len(book.grant([make_result(metric="plays")], [make_rule("lowered: allow")])) == 1


def test_suspicious_data_hold_an_entry_with_the_evidence(state, book, make_result, make_rule):
    plain = ground_of_goals([make_result(metric="new_fans")], [make_rule()], AS_OF)
    traces = {("tea", "2026-06"): {"tea": Traces(fans_most=900.0, fans_usual=10.0)}}
    (entry,) = book.write(due(state, replace(plain, traces=traces)))

    assert entry.status is Status.PENDING
    (found,) = json.loads(entry.evidence)["review"]
    assert found["says"] == "tea: 900 new fans came on one day, 10 on the others"

    book.write(approval(state, GRANT, LI))
    assert book.tea == (0, 100, 0)


@pytest.mark.parametrize(
    "case",
    [
        ("gmv", Traces(fans_most=900.0, fans_usual=10.0), False),
        ("new_fans", Traces(fans_most=99.0, fans_usual=1.0), False),
        ("new_fans", Traces(fans_most=790.0, fans_usual=100.0), False),
        ("likes", Traces(hour_most=60, interactions=100), True),
        ("likes", Traces(hour_most=40, interactions=100), False),
        ("likes", Traces(hour_most=40, interactions=45), False),
        ("gmv", Traces(sold=1000.0, refunded_after=300.0), True),
        ("gmv", Traces(sold=1000.0, refunded_after=200.0), False),
        ("orders", Traces(buyer_most=5, orders=12), True),
        ("orders", Traces(buyer_most=5, orders=9), False),
    ],
)
def test_only_what_bears_on_the_metric_is_suspicious(state, make_result, make_rule, case):
    metric, traces, is_held = case
    ground = ground_of_goals([make_result(metric=metric)], [make_rule()], AS_OF)
    ground = replace(ground, traces={("tea", "2026-06"): {"tea": traces}})
    (entry,) = due(state, ground)

    assert (entry.status is Status.PENDING) is is_held
    (ignoring,) = due(state, replace(ground, rules=(make_rule("review: ignore"),)))
    assert ignoring.status is Status.CONFIRMED


def test_what_a_person_took_back_is_not_granted_again(state, book, make_result, make_rule):
    book.grant([make_result()], [make_rule("approval: needed")])
    (entry,) = book.write(taking_back(state, GRANT, LI))

    assert (entry.kind, json.loads(entry.evidence)) == (Kind.CANCELLATION, {"by": "Li", "why": "looked at it"})
    assert book.grant([make_result(actual=160)], [make_rule("approval: needed")]) == []
    with pytest.raises(UserError, match="cancelled"):
        taking_back(state, GRANT, LI)


def test_a_claim_moves_together(state, book, make_result, tiered):
    book.grant([make_result(actual=90)], [tiered()])
    book.grant([make_result(actual=160)], [tiered()])

    assert len(book.write(handing_over(state, ["1"], LI, AS_OF))) == 2
    assert book.tea == (0, 0, 150)
    assert [entry.kind for entry in book.write(taking_back(state, "2", LI))] == [Kind.REVERSAL, Kind.REVERSAL]
    assert book.tea == (0, 0, 0)


def test_a_benefit_is_handed_over_only_while_it_can_be_used(state, book, make_result, make_rule):
    rule = make_rule("usable: {after_days: 5, until_days: 30}")
    book.grant([make_result()], [rule])

    with pytest.raises(UserError, match="from 2026-07-05 on"):
        handing_over(state, [GRANT], LI, date(2026, 7, 4))
    with pytest.raises(UserError, match="until 2026-07-30"):
        handing_over(state, [GRANT], LI, date(2026, 7, 31))
    assert len(handing_over(state, [GRANT], LI, date(2026, 7, 30))) == 1


def test_what_nobody_hands_over_expires_and_frees_its_budget(book, make_result, make_rule):
    rule = make_rule("usable: {until_days: 30}\nbudget: 100")
    book.grant([make_result()], [rule])
    later = date(2026, 8, 2)
    entries = book.grant([make_result(as_of=later), make_result(account="bread", cycle="2026-07", as_of=later)], [rule], later)

    assert [(entry.kind, entry.subject) for entry in entries] == [(Kind.EXPIRY, "tea"), (Kind.GRANT, "bread")]


def test_what_would_have_expired_is_not_granted_any_more(book, make_result, make_rule):
    rule, later = make_rule("usable: {until_days: 30}"), date(2026, 7, 31)

    assert book.waiting([make_result(as_of=later)], [rule], later) == [(Way.WITHHELD, 100, "it could be handed over until 2026-07-30")]


def test_a_person_cannot_stretch_a_budget(state, book, make_result, make_rule):
    june = date(2026, 6, 10)
    rule = make_rule("budget: 100")
    book.grant([make_result(actual=50, as_of=june)], [rule], june)
    book.grant([make_result(account="bread")], [rule])
    ground = ground_of_goals([make_result(actual=95, target=90)], [rule], AS_OF)

    with pytest.raises(UserError, match="budget of the rule is used up"):
        permission(state, GRANT, LI, ground)


@pytest.mark.parametrize("spending", ["earliest", "best", "smallest"])
def test_a_budget_is_spent_in_the_order_that_the_rule_says(book, make_result, tiered, spending):
    results = [make_result(account="bread", actual=100), make_result(account="cake", actual=160), make_result(actual=85)]
    granted = book.grant(results, [tiered(f"spending: {spending}\nbudget: 150")])

    assert [entry.subject for entry in granted] == {"earliest": ["bread", "tea"], "best": ["cake"], "smallest": ["tea", "bread"]}[spending]


@pytest.mark.parametrize("cap", ["cap_cycle: 150", "cap_subject: 150"])
def test_caps_hold_over_subjects_and_over_cycles(book, make_result, make_rule, cap):
    if "cycle" in cap:
        results = [make_result(), make_result(account="bread")]
    else:
        results = [make_result(), make_result(cycle="2026-05", as_of=AS_OF)]

    assert len(book.grant(results, [make_rule(cap)])) == 1


def test_a_word_needs_a_name():
    with pytest.raises(UserError, match="who decides"):
        Word(" ")


def test_a_trace_leads_back_to_the_files_and_numbers(state, book, make_result, make_rule):
    rule = make_rule("approval: needed")
    book.grant([make_result()], [rule])
    book.write(approval(state, GRANT, LI))
    found = trace(state, "2").as_json()

    assert found["follows"]["entry_id"] == GRANT
    assert found["follows"]["evidence"]["actual"] == "120"
    assert found["rule_file"] == rule.text
    assert found["entry"]["evidence"]["by"] == "Li"


def test_an_audit_explains_what_the_data_say_otherwise(state, book, make_result, tiered):
    book.grant([make_result(actual=160)], [tiered()])
    same = audit(state, {}, ground_of_goals([make_result(actual=160)], [tiered()], AS_OF))
    restated = audit(state, {}, ground_of_goals([make_result(actual=90)], [tiered()], AS_OF))

    assert (same.is_ok, same.recomputed, same.not_recomputed) == (True, 1, 0)
    assert restated.as_json()["first_difference"] == f"{GRANT}: the data were restated: 160 then, 90 now"


def test_an_audit_finds_what_the_rules_would_never_have_granted(state, book, make_result, make_rule):
    rule = make_rule("budget: 100")
    (entry,) = book.grant([make_result()], [rule])
    book.write([replace(entry, subject="bread")])

    found = audit(state, {})

    assert (found.first, str(found.why)) == ("grant|2026-06|points-for-goals|v1|bread|points", "the budget of the rule is used up")


def test_an_audit_finds_another_amount_than_the_rule_says(state, book, make_result, make_rule):
    (entry,) = book.grant([make_result()], [make_rule()])
    book.write([replace(entry, subject="bread", amount=300)])

    assert str(audit(state, {}).why) == "300 were granted where the rule says 100"
