"""Whatever happens in whatever order: nothing is granted twice, no cap or budget is ever passed, and the book adds up."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from opsengine.errors import UserError
from opsengine.goals import Found, Goal, GoalResult, Measure, Role, Subject, parse_cycle
from opsengine.project import Project, check, parse_yaml
from opsengine.rewards import (
    Rule,
    RuleFile,
    Way,
    Word,
    approval,
    audit,
    claims_of,
    due,
    entries_of,
    grant,
    ground_of_goals,
    handing_over,
    judged,
    keep_ground,
    permission,
    taking_back,
)
from opsengine.state import Entry, Kind, Ledger, Runs, open_state

NOW = datetime(2026, 7, 3, 8, tzinfo=UTC)
ACCOUNTS = ("bread", "cake", "tea")
CYCLES = ("2026-05", "2026-06")
ACTUALS = st.integers(60, 180)
GIVES = {Kind.GRANT, Kind.ADJUSTMENT}
ENDS = {Kind.REVERSAL, Kind.CANCELLATION, Kind.EXPIRY}
TEXT = """\
kind: reward
version: {version}
title: {{zh-CN: 达成奖, en: Goal reached}}
earns: {{level: floor}}
benefit: {{kind: points, title: {{zh-CN: 积分, en: Points}}, unit: points, amounts: {{floor: 40, target: {target}, stretch: 150}}}}
cap: {cap}
cap_cycle: {cap_cycle}
budget: {budget}
approval: {approval}
usable: {{until_days: 60}}
"""


class AnyOrder(RuleBasedStateMachine):
    """The model is arithmetic over the entries; the limits of each entry are those of the rule that made it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.state = open_state(Path(self.folder.name) / "state.db")
        self.state.read("PRAGMA synchronous = OFF")  # the disk is not what is tested here
        self.day = date(2026, 7, 3)
        self.actual = dict.fromkeys(((account, cycle) for account in ACCOUNTS for cycle in CYCLES), 50)
        self.target = 100
        self.limits: dict[str, dict[str, int]] = {}

    @initialize()
    def begin(self) -> None:
        self.run_id = Runs(self.state).start("report", self.day, {}, NOW)
        self.says = {"version": 1, "target": 100, "cap": 150, "cap_cycle": 300, "budget": 400, "approval": "none"}
        self._write_rule()

    @rule(account=st.sampled_from(ACCOUNTS), cycle=st.sampled_from(CYCLES), actual=ACTUALS)
    def restate(self, account: str, cycle: str, actual: int) -> None:
        self.actual[account, cycle] = actual

    @rule(bound=st.sampled_from([90, 100, 110]))
    def move_the_goal(self, bound: int) -> None:
        self.target = bound

    @rule(
        key=st.sampled_from(["cap", "cap_cycle", "budget", "target"]),
        value=st.sampled_from([100, 150, 250, 400]),
        versions=st.integers(0, 1),
    )
    def edit_the_rule(self, key: str, value: int, versions: int) -> None:
        self.says[key] = min(value, 150) if key == "target" else value
        self.says["version"] += versions
        self._write_rule()

    @rule(needed=st.sampled_from(["none", "needed"]))
    def edit_the_approval(self, needed: str) -> None:
        self.says["approval"] = needed
        self._write_rule()

    @rule(days=st.integers(1, 30))
    def wait(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule()
    def grant_and_run_again(self) -> None:
        ground = self._ground()
        entries = due(self.state, ground)
        keep_ground(self.state, Project(Path(self.folder.name)), ground, self.run_id)
        assert grant(self.state, entries, self.run_id, NOW) == entries
        assert grant(self.state, entries, self.run_id, NOW) == []
        assert due(self.state, self._ground()) == []

    @rule(pick=st.randoms(use_true_random=False))
    def let_be_written(self, pick) -> None:
        waiting = [one.entry.entry_id for one in judged(self.state, self._ground()) if one.way is Way.NEEDS_APPROVAL]
        if waiting:
            self._decide(lambda: permission(self.state, pick.choice(waiting), Word("Li"), self._ground()))

    @rule(pick=st.randoms(use_true_random=False), decision=st.sampled_from(["approve", "reverse", "fulfil"]))
    def decide(self, pick, decision: str) -> None:
        entries = entries_of(self.state)
        if not entries:
            return
        name = pick.choice(entries).entry_id
        making = {
            "approve": lambda: approval(self.state, name, Word("Li")),
            "reverse": lambda: taking_back(self.state, name, Word("Li")),
            "fulfil": lambda: handing_over(self.state, [name], Word("Li"), self.day),
        }
        self._decide(making[decision])

    @invariant()
    def limits_hold_at_every_step(self) -> None:
        budget, cycles, subjects = 0, Counter(), Counter()
        for entry in entries_of(self.state):
            if entry.kind in GIVES | ENDS:
                budget += entry.amount
                cycles[entry.cycle] += entry.amount
                subjects[entry.cycle, entry.subject] += entry.amount
            if entry.kind in GIVES and entry.amount > 0:
                limits = self.limits[entry.rule_sha]
                assert budget <= limits["budget"]
                assert cycles[entry.cycle] <= limits["cap_cycle"]
                assert subjects[entry.cycle, entry.subject] <= limits["cap"]
        assert min([budget, *cycles.values(), *subjects.values()]) >= 0

    @invariant()
    def nothing_is_granted_twice(self) -> None:
        grants = Counter((entry.cycle, entry.subject) for entry in entries_of(self.state) if entry.kind is Kind.GRANT)
        assert not grants or max(grants.values()) == 1

    @invariant()
    def the_balance_is_the_sum(self) -> None:
        entries = entries_of(self.state)
        total = sum(entry.amount for entry in entries if entry.kind in GIVES | ENDS)
        rows = Ledger(self.state).balance()
        assert sum(row.pending + row.confirmed + row.fulfilled for row in rows) == total
        assert sum(claim.amount for claim in claims_of(entries).values()) == total
        for row in rows:
            assert min(row.pending, row.confirmed, row.fulfilled) >= 0

    @invariant()
    def an_audit_agrees(self) -> None:
        found = audit(self.state, {})
        assert found.is_ok, found

    def teardown(self) -> None:
        self._replay()
        self.state.close()
        self.folder.cleanup()

    def _replay(self) -> None:
        """The same entries written into an empty book end in the same hash."""
        with open_state(Path(self.folder.name) / "again.db") as again:
            run_id = Runs(again).start("report", date(2026, 7, 3), {}, NOW)
            for written in Ledger(self.state).statement():
                Ledger(again).append([written.entry], run_id, NOW)
            assert Ledger(again).verify() == Ledger(self.state).verify()

    def _decide(self, make) -> None:
        try:
            entries: list[Entry] = make()
        except UserError:
            return
        assert grant(self.state, entries, self.run_id, NOW) == entries

    def _write_rule(self) -> None:
        text = TEXT.format(**self.says)
        document = parse_yaml(text, "rewards/points.yaml")
        self.rule = Rule("points", document.sha256, check(document, RuleFile), text)
        self.limits[document.sha256] = {key: self.says[key] for key in ("cap", "cap_cycle", "budget")}

    def _ground(self):
        results = [self._result(account, cycle) for account in ACCOUNTS for cycle in CYCLES]
        return ground_of_goals(results, [self.rule], self.day)

    def _result(self, account: str, name: str) -> GoalResult:
        cycle = parse_cycle(name)
        target = Decimal(self.target)
        measure = Measure(Role.PRIMARY, "gmv", "flow", "yuan", "up", target, target - 20, target + 50)
        goal = Goal(f"{account}-{name}", "goals/x.yaml", "0" * 64, Subject(account=account), cycle, "", "", (measure,))
        found = Found(1, 1, Decimal(self.actual[account, name]), Decimal(1), None, cycle.days, cycle.days, cycle.end)
        return GoalResult(goal, measure, self.day, found)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
