"""The cycle that docs/rewards.md works out by hand comes out the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from opsengine.project import Project
from opsengine.rewards import (
    Way,
    Word,
    audit,
    balance,
    due,
    grant,
    ground_of_goals,
    handing_over,
    judged,
    keep_ground,
    permission,
)

TIERS = "benefit: {kind: points, title: {zh-CN: 积分, en: Points}, unit: points, amounts: {floor: 40, target: 100, stretch: 150}}"
SECOND, FIFTH = date(2026, 7, 2), date(2026, 7, 5)


def test_the_cycle_of_the_documentation(state, run_id, now, make_result, make_rule):
    rule = make_rule("earns: {level: floor}\ncap: 150\nbudget: 250", benefit=TIERS)

    def ground_of(day, **reached):
        return ground_of_goals([make_result(account=name, actual=actual, as_of=day) for name, actual in reached.items()], [rule], day)

    def write(entries):
        return [(entry.subject, entry.amount) for entry in grant(state, entries, run_id, now)]

    first = ground_of(SECOND, bread=120, cake=95, rice=79, tea=160)
    keep_ground(state, Project(Path("nowhere")), first, run_id)
    assert [(one.entry.subject, str(one.reason)) for one in judged(state, first) if one.way is Way.WITHHELD] == [
        ("tea", "the budget of the rule is used up")
    ]
    assert write(due(state, first)) == [("bread", 100), ("cake", 40)]

    late = ground_of(FIFTH, bread=90, cake=101, rice=79, tea=160)
    assert write(due(state, late)) == [("cake", 60)]
    (waiting,) = [one.entry for one in judged(state, late) if one.way is Way.NEEDS_APPROVAL]
    assert write(permission(state, waiting.entry_id, Word("Li"), late)) == [("bread", -60)]
    assert due(state, late) == []

    write(handing_over(state, ["grant|2026-06|points-for-goals|v1|cake|points"], Word("Li"), date(2026, 7, 6)))
    assert [tuple(row.values())[2:] for row in balance(state)["subjects"]] == [(0, 40, 0), (0, 0, 100)]
    assert audit(state, {}).is_ok
