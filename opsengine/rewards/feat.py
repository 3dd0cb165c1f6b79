"""A feat: something that was done in a cycle and that a rule may pay for, with the numbers it rests on."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from opsengine.goals import CycleKind, Remark, Role, Status, cycle_containing, previous_cycle
from opsengine.rewards.rule import LEVELS
from opsengine.state import canonical

if TYPE_CHECKING:
    from datetime import date

    from opsengine.goals import Cycle, GoalResult
    from opsengine.rewards.rule import Earns, Level, Rule

_CALENDAR = (CycleKind.DAY, CycleKind.WEEK, CycleKind.MONTH, CycleKind.QUARTER, CycleKind.HALF_YEAR, CycleKind.YEAR)


@dataclass(frozen=True, slots=True)
class Feat:
    """What one subject did in one cycle."""

    by: str
    """The way of earning it speaks of: `goal`, `streak`, `team`, `rank`, `tier`, `improvement` or `task`."""
    subject: str
    """As the ledger names it."""
    kind: str
    """account, team or brand."""
    key: str
    """Its id within its kind."""
    cycle: Cycle
    cycle_key: str
    level: Level | None
    """The highest level that stands; None below all of them."""
    progress: Decimal
    """How far it came, to tell who came furthest; 1 is the target."""
    evidence: Mapping[str, str]
    """The numbers it rests on, as texts, for the ledger."""
    metric: str = ""
    occasion: str = ""
    """Tells apart what one subject does in one cycle by one rule."""
    role: str = ""
    goal: str = ""
    """The goal file's name; empty when no goal is behind it."""
    is_over: bool = True
    known_days: int = 1
    expected_days: int = 1
    """Days that could have data, over all accounts."""
    terms: tuple[tuple[str, Decimal], ...] = ()
    """The bound of each level of a promise: what would be noticed if it were lowered."""
    direction: str = "up"
    actual: Decimal | None = None
    accounts: tuple[str, ...] = field(default=())
    """Whose data it rests on, where that is not the subject itself."""

    @property
    def is_complete(self) -> bool:
        """Whether no day is missing: what money may rest on."""
        return self.known_days >= self.expected_days > 0

    @property
    def is_task(self) -> bool:
        """Whether a task is behind it, and no goal."""
        return "task" in self.evidence

    @property
    def whose(self) -> tuple[str, str]:
        """Subject and cycle: what guardrails and promises are about."""
        return self.subject, self.cycle_key


def subject_of(result: GoalResult) -> str:
    """A subject as the ledger names it: an account by its id, a team or brand with its kind before it."""
    subject = result.goal.subject
    return named(subject.kind, subject.key)


def named(kind: str, key: str) -> str:
    """A subject of that kind as the ledger names it."""
    return key if kind == "account" else f"{kind}:{key}"


def cycle_key(cycle: Cycle) -> str:
    """The same days have the same key, however a goal file writes them."""
    calendar = (cycle_containing(cycle.start, kind) for kind in _CALENDAR)
    same = (other.id for other in calendar if (other.start, other.end) == (cycle.start, cycle.end))
    return next(same, f"{cycle.start.isoformat()}..{cycle.end.isoformat()}")


def data_sha(*numbers: object) -> str:
    """The hash of the numbers that a feat rests on."""
    return hashlib.sha256(canonical([str(number) for number in numbers]).encode()).hexdigest()


def feats_of_goals(results: Iterable[GoalResult]) -> list[Feat]:
    """What every promise amounts to; guardrails are none."""
    keys: dict[Cycle, str] = {}
    return [
        _feat_of_goal(result, keys.setdefault(result.cycle, cycle_key(result.cycle)))
        for result in results
        if result.measure.role is not Role.GUARDRAIL
    ]


def feats_of_streaks(feats: Iterable[Feat], rules: Iterable[Rule]) -> list[Feat]:
    """For every rule that pays for streaks: each cycle that ends a run of so many in which the promise was kept.

    A run that was paid begins anew: six in a row are two streaks of three.
    """
    goals = [feat for feat in feats if feat.by == "goal"]
    return [feat for rule in rules if rule.says.earns.by == "streak" for feat in _streaks(goals, rule)]


def feats_of_teams(feats: Iterable[Feat], rules: Iterable[Rule], team_of: Mapping[str, str]) -> list[Feat]:
    """For every rule that pays for teams: the cycles in which enough accounts of a team reached their goal."""
    goals = [feat for feat in feats if feat.by == "goal" and feat.kind == "account" and feat.key in team_of]
    return [feat for rule in rules if rule.says.earns.by == "team" for feat in _teams(goals, rule, team_of)]


def guardrails_of(results: Iterable[GoalResult]) -> dict[tuple[str, str], Remark]:
    """For each subject and cycle in which a guardrail broke, or nobody can judge one: what to say of it."""
    found: dict[tuple[str, str], Remark] = {}
    for result in results:
        if result.measure.role is Role.GUARDRAIL and result.status is not Status.REACHED:
            unknown = result.status is Status.NO_DATA
            text = "the guardrail on {metric} has no data" if unknown else "the guardrail on {metric} was broken"
            found.setdefault((subject_of(result), cycle_key(result.cycle)), Remark(text, {"metric": result.measure.metric}))
    return found


def is_asked_for(feat: Feat, earns: Earns) -> bool:
    """Whether a goal is one of those that a rule speaks of."""
    return (
        feat.role == earns.role
        and (not earns.metrics or feat.metric in earns.metrics)
        and (not earns.goals or feat.goal in earns.goals)
    )


