"""What can still be earned in the cycles that are running, and what it takes: never a promise, always arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opsengine.goals import Remark, Role, Status
from opsengine.rewards.benefit import Labels
from opsengine.rewards.feat import cycle_key, feats_of_goals, is_asked_for, subject_of
from opsengine.rewards.granting import shown
from opsengine.rewards.rule import LEVELS
from opsengine.strategy import OPEN

if TYPE_CHECKING:
    from opsengine.goals import GoalResult
    from opsengine.rewards.feat import Feat
    from opsengine.rewards.rule import Level, Rule
    from opsengine.strategy import Task


@dataclass(frozen=True, slots=True)
class Chance:
    """One level of one running promise that a rule pays for."""

    rule: Rule
    subject: str
    goal: str
    cycle: str
    ends: date
    metric: str
    level: Level
    bound: Decimal
    """What must be reached."""
    actual: Decimal | None
    missing: Decimal | None
    """How far it still is: 0 when the level stands already, None when nothing is known."""
    per_day: Decimal | None
    """What each remaining day must bring; only for sums that must rise."""
    amount: int
    """In the unit's smallest part."""
    blocked: Remark | None = None
    """What would void it as things stand today."""

    @property
    def title(self) -> Labels:
        """What is earned."""
        return self.rule.says.benefit.title

    @property
    def stands(self) -> bool:
        """Whether the level stands as of today; it is earned when it still does at the end."""
        return self.missing == 0

    def as_json(self) -> dict[str, Any]:
        """The chance as `opsengine rewards next` prints it."""
        return {
            "rule": self.rule.name, "subject": self.subject, "goal": self.goal, "cycle": self.cycle,
            "ends": self.ends.isoformat(), "benefit": self.rule.says.benefit.kind.value, "title": dict(self.title),
            "amount": shown(self.amount, self.rule.says.benefit.unit), "unit": self.rule.says.benefit.unit,
            "metric": self.metric, "level": self.level, "target": float(self.bound), "actual": _number(self.actual),
            "missing": _number(self.missing), "per_day": _number(self.per_day),
            "blocked": None if self.blocked is None else str(self.blocked),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaskChance:
    """An open task that a rule pays for, once the data have proved it."""

    rule: Rule
    task: Task

    @property
    def amount(self) -> int:
        """How much, in the parts in which the ledger counts."""
        return self.rule.says.benefit.amount_at(LEVELS[-1])

    def as_json(self) -> dict[str, Any]:
        """The chance as `opsengine rewards next` prints it."""
        benefit, task = self.rule.says.benefit, self.task
        return {
            "rule": self.rule.name, "subject": task.account_id, "task": task.id, "play": task.play, "state": task.state,
            "due": task.due.isoformat(), "benefit": benefit.kind.value, "title": dict(benefit.title),
            "amount": shown(self.amount, benefit.unit), "unit": benefit.unit,
        }  # fmt: skip


def task_chances(tasks: Iterable[Task], rules: Iterable[Rule], as_of: date) -> list[TaskChance]:
    """Every open task that a rule pays for, the one that is due first at the head."""
    paying = [rule for rule in rules if rule.is_active and rule.says.earns.by == "task" and rule.says.valid.includes(as_of)]
    found = [
        TaskChance(rule, task)
        for task in tasks
        if task.state in OPEN
        for rule in paying
        if task.play in rule.says.earns.plays and rule.says.subjects.include("account", task.account_id)
    ]
    return sorted(found, key=lambda one: (one.task.due, one.task.id, one.rule.name))


def chances(results: Sequence[GoalResult], rules: Iterable[Rule]) -> list[Chance]:
    """Every level of every running promise that a rule by goals or streaks pays for, the nearest end first."""
    blocked = _blocked(results)
    running = [result for result in results if result.is_running and result.measure.role is not Role.GUARDRAIL]
    pairs = list(zip(running, feats_of_goals(running), strict=True))
    found = [
        chance
        for rule in rules
        for result, feat in pairs
        if _is_for(rule, feat)
        for chance in _levels(rule, result, blocked.get(feat.whose) if rule.says.guardrails == "void" else None)
    ]
    return sorted(found, key=lambda one: (one.ends, one.subject, one.goal, one.metric, LEVELS.index(one.level), one.rule.name))


def _is_for(rule: Rule, feat: Feat) -> bool:
    says = rule.says
    return (
        rule.is_active
        and says.earns.by in ("goal", "streak")
        and is_asked_for(feat, says.earns)
        and says.subjects.include(feat.kind, feat.key)
        and says.valid.includes(feat.cycle.end)
    )


def _levels(rule: Rule, result: GoalResult, blocked: Remark | None) -> Iterable[Chance]:
    """A chance for each level that earns more than the easier one."""
    measure, before = result.measure, 0
    bounds = {"floor": measure.floor, "target": measure.target, "stretch": measure.stretch}
    for level in LEVELS:
        bound, amount = bounds[level], rule.says.pays(level)
        if bound is not None and amount > before:
            before = amount
            yield _chance(rule, result, (level, bound, amount), blocked)


def _chance(rule: Rule, result: GoalResult, paid: tuple[Level, Decimal, int], blocked: Remark | None) -> Chance:
    level, bound, amount = paid
    sign = 1 if result.measure.direction == "up" else -1
    missing = None if result.actual is None else max((bound - result.actual) * sign, Decimal(0))
    days = result.cycle.days - result.cycle.days_elapsed(result.as_of)
    can_be_shared = result.measure.kind == "flow" and sign > 0 and missing is not None and days > 0
    per_day = missing / days if can_be_shared and missing is not None else None
    return Chance(
        rule, subject_of(result), result.goal.name, result.cycle.id, result.cycle.end, result.measure.metric, level, bound,
        result.actual, missing, per_day, amount, blocked,
    )  # fmt: skip


def _blocked(results: Iterable[GoalResult]) -> dict[tuple[str, str], Remark]:
    """Guardrails that do not hold as of today."""
    return {
        (subject_of(result), cycle_key(result.cycle)): Remark(
            "the guardrail on {metric} does not hold today", {"metric": result.measure.metric}
        )
        for result in results
        if result.measure.role is Role.GUARDRAIL and result.status in (Status.BEHIND, Status.MISSED)
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
