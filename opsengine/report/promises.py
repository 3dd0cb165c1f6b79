"""Goals and benefits as a brief tells them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from opsengine.goals import Role, Status, parse_cycle
from opsengine.report.brief import Benefit, Goal, Landing, Level, Pace, Step
from opsengine.report.figures import figures
from opsengine.rewards import chances, claims_of, task_chances
from opsengine.words import LOCALES, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from opsengine.goals import Cycle, GoalResult, Remark
    from opsengine.report.gathering import Gathered, Row
    from opsengine.report.labels import Label, Reason, Unit
    from opsengine.rewards import Chance, Claim, Rule, TaskChance
    from opsengine.state import Entry
    from opsengine.strategy import Task

DAYS_OF_BENEFITS = 28
"""Benefits of cycles that ended within four weeks are shown."""
ROLES = (Role.PRIMARY, Role.SECONDARY, Role.GUARDRAIL)
LEVELS: Mapping[str, Label] = {
    "floor": {"zh-CN": "保底", "en": "Floor"},
    "target": {"zh-CN": "目标", "en": "Target"},
    "stretch": {"zh-CN": "冲刺", "en": "Stretch"},
}
SCORES: Mapping[str, Label] = {
    "business_score": {"zh-CN": "经营值", "en": "Business score"},
    "popularity_score": {"zh-CN": "人气值", "en": "Popularity score"},
}
RANKS: Mapping[str, Label] = {
    "business_rank": {"zh-CN": "经营值排名", "en": "Business rank"},
    "popularity_rank": {"zh-CN": "人气值排名", "en": "Popularity rank"},
}


def goals_of(results: Iterable[GoalResult], period: Cycle, metrics: Mapping[str, Row]) -> tuple[Goal, ...]:
    """The goals that a brief about a period tells of: running on its last day, or ended within it.

    Running ones come first, the soonest end before the others; within a goal the primary measure comes first.
    """
    return tuple(_goal(result, metrics) for result in _told(results, period))


def pace_of_primary(results: Iterable[GoalResult], period: Cycle, found: Gathered) -> Pace | None:
    """The primary goal day by day beside its plan; None without a primary goal over a sum that has begun."""
    primary = next((result for result in _told(results, period) if result.measure.role is Role.PRIMARY), None)
    if primary is None or primary.measure.kind != "flow":
        return None
    actual = {row["day"]: row["actual"] for row in found.paces.get(primary.measure_id, [])}
    steps = tuple(Step(one.day, actual.get(one.day), float(one.expected)) for one in primary.expected_days)
    metric, unit = _named(primary, found.metrics)
    return Pace(metric, unit, float(primary.measure.target), steps, _landing(primary))


def earned_benefits(
    entries: Sequence[Entry], rules: Iterable[Rule], account: str, period: Cycle, metrics: Mapping[str, Row]
) -> tuple[Benefit, ...]:
    """What the account was granted for cycles that ended within four weeks of the period's end, and where that stands."""
    known = {rule.name: rule for rule in rules}
    return tuple(
        _benefit(claim, known.get(claim.grant.rule), metrics)
        for claim in claims_of(entries).values()
        if claim.grant.subject == account and claim.amount > 0 and _is_recent(claim.grant, period)
    )


def possible_benefits(results: Sequence[GoalResult], rules: Iterable[Rule], metrics: Mapping[str, Row]) -> tuple[Benefit, ...]:
    """What the running goals of an account can still earn, and what it takes; levels that stand today are left out."""
    return tuple(
        Benefit(
            title=chance.title,
            amount=float(Decimal(chance.amount) / chance.rule.says.benefit.parts),
            unit=_unit(chance.rule.says.benefit.unit),
            because=_what_it_takes(chance, metrics),
            state="open",
        )
        for chance in chances(results, rules)
        if chance.missing is not None and not chance.stands
    )


def benefits_of_tasks(tasks: Iterable[Task], rules: Iterable[Rule], as_of: date) -> tuple[Benefit, ...]:
    """What the open tasks of an account can earn once the data prove them, the one that is due first at the head."""
    return tuple(
        Benefit(
            title=chance.rule.says.benefit.title,
            amount=float(Decimal(chance.amount) / chance.rule.says.benefit.parts),
            unit=_unit(chance.rule.says.benefit.unit),
            because=_what_proves_it(chance),
            state="open",
        )
        for chance in task_chances(tasks, rules, as_of)
    )


def _what_proves_it(chance: TaskChance) -> Label:
    """The rule, and which task has to be done and proved until which day."""
    text = "{rule}: “{task}”, done until {day} and proved by the data"
    rules: Label = dict(chance.rule.says.title)
    task: Label = dict(chance.task.title)
    due = chance.task.due
    return {
        locale: Words(locale)(text, rule=rules[locale], task=task[locale], day=figures(locale).day(due)) for locale in LOCALES
    }


