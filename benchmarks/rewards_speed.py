"""How long the ledger of rewards takes: 10,000 subjects x 20 rules granted in one transaction, 100,000 entries verified.

    python benchmarks/rewards_speed.py [SUBJECTS] [RULES] [ENTRIES]

CPU time of this process, the data and rules being made before the clock starts. Every rule pays every subject, which is the most
that can be asked: 200,000 entries. Bars: 10 s to judge and write them; 3 s to verify 100,000.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from opsengine.goals import Found, Goal, GoalResult, Measure, Role, Subject, parse_cycle
from opsengine.project import Project, check, parse_yaml
from opsengine.rewards import Rule, RuleFile, audit, due, grant, ground_of_goals, keep_ground
from opsengine.state import Ledger, Runs, open_state

AS_OF = date(2026, 7, 2)
NOW = datetime(2026, 7, 3, 8, tzinfo=UTC)
RULE = """\
kind: reward
title: {{zh-CN: 达成奖, en: Goal reached}}
benefit: {{kind: points, title: {{zh-CN: 积分, en: Points}}, unit: points, amounts: {{floor: 50, target: 100, stretch: {most}}}}}
earns: {{level: floor}}
cap: 1000
budget: 1000000000
"""


def rules(count: int) -> list[Rule]:
    """So many rules with a budget, a cap and tiers by level."""
    made = []
    for number in range(count):
        document = parse_yaml(RULE.format(most=200 + number), f"rewards/rule-{number:02}.yaml")
        made.append(Rule(f"rule-{number:02}", document.sha256, check(document, RuleFile), RULE.format(most=200 + number)))
    return made


def results(count: int) -> list[GoalResult]:
    """So many accounts that reached their target in June, each with another number."""
    cycle = parse_cycle("2026-06")
    measure = Measure(Role.PRIMARY, "gmv", "flow", "yuan", "up", Decimal(100), Decimal(80), Decimal(150))
    made = []
    for number in range(count):
        name = f"shop-{number:05}"
        goal = Goal(f"{name}-june", f"goals/{name}-june.yaml", "0" * 64, Subject(account=name), cycle, "", "", (measure,))
        found = Found(1, 1, Decimal(100 + number % 90), Decimal(1), None, 30, 30, cycle.end)
        made.append(GoalResult(goal, measure, AS_OF, found))
    return made


def main(subjects: int = 10_000, rule_count: int = 20, entries: int = 100_000) -> None:
    """Grant, verify, print."""
    reached, ruled = results(subjects), rules(rule_count)
    with tempfile.TemporaryDirectory() as folder, open_state(Path(folder) / "state.db") as state:
        run_id = Runs(state).start("report", AS_OF, {}, NOW)
        begun = time.process_time()
        ground = ground_of_goals(reached, ruled, AS_OF)
        entries_due = due(state, ground)
        judged = time.process_time()
        with state.transaction():
            keep_ground(state, Project(Path(folder)), ground, run_id)
            written = grant(state, entries_due, run_id, NOW)
        print(f"granted {len(written):,} entries in {time.process_time() - begun:.2f} s CPU, of it {judged - begun:.2f} s judging")
    with tempfile.TemporaryDirectory() as folder, open_state(Path(folder) / "state.db") as state:
        run_id = Runs(state).start("report", AS_OF, {}, NOW)
        keep_ground(state, Project(Path(folder)), ground, run_id)
        Ledger(state).append(written[:entries], run_id, NOW)
        begun = time.process_time()
        found = audit(state, {})
        print(f"verified {found.entries:,} entries in {time.process_time() - begun:.2f} s CPU: {found.first or 'as written'}")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
