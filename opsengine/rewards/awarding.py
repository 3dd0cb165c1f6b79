"""From results and rules to entries: values in, values out.

A goal earns when its cycle is over and settled, its data is complete, the level stands and no guardrail broke. Entries are
made in one fixed order (end of the cycle, rule, subject, metric), so that caps and budgets are spent the same way each time;
an entry that does not fit whole is not granted. What is in the ledger already is never granted again, also not by a later
version of its rule.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from opsengine.goals import CycleKind, Remark, Role, Status, cycle_containing
from opsengine.rewards.rule import LEVELS
from opsengine.state import Entry, Kind, canonical
from opsengine.state import Status as Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from opsengine.goals import Cycle, GoalResult
    from opsengine.rewards.rule import Rule

_CALENDAR = (CycleKind.DAY, CycleKind.WEEK, CycleKind.MONTH, CycleKind.QUARTER, CycleKind.HALF_YEAR, CycleKind.YEAR)
_COUNTED = (Kind.GRANT, Kind.ADJUSTMENT, Kind.REVERSAL)
"""Entries that change how much was granted; confirmations and fulfilments only move it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A level that was reached, and why it is not granted."""

    rule: str
    subject: str
    cycle: str
    metric: str
    reason: Remark


def award(results: Iterable[GoalResult], rules: Iterable[Rule], as_of: date, written: Iterable[Entry] = ()) -> list[Entry]:
    """The grants that are due on a day and not yet among the `written` entries of the ledger."""
    return [entry for entry, reason in _judged(list(results), list(rules), as_of, list(written)) if reason is None]


def held(results: Iterable[GoalResult], rules: Iterable[Rule], as_of: date, written: Iterable[Entry] = ()) -> list[Held]:
    """What was reached in a cycle that is over and is not granted, each with its reason."""
    return [
        Held(entry.rule, entry.subject, entry.cycle, entry.occasion, reason)
        for entry, reason in _judged(list(results), list(rules), as_of, list(written))
        if reason is not None
    ]


def subject_of(result: GoalResult) -> str:
    """A subject as the ledger names it: an account by its id, a team or brand with its kind before it."""
    subject = result.goal.subject
    return subject.key if subject.kind == "account" else f"{subject.kind}:{subject.key}"


def cycle_key(cycle: Cycle) -> str:
    """The same days have the same key, however a goal file writes them."""
    calendar = (cycle_containing(cycle.start, kind) for kind in _CALENDAR)
    same = (other.id for other in calendar if (other.start, other.end) == (cycle.start, cycle.end))
    return next(same, f"{cycle.start.isoformat()}..{cycle.end.isoformat()}")


def _judged(
    results: Sequence[GoalResult], rules: Sequence[Rule], as_of: date, written: Sequence[Entry]
) -> Iterator[tuple[Entry, Remark | None]]:
    """Every entry that its level earns and that is not in the ledger, and what stands in its way."""
    spent, guardrails = _Spent(written), _guardrails(results)
    reached = ((result, rule) for rule in rules for result in results if _is_reached(result, rule))
    for result, rule in sorted(reached, key=lambda pair: _order(*pair)):
        entry = _entry(result, rule)
        if spent.knows(entry):
            continue
        reason = _obstacle(result, rule, as_of) or _trouble(result, rule, guardrails) or spent.obstacle(entry, rule)
        if reason is None:
            spent.add(entry)
        yield entry, reason


def _is_reached(result: GoalResult, rule: Rule) -> bool:
    """Whether a result has what the rule asks for: its role, its names, its level, in a cycle that is over and counts."""
    earns, says, subject = rule.says.earns, rule.says, result.goal.subject
    return (
        result.is_over
        and result.measure.role.value == earns.role
        and (not earns.metrics or result.measure.metric in earns.metrics)
        and (not earns.goals or result.goal.name in earns.goals)
        and says.subjects.include(subject.kind, subject.key)
        and says.valid.includes(result.cycle.end)
        and result.level is not None
        and LEVELS.index(result.level) >= LEVELS.index(earns.level)
    )


def _order(result: GoalResult, rule: Rule) -> tuple[date, str, str, str, str]:
    return result.cycle.end, rule.name, subject_of(result), result.measure.metric, result.goal.name


def _entry(result: GoalResult, rule: Rule) -> Entry:
    """The grant; a primary promise is one for its subject and cycle, a secondary one is told apart by its metric."""
    says, measure = rule.says, result.measure
    evidence = {
        "goal": result.goal.name, "file": result.goal.file, "revision": result.goal.revision, "cycle": result.cycle.id,
        "role": measure.role.value, "metric": measure.metric, "level": says.earns.level, "target": str(measure.target),
        "actual": str(result.actual), "data_sha": _data_sha(result),
    }  # fmt: skip
    return Entry(
        kind=Kind.GRANT, cycle=cycle_key(result.cycle), rule=rule.name, rule_version=says.version, subject=subject_of(result),
        amount=says.benefit.amount, unit=says.benefit.unit,
        status=Standing.PENDING if says.approval == "needed" else Standing.CONFIRMED,
        occasion="" if measure.role is Role.PRIMARY else measure.metric, rule_sha=rule.revision, evidence=canonical(evidence),
    )  # fmt: skip


def _data_sha(result: GoalResult) -> str:
    """The hash of the sums and counts that the result rests on."""
    found = result.found
    numbers = [found.accounts, found.days_expected, found.days_with_data]
    sums = [str(value) for value in (found.numerator, found.denominator, found.baseline, found.last_day)]
    return hashlib.sha256(canonical([result.measure_id, *numbers, *sums]).encode()).hexdigest()


def _obstacle(result: GoalResult, rule: Rule, as_of: date) -> Remark | None:
    """What is unfinished about a level that stands; None when it is settled and complete."""
    settled = result.cycle.end + timedelta(days=rule.says.settle_days)
    if as_of < settled:
        return Remark("its numbers settle until {day}", {"day": settled.isoformat()})
    if not result.has_complete_data:
        found = result.found
        return Remark("data for {known} of {days} days", {"known": found.days_with_data, "days": found.days_expected})
    return None


def _guardrails(results: Iterable[GoalResult]) -> dict[tuple[str, str], list[GoalResult]]:
    """The guardrails of every subject and cycle."""
    found: defaultdict[tuple[str, str], list[GoalResult]] = defaultdict(list)
    for result in results:
        if result.measure.role is Role.GUARDRAIL:
            found[subject_of(result), cycle_key(result.cycle)].append(result)
    return found


def _trouble(result: GoalResult, rule: Rule, guardrails: Mapping[tuple[str, str], list[GoalResult]]) -> Remark | None:
    """A guardrail of the same subject and cycle that did not hold, or that nobody can judge."""
    if rule.says.guardrails == "ignore":
        return None
    for guardrail in guardrails.get((subject_of(result), cycle_key(result.cycle)), ()):
        if guardrail.status is Status.NO_DATA:
            return Remark("the guardrail on {metric} has no data", {"metric": guardrail.measure.metric})
        if guardrail.status is not Status.REACHED:
            return Remark("the guardrail on {metric} was broken", {"metric": guardrail.measure.metric})
    return None


class _Spent:
    """What the rules have granted so far, in this run and before."""

    def __init__(self, written: Iterable[Entry]) -> None:
        self._known: set[tuple[str, ...]] = set()
        self._by_rule: Counter[tuple[str, str]] = Counter()
        self._by_subject: Counter[tuple[str, str, str, str]] = Counter()
        for entry in written:
            if entry.kind in _COUNTED:
                self.add(entry)

    def knows(self, entry: Entry) -> bool:
        """Whether the same thing was granted before, by whatever version of the rule."""
        return _meaning(entry) in self._known

    def add(self, entry: Entry) -> None:
        """Count an entry; a reversal gives back what it takes, yet what was granted once is not granted again."""
        if entry.kind is Kind.GRANT:
            self._known.add(_meaning(entry))
        self._by_rule[entry.rule, entry.unit] += entry.amount
        self._by_subject[entry.rule, entry.unit, entry.cycle, entry.subject] += entry.amount

    def obstacle(self, entry: Entry, rule: Rule) -> Remark | None:
        """The cap or budget that an entry would break."""
        cap, budget = rule.says.cap, rule.says.budget
        if cap is not None and self._by_subject[entry.rule, entry.unit, entry.cycle, entry.subject] + entry.amount > cap:
            return Remark("the cap for one subject and cycle is used up", {})
        if budget is not None and self._by_rule[entry.rule, entry.unit] + entry.amount > budget:
            return Remark("the budget of the rule is used up", {})
        return None


def _meaning(entry: Entry) -> tuple[str, ...]:
    return (entry.rule, entry.cycle, entry.subject, entry.occasion)
