"""Alerts about goals: the goals' own words, passed on to whoever asked to hear them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from opsengine.monitor.alert import Alert, Rule, State
from opsengine.monitor.wording import evidence_of, sentence_of
from opsengine.strategy import Label, Number

if TYPE_CHECKING:
    from opsengine.goals import GoalResult
    from opsengine.warehouse import Engine


def about_goals(
    engine: Engine, results: Iterable[GoalResult], rules: Sequence[Rule], as_of: date, firing: Collection[tuple[str, str]] = ()
) -> Iterator[Alert]:
    """What each rule about goals says of every promise whose cycle the day belongs to; `firing` are those that fire already."""
    watching = [rule for rule in rules if rule.declared.watch == "goal"]
    if not watching:
        return
    titles: dict[str, Label] = {row["metric"]: {"zh-CN": row["title_zh"], "en": row["title_en"]} for row in engine.read(_TITLES)}
    current = [result for result in results if result.cycle.start <= as_of <= result.cycle.end]
    for rule in watching:
        yield from (_alert(rule, result, titles, (rule.name, _subject(result)) in firing) for result in current)


def _alert(rule: Rule, result: GoalResult, titles: Mapping[str, Label], is_firing: bool) -> Alert:  # noqa: FBT001  known from before
    metric, numbers = result.measure.metric, _numbers(result)
    state = _state(rule, result, is_firing=is_firing)
    expected, odds = numbers.get("expected"), numbers.get("odds")
    words: dict[str, Label] = {
        "goal": {"zh-CN": result.goal.name, "en": result.goal.name},
        "metric": titles.get(metric, {"zh-CN": metric, "en": metric}),
    }
    is_of_odds = rule.declared.way == "odds"
    shown, limit = (odds, rule.threshold) if is_of_odds else (numbers.get("actual"), expected.value if expected else None)
    return Alert(
        rule=rule,
        subject=_subject(result),
        account_id=result.account_id,
        state=state,
        since=result.as_of,
        value=shown.value if shown else None,
        threshold=limit,
        evidence=(
            *evidence_of(metric, numbers.get("actual"), expected.value if expected else None),
            *evidence_of("odds", odds, rule.threshold if is_of_odds else None),
        ),
        because=sentence_of(rule, state, numbers, words),
        stake=_stake(result, numbers),
    )


def _subject(result: GoalResult) -> str:
    return f"{result.goal.subject.key}/{result.measure_id}"


def _state(rule: Rule, result: GoalResult, *, is_firing: bool) -> State:
    if rule.declared.way == "odds":
        if result.odds is None or result.is_over:
            return _BY_PACE.get(result.status.value, State.OK)
        return State.FIRING if result.odds < (rule.clears_at if is_firing else rule.threshold) else State.OK
    if result.status.value == "no_data":
        return State.NO_DATA
    return State.FIRING if result.status.value in (rule.declared.statuses or ()) else State.OK


def _stake(result: GoalResult, numbers: Mapping[str, Number]) -> float | None:
    """What a promise in yuan will lack, as far as anybody can tell."""
    if result.measure.unit != "yuan" or result.measure.direction != "up" or "target" not in numbers:
        return None
    there = numbers.get("landing")
    return max(numbers["target"].value - there.value, 0.0) if there else None


def _numbers(result: GoalResult) -> dict[str, Number]:
    """The numbers of a promise that are known."""
    unit = result.measure.unit
    found = (
        ("actual", result.actual, unit),
        ("expected", result.expected, unit),
        ("target", result.measure.target, unit),
        ("landing", result.landing.p50 if result.landing else None, unit),
        ("progress", result.progress, "ratio"),
        ("elapsed", result.elapsed, "ratio"),
        ("odds", result.odds, "ratio"),
    )
    return {name: Number(float(value), unit) for name, value, unit in found if value is not None}


_BY_PACE = {"no_data": State.NO_DATA, "behind": State.FIRING, "missed": State.FIRING}
"""What a promise without odds is judged by: its word."""
_TITLES = "select metric, title_zh, title_en from raw.metrics"
