"""Alerts about flows that surprise or change: an account's own, and those of a whole field."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from opsengine.monitor.alert import Alert, Rule, State
from opsengine.monitor.wording import evidence_of, field_label, part_sentence, sentence_of
from opsengine.strategy import Evidence, Label, Number

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

Row = Mapping[str, Any]
_BY_CHANCE = 2
"""Deviations that a count may differ from what was expected without anything being the matter: two, one in twenty."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What every row is read with: names and units of metrics, the parts that moved, what fires already."""

    as_of: date
    titles: Mapping[str, Row]
    causes: Mapping[tuple[str, str], Row]
    firing: Collection[tuple[str, str]]


def about_surprises(engine: Engine, rules: Sequence[Rule], as_of: date, firing: Collection[tuple[str, str]]) -> Iterator[Alert]:
    """Days and stretches of days that bring other than expected, the field taken off; and fields that moved themselves.

    Of the many that bring what was expected only those are told that stand in `raw.subjects_asked`.
    """
    watching = [rule for rule in rules if rule.metrics and rule.declared.way in ("anomaly", "shift")]
    if not watching:
        return
    known = _read_known(engine, as_of, firing)
    for row in engine.read(_SURPRISES):
        for rule in watching:
            is_of_field = rule.declared.watch == "field"
            if row["metric"] in rule.metrics and is_of_field is (row["subject_kind"] == "field"):
                yield _surprise(rule, row, known)


def about_changes(engine: Engine, rules: Sequence[Rule], as_of: date, firing: Collection[tuple[str, str]]) -> Iterator[Alert]:
    """Flows that bring a share more or less than in the window before, or than the peers made of theirs."""
    watching = [rule for rule in rules if rule.declared.watch == "metric" and rule.declared.way == "change"]
    if not watching:
        return
    known = _read_known(engine, as_of, firing)
    for row in engine.read(_CHANGES):
        for rule in watching:
            if row["metric"] in rule.metrics and row["days"] == rule.declared.days:
                yield _change(rule, row, known)


def _surprised(rule: Rule, row: Row, *, is_firing: bool) -> State:
    """Whether it is one, in the direction that matters. A level that fires goes on until it is back within two thirds."""
    is_shift = rule.declared.way == "shift"
    size = row["shift"] if is_shift else row["surprise"]
    if size is None:
        return State.NO_DATA
    is_it = row["is_shift"] if is_shift else row["is_anomaly"]
    if is_firing and is_shift:
        is_it = abs(size) > 2 / 3 * row["shift_limit"]
    return State.FIRING if is_it and _goes(rule, size) else State.OK


def _goes(rule: Rule, size: float) -> bool:
    return rule.declared.direction == "both" or (size < 0) is (rule.declared.direction == "down")


def _surprise(rule: Rule, row: Row, known: _Known) -> Alert:
    subject = f"{row['subject']}/{row['metric']}"
    state = _surprised(rule, row, is_firing=(rule.name, subject) in known.firing)
    metric, is_shift = known.titles[row["metric"]], rule.declared.way == "shift"
    size, limit = (row["shift"], row["shift_limit"]) if is_shift else (row["surprise"], row["day_limit"])
    numbers = _numbers(row, metric["unit"]) | _present({"surprise": (size, "times"), "accounts": (row["accounts"], "count")})
    own = numbers.get("value")
    return Alert(
        rule=rule,
        subject=subject,
        account_id=None if rule.declared.watch == "field" else row["subject"],
        state=state,
        since=known.as_of - timedelta(days=2) if is_shift and state is State.FIRING else known.as_of,
        value=None if size is None else round(size, 3),
        threshold=round(limit, 3),
        evidence=(
            *evidence_of(row["metric"], own, row["expected"]),
            *evidence_of("field_change", numbers.get("field_change"), None),
            *((Evidence("surprise", round(size, 3), "times", round(limit, 3)),) if size is not None else ()),
        ),
        because=sentence_of(rule, state, numbers, {"metric": _label(metric), "field": field_label(row["key"])}),
        cause=part_sentence(rule, state, known.causes.get((row["subject"], row["metric"]))),
        stake=abs(row["expected"] - own.value) if own and own.unit == "yuan" and row["expected"] is not None else None,
    )


def _change(rule: Rule, row: Row, known: _Known) -> Alert:
    subject = f"{row['account_id']}/{row['metric']}"
    metric, days = known.titles[row["metric"]], row["days"]
    found = row["against_field"] if rule.declared.against == "peers" else row["change"]
    is_firing = (rule.name, subject) in known.firing
    limit = rule.clears_at if is_firing else rule.threshold
    is_it = found is not None and abs(found) >= limit and _goes(rule, found)
    if is_it and not is_firing and metric["unit"] == "count":
        is_it = not _may_be_chance(row["value"], row["value"] / (1 + found) if found > -1 else row["before"])
    state = State.NO_DATA if found is None else State.FIRING if is_it else State.OK
    numbers = _numbers(row, metric["unit"]) | {"days": Number(days, "days")}
    return Alert(
        rule=rule,
        subject=subject,
        account_id=row["account_id"],
        state=state,
        since=known.as_of,
        value=found,
        threshold=-rule.threshold if rule.declared.direction == "down" else rule.threshold,
        evidence=(
            *evidence_of(f"{row['metric']}_{days}d", numbers.get("value"), row["before"]),
            *evidence_of("field_change", numbers.get("field_change"), None),
        ),
        because=sentence_of(rule, state, numbers, {"metric": _label(metric)}),
        cause=part_sentence(rule, state, known.causes.get((row["account_id"], row["metric"]))),
        stake=row["missing"] if metric["unit"] == "yuan" else None,
    )


def _may_be_chance(count: float, expected: float) -> bool:
    """Whether two counts differ by no more than chance: of independent events, their difference has their sum as its variance."""
    return (count - expected) ** 2 <= _BY_CHANCE**2 * (count + expected)


def _numbers(row: Row, unit: str) -> dict[str, Number]:
    """The numbers that a sentence may speak of, as far as they are known."""
    plain = {name: (row.get(name), unit) for name in ("value", "expected", "before")}
    return _present(plain | {name: (row[name], "change") for name in ("change", "field_change")})


def _present(numbers: Mapping[str, tuple[float | None, str]]) -> dict[str, Number]:
    return {name: Number(value, unit) for name, (value, unit) in numbers.items() if value is not None}


def _label(row: Row) -> Label:
    return {"zh-CN": row["title_zh"], "en": row["title_en"]}


def _read_known(engine: Engine, as_of: date, firing: Collection[tuple[str, str]]) -> _Known:
    titles = {row["metric"]: row for row in engine.read("select metric, unit, title_zh, title_en from raw.metrics")}
    causes = engine.read("select account_id, metric, title_zh, title_en, unit, change from monitor.part_cause")
    return _Known(as_of, titles, {(row["account_id"], row["metric"]): row for row in causes}, firing)


_SURPRISES = """
select subject_kind, subject, metric, key, value, expected, change, field_change, surprise, shift, day_limit, shift_limit,
    is_anomaly, is_shift, accounts
from surprise.today
where is_anomaly or is_shift or shift is null or (select is_everything from raw.asked)
    or subject || '/' || metric in (select subject from raw.subjects_asked)
order by subject_kind, subject, metric
"""
_CHANGES = """
select account_id, metric, days, value, previous_value as before, change, field_change, against_field, missing
from monitor.window_change
order by account_id, metric, days
"""