def _what_it_takes(chance: Chance, metrics: Mapping[str, Row]) -> Label:
    """The rule, and how much of which metric is missing until which day."""
    text = "{rule}: {metric}, {missing} to go until {day}"
    unit: Unit = "score" if chance.metric in SCORES else metrics.get(chance.metric, {"unit": "count"})["unit"]
    metric = metric_of(chance.metric, metrics)
    rules: Label = dict(chance.rule.says.title)
    return {
        locale: Words(locale)(
            text, rule=rules[locale], metric=metric[locale],
            missing=figures(locale).amount(float(chance.missing or 0), unit), day=figures(locale).day(chance.ends),
        )
        for locale in LOCALES
    }  # fmt: skip


def _told(results: Iterable[GoalResult], period: Cycle) -> list[GoalResult]:
    told = [
        result
        for result in results
        if result.cycle.has_begun(period.end) and result.cycle.end >= period.start and not result.measure.is_open
    ]
    return sorted(told, key=lambda result: (result.cycle.end < period.end, result.cycle.end, result.goal.name, _place(result)))


def _place(result: GoalResult) -> tuple[int, str]:
    return ROLES.index(result.measure.role), result.measure.metric


def _goal(result: GoalResult, metrics: Mapping[str, Row]) -> Goal:
    metric, unit = _named(result, metrics)
    target = float(result.measure.target)
    return Goal(
        id=result.measure_id,
        role=result.measure.role.value,
        metric=metric,
        unit=unit,
        direction=result.measure.direction,
        start=result.cycle.start,
        end=result.cycle.end,
        target=target,
        status=result.status.value,
        actual=_number(result.actual),
        progress=_number(result.progress),
        expected=_share_due(result) if result.measure.kind == "flow" else None,
        elapsed=float(result.elapsed),
        needed_per_day=_number(result.needed_per_day),
        landing=_landing(result),
        levels=tuple(
            Level(LEVELS[name], float(bound), _stands(result, bound))
            for name, bound in (("floor", result.measure.floor), ("stretch", result.measure.stretch))
            if bound is not None
        ),
        note=_note(result),
        reason=_why_unknown(result),
    )


def _share_due(result: GoalResult) -> float:
    """The share of the way that the declared pace expects by now."""
    share = result.due.share(result.cycle.days_elapsed(result.as_of)) if result.due and not result.is_over else None
    return float(result.elapsed if share is None else share)


def _why_unknown(result: GoalResult) -> Reason:
    if result.status is not Status.NO_DATA:
        return ""
    return "too_few_days" if result.found.days_with_data else "no_source"


def _named(result: GoalResult, metrics: Mapping[str, Row]) -> tuple[Label, Unit]:
    name = result.measure.metric
    return metric_of(name, metrics), "score" if name in SCORES else metrics.get(name, {"unit": "count"})["unit"]


def metric_of(name: str, metrics: Mapping[str, Row]) -> Label:
    """What a metric, score or rank is called; one that nobody declared by its own name."""
    row = metrics.get(name, {"title_zh": name, "title_en": name})
    return SCORES.get(name) or RANKS.get(name) or {"zh-CN": row["title_zh"], "en": row["title_en"]}


def _landing(result: GoalResult) -> Landing | None:
    found = result.landing
    return Landing(found.p10, found.p50, found.p90) if found and not result.is_over else None


def _stands(result: GoalResult, bound: Decimal) -> bool:
    sign = 1 if result.measure.direction == "up" else -1
    return result.actual is not None and result.actual * sign >= bound * sign


def _note(result: GoalResult) -> Label | None:
    return {locale: _listed(result.remarks, Words(locale)) for locale in LOCALES} if result.remarks else None


def _listed(remarks: Iterable[Remark], words: Words) -> str:
    return words("; ").join(words(remark.text, **remark.fields) for remark in remarks)


def _because(rule: Label, metric: Label, cycle: str) -> Label:
    said, days = "{rule}: {metric}, {cycle}", parse_cycle(cycle)
    return {
        locale: Words(locale)(said, rule=rule[locale], metric=metric[locale], cycle=figures(locale).days(days.start, days.end))
        for locale in LOCALES
    }


def _benefit(claim: Claim, rule: Rule | None, metrics: Mapping[str, Row]) -> Benefit:
    says, grant = rule.says if rule else None, claim.grant
    name = {"zh-CN": grant.rule, "en": grant.rule}
    metric = str(claim.evidence.get("metric") or grant.occasion)
    return Benefit(
        title=says.benefit.title if says else name,
        amount=float(Decimal(claim.amount) / (says.benefit.parts if says else 1)),
        unit=_unit(grant.unit),
        because=_because(says.title if says else name, metric_of(metric, metrics), grant.cycle),
        state=claim.standing.value,
    )


def _is_recent(entry: Entry, period: Cycle) -> bool:
    ended = parse_cycle(entry.cycle).end
    return ended <= period.end and (period.end - ended).days < DAYS_OF_BENEFITS


def _unit(name: str) -> Label:
    return {locale: Words(locale)(name) for locale in LOCALES}


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
