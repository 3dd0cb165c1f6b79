"""Results made of few words, rules made of YAML, and a state in a folder."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from opsengine.goals import Found, Goal, GoalResult, Measure, Role, Subject, parse_cycle
from opsengine.project import check, parse_yaml
from opsengine.rewards import Rule, RuleFile
from opsengine.state import Runs, open_state

AS_OF = date(2026, 7, 2)
BENEFIT = "benefit: {kind: points, title: {zh-CN: 积分, en: Points}, unit: points, amount: 100}"
GIVEN = {
    "account": "tea", "actual": 120, "role": "primary", "metric": "gmv", "cycle": "2026-06", "target": 100, "direction": "up",
    "missing_days": 0, "as_of": AS_OF,
}  # fmt: skip
"""A goal for 100, floor 80, stretch 150, that reached 120 by the end of June, looked at on the second day of July."""


@pytest.fixture(scope="session")
def make_rule():
    def made(text: str = "", name: str = "points-for-goals", benefit: str = BENEFIT) -> Rule:
        written = f"kind: reward\ntitle: {{zh-CN: 达成奖, en: Goal reached}}\n{benefit}\n{text}"
        document = parse_yaml(written, f"rewards/{name}.yaml")
        return Rule(name, document.sha256, check(document, RuleFile), written)

    return made


@pytest.fixture(scope="session")
def make_result():
    def made(**given) -> GoalResult:
        case = GIVEN | given
        cycle, role = parse_cycle(case["cycle"]), Role(case["role"])
        levels = (Decimal(80), Decimal(150)) if role is Role.PRIMARY else (None, None)
        measure = Measure(role, case["metric"], "flow", "yuan", case["direction"], Decimal(case["target"]), *levels)
        name = f"{case['account']}-june"
        goal = Goal(name, f"goals/{name}.yaml", "0" * 64, Subject(account=case["account"]), cycle, "", "", (measure,))
        known = cycle.days - case["missing_days"]
        found = Found(1, 1, Decimal(case["actual"]), Decimal(1), None, cycle.days, known, cycle.end if known else None)
        return GoalResult(goal, measure, case["as_of"], found)

    return made


@pytest.fixture
def now():
    return datetime(2026, 7, 3, 8, tzinfo=UTC)


@pytest.fixture
def state(tmp_path):
    with open_state(tmp_path / "state.db") as opened:
        yield opened


@pytest.fixture
def run_id(state, now):
    return Runs(state).start("report", AS_OF, {}, now)
