"""Alerts about goals: the goals' own words, passed on to whoever asked to hear them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from opsengine.monitor.alert import Alert, Rule, State
from opsengine.monitor.wording import evidence_of, sentence_of
from opsengine.strategy import Label, Number

if TYPE_CHECKING:
    from opsengine.goals import GoalResult
    from opsengine.warehouse import Engine


def about_goals(engine: Engine, results: Iterable[GoalResult], rules: Sequence[Rule], as_of: date) -> Iterator[Alert]:
    """What each rule about goals says of every promise whose cycle the day belongs to."""
    watching = [rule for rule in rules if rule.declared.watch == "goal"]
    if not watching:
        return
    titles: dict[str, Label] = {row["metric"]: {"zh-CN": row["title_zh"], "en": row["title_en"]} for row in engine.read(_TITLES)}
    current = [result for result in results if result.cycle.start <= as_of <= result.cycle.end]
    for rule in watching:
        yield from (_alert(rule, result, titles) for result in current)


def _alert(rule: Rule, result: GoalResult, titles: Mapping[str, Label]) -> Alert:
    metric, numbers = result.measure.metric, _numbers(result)
    state = _state(rule, result)
    expected = numbers.get("expected")
    words: dict[str, Label] = {
        "goal": {"zh-CN": result.goal.name, "en": result.goal.name},
        "metric": titles.get(metric, {"zh-CN": metric, "en": metric}),
    }
    return Alert(
        rule=rule,
        subject=f"{result.goal.subject.key}/{result.measure_id}",
        account_id=result.account_id,
        state=state,
        since=result.as_of,
        value=numbers["actual"].value if "actual" in numbers else None,
        threshold=expected.value if expected else None,
        evidence=evidence_of(metric, numbers.get("actual"), expected.value if expected else None),
        because=sentence_of(rule, state, numbers, words),
    )


def _state(rule: Rule, result: GoalResult) -> State:
    if result.status.value == "no_data":
        return State.NO_DATA
    return State.FIRING if result.status.value in (rule.declared.statuses or ()) else State.OK


def _numbers(result: GoalResult) -> dict[str, Number]:
    """The numbers of a promise that are known."""
    unit = result.measure.unit
    found = (
        ("actual", result.actual, unit),
        ("expected", result.expected, unit),
        ("progress", result.progress, "ratio"),
        ("elapsed", result.elapsed, "ratio"),
    )
    return {name: Number(float(value), unit) for name, value, unit in found if value is not None}


_TITLES = "select metric, title_zh, title_en from raw.metrics"