def _feat_of_goal(result: GoalResult, key: str) -> Feat:
    """A primary promise is one for its subject and cycle, a secondary one is told apart by its metric."""
    measure, subject, found = result.measure, result.goal.subject, result.found
    level = next((level for level in LEVELS if level == result.level), None)
    numbers = (found.accounts, found.days_expected, found.days_with_data)
    sums = (found.numerator, found.denominator, found.baseline, found.last_day)
    evidence = {
        "goal": result.goal.name, "file": result.goal.file, "revision": result.goal.revision, "cycle": result.cycle.id,
        "role": measure.role.value, "metric": measure.metric, "target": str(measure.target), "actual": str(result.actual),
        "reached": str(level), "data_sha": data_sha(result.measure_id, *numbers, *sums),
    }  # fmt: skip
    bounds = zip(LEVELS, (measure.floor, measure.target, measure.stretch), strict=True)
    return Feat(
        by="goal", subject=named(subject.kind, subject.key), kind=subject.kind, key=subject.key, cycle=result.cycle,
        cycle_key=key, level=level, progress=result.progress or Decimal(0), evidence=evidence, metric=measure.metric,
        occasion="" if measure.role is Role.PRIMARY else measure.metric, role=measure.role.value, goal=result.goal.name,
        is_over=result.is_over, known_days=found.days_with_data if found.accounts else 0, expected_days=found.days_expected,
        terms=tuple((name, bound) for name, bound in bounds if bound is not None), direction=measure.direction,
        actual=result.actual,
    )  # fmt: skip


def _streaks(goals: Iterable[Feat], rule: Rule) -> Iterable[Feat]:
    earns, wanted = rule.says.earns, rule.says.earns.cycles or 0
    lines: defaultdict[tuple[str, str, CycleKind], dict[date, Feat]] = defaultdict(dict)
    for feat in goals:
        if is_asked_for(feat, earns) and feat.is_over and feat.cycle.kind is not CycleKind.CAMPAIGN:
            lines[feat.subject, feat.occasion, feat.cycle.kind][feat.cycle.end] = feat
    for line in lines.values():
        run: list[Feat] = []
        for end in sorted(line):
            feat = line[end]
            follows = bool(run) and previous_cycle(feat.cycle).end == run[-1].cycle.end
            run = [*(run if follows and len(run) < wanted else []), feat] if rule.says.pays(feat.level) else []
            reached = min((one.level for one in run if one.level), key=LEVELS.index) if len(run) == wanted else None
            yield _streak(run or [feat], reached, rule)


def _streak(run: list[Feat], level: Level | None, rule: Rule) -> Feat:
    """The easiest of the levels counts, and a day that is missing anywhere is missing; no level while it is too short."""
    last = run[-1]
    evidence = {
        "streak": ", ".join(feat.cycle_key for feat in run), "goal": last.goal, "file": last.evidence["file"],
        "revision": last.evidence["revision"], "cycle": last.cycle.id, "role": last.role, "metric": last.metric,
        "actual": ", ".join(feat.evidence["actual"] for feat in run), "target": last.evidence["target"],
        "reached": str(level), "data_sha": data_sha(*(feat.evidence["data_sha"] for feat in run)),
    }  # fmt: skip
    return Feat(
        by=f"streak:{rule.name}", subject=last.subject, kind=last.kind, key=last.key, cycle=last.cycle, cycle_key=last.cycle_key,
        level=level, progress=min(feat.progress for feat in run), evidence=evidence, metric=last.metric, occasion=last.occasion,
        role=last.role, goal=last.goal, known_days=sum(feat.known_days for feat in run),
        expected_days=sum(feat.expected_days for feat in run), terms=last.terms, direction=last.direction, actual=last.actual,
    )  # fmt: skip


def _teams(goals: Iterable[Feat], rule: Rule, team_of: Mapping[str, str]) -> Iterable[Feat]:
    earns = rule.says.earns
    together: defaultdict[tuple[str, str], list[Feat]] = defaultdict(list)
    for feat in goals:
        if is_asked_for(feat, earns):
            together[team_of[feat.key], feat.cycle_key].append(feat)
    for (team, key), members in sorted(together.items(), key=lambda item: item[0]):
        reached = [feat for feat in members if feat.level and LEVELS.index(feat.level) >= LEVELS.index(earns.level)]
        share = Decimal(len(reached)) / len(members)
        first = members[0]
        evidence = {
            "team": team, "reached": str(len(reached)), "of": str(len(members)), "actual": str(share), "target": str(earns.share),
            "cycle": first.cycle.id, "level": earns.level,
            "goals": ", ".join(f"{feat.goal} {feat.evidence['revision'][:12]}" for feat in members),
            "data_sha": data_sha(*(feat.evidence["data_sha"] for feat in members)),
        }  # fmt: skip
        yield Feat(
            by=f"team:{rule.name}", subject=named("team", team), kind="team", key=team, cycle=first.cycle, cycle_key=key,
            level=earns.level if share >= earns.share else None, progress=share / earns.share, evidence=evidence,
            is_over=all(feat.is_over for feat in members), known_days=sum(feat.known_days for feat in members),
            expected_days=sum(feat.expected_days for feat in members), actual=share,
            accounts=tuple(feat.key for feat in members),
        )  # fmt: skip
