"""Rule files: the shipped ones work, the wrong ones are refused with their place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opsengine.errors import InvalidFiles
from opsengine.goals import Known
from opsengine.goals.goal import ScoreMetric
from opsengine.project import Project
from opsengine.rewards import BenefitKind, default_rules, read_rules

CATALOGUE = {"gmv": ScoreMetric("flow"), "roi": ScoreMetric("ratio")}
KNOWN = Known(CATALOGUE, {"tea"}, {"east"}, {"leaf"})
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
            (tmp_path / "rewards" / name).parent.mkdir(exist_ok=True)
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
        ("cap_subject: 99", "rewards/a.yaml:4:1: `cap_subject` is less than the benefit's amount: nothing could ever be granted"),
        ("earns: {by: streak}", "rewards/a.yaml:4:1: `by: streak` needs `cycles`"),
        ("earns: {by: rank, top: 3, level: floor}", "rewards/a.yaml:4:1: `level` means nothing with `by: rank`"),
        ("earns: {by: task, plays: [live-mor]}", "rewards/a.yaml:4:27: `plays`: nothing is called live-mor"),
        ("earns: {by: task}", "rewards/a.yaml:4:1: `by: task` needs `plays`"),
        ("status: drafted", "rewards/a.yaml:4:1: `status` must be one of active, draft, not `drafted`"),
        ("earns: {by: improvement, metric: gmw}", "rewards/a.yaml:4:26: `metric`: nothing is called gmw"),
        ("earns: {by: improvement, metric: roi}", "rewards/a.yaml:4:26: only a sum over days has a best cycle: roi is none"),
        ("usable: {after_days: 9, until_days: 3}", "rewards/a.yaml:4:1: `usable`: it expires before it can be used"),
        ("budgte: 1000", "rewards/a.yaml:4:1: `budgte` is not known here"),
    ],
)
def test_a_wrong_rule_is_refused_at_its_place(read, line, says):
    with pytest.raises(InvalidFiles) as refused:
        read({"a.yaml": f"{RULE}{line}\n"})

    assert [str(problem) for problem in refused.value.problems] == [says]


BENEFIT = """\
kind: benefit
benefit: points
title: {zh-CN: 积分, en: Points}
unit: points
instructions: {zh-CN: 加分, en: Add them}
"""


def test_a_rule_takes_from_the_catalogue_what_it_does_not_say_itself(read):
    text = RULE.splitlines()[:2]
    of = "benefit: {of: points, amounts: {target: 100, stretch: 300}, title: {zh-CN: 分, en: Merits}}"
    (rule,) = read({"a.yaml": "\n".join([*text, of]), "benefits/points.yaml": BENEFIT})
    benefit = rule.says.benefit

    assert (benefit.kind, benefit.unit, benefit.title["en"], benefit.instructions["en"]) == (BenefitKind.POINTS, "points", "Merits", "Add them")
    assert [rule.says.pays(level) for level in (None, "floor", "target", "stretch")] == [0, 0, 100, 300]


@pytest.mark.parametrize(
    ("benefit", "says"),
    [
        ("{of: pionts, amount: 1}", "rewards/a.yaml:3:11: `of`: nothing is called pionts"),
        ("{of: points}", "rewards/a.yaml:3:1: `benefit`: say either `amount` or `amounts`"),
        ("{of: points, amounts: {target: 9, stretch: 3}}", "rewards/a.yaml:3:23: `benefit.amounts`: a harder level cannot earn less than an easier one"),
        ("{of: points, amount: 0}", "rewards/a.yaml:3:23: `benefit.amount` must be more than 0, not 0"),
    ],
)
def test_a_wrong_benefit_is_refused_at_its_place(read, benefit, says):
    with pytest.raises(InvalidFiles) as refused:
        read({"a.yaml": "\n".join([*RULE.splitlines()[:2], f"benefit: {benefit}"]), "benefits/points.yaml": BENEFIT})

    assert [str(problem) for problem in refused.value.problems] == [says]
