"""Rule files: the shipped ones work, the wrong ones are refused with their place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opsengine.errors import InvalidFiles
from opsengine.goals import Known
from opsengine.project import Project
from opsengine.rewards import BenefitKind, default_rules, read_rules

KNOWN = Known({}, {"tea"}, {"east"}, {"leaf"})
RULE = """\
kind: reward
title: {zh-CN: 达成奖, en: Goal reached}
benefit: {kind: points, title: {zh-CN: 积分, en: Points}, unit: points, amount: 100}
"""


@pytest.fixture
def read(tmp_path):
    def reading(files):
        (tmp_path / "rewards").mkdir()
        for name, text in files.items():
            (tmp_path / "rewards" / name).write_text(text, encoding="utf-8")
        return read_rules(Project(tmp_path), KNOWN)

    return reading


def test_the_shipped_rules_are_valid(read):
    rules = read(default_rules())

    assert [rule.name for rule in rules] == ["primary-goal-reached", "primary-goal-stretched", "secondary-goal-reached"]
    assert rules[0].says.benefit.units == Decimal(500)


def test_the_shipped_rules_promise_no_platform_traffic(read):
    assert all(rule.says.benefit.kind is not BenefitKind.TRAFFIC_SUPPORT for rule in read(default_rules()))


def test_a_project_without_rules_has_none(tmp_path):
    assert read_rules(Project(tmp_path), KNOWN) == ()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("earns: {metrics: [business_scores]}", "rewards/a.yaml:4:19: `metrics`: nothing is called business_scores"),
        ("subjects: {accounts: [teh]}", "rewards/a.yaml:4:23: `accounts`: nothing is called teh"),
        ("cap: 99", "rewards/a.yaml:4:1: `cap` is less than the benefit's amount: nothing could ever be granted"),
        ("budget: 99", "rewards/a.yaml:4:1: `budget` is less than the benefit's amount: nothing could ever be granted"),
        ("settle_days: 1.5", "rewards/a.yaml:4:1: `settle_days` must be a whole number, not `1.5`"),
        ("valid: {first: 2026-07-01, last: 2026-06-01}", "rewards/a.yaml:4:1: `valid`: it ends before it begins"),
        ("budgte: 1000", "rewards/a.yaml:4:1: `budgte` is not known here"),
    ],
)
def test_a_wrong_rule_is_refused_at_its_place(read, line, says):
    with pytest.raises(InvalidFiles) as refused:
        read({"a.yaml": f"{RULE}{line}\n"})

    assert [str(problem) for problem in refused.value.problems] == [says]
