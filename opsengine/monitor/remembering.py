"""One look at every alert: what was remembered and what is seen make what is remembered next, and what is to be told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from opsengine.monitor.alert import Alert, State
from opsengine.monitor.alert_file import SEVERITIES
from opsengine.monitor.living import Mark, Phase, Terms, Word, begin, step
from opsengine.state import AlertMove, AlertRecord, canonical, instant

if TYPE_CHECKING:
    from opsengine.monitor.alert import Rule

_OF_FLOWS = ("anomaly", "shift", "change")
_GONE = Terms()
"""How an alert lives whose rule is no longer there: it is over at once, and that is told."""
TOLD_AS = "told_as"
"""Under which name the detail keeps how grave people were told it is."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that people are to be told."""

    record: AlertRecord
    word: Word


@dataclass(frozen=True, slots=True)
class Look:
    """What one look made of everything."""

    records: tuple[AlertRecord, ...]
    moves: tuple[AlertMove, ...]
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """When a look happens, in which run, and whether the day is special."""

    now: datetime
    run_id: str
    is_special: bool = False


def look_at(known: Iterable[AlertRecord], seen: Iterable[Alert], rules: Sequence[Rule], moment: Moment) -> Look:
    """One look. What was never seen to fire and does not fire now is not remembered at all."""
    before = {(record.alert, record.subject): record for record in known}
    found = {(alert.rule.name, alert.subject): alert for alert in seen}
    named = {rule.name: rule for rule in rules}
    records: list[AlertRecord] = []
    moves: list[AlertMove] = []
    said: list[Said] = []
    for key in sorted(before.keys() | {key for key, alert in found.items() if alert.state is State.FIRING}):
        record, move, word = _one(before.get(key), key, found.get(key), named.get(key[0]), moment)
        records.append(record)
        if move:
            moves.append(move)
        if word:
            said.append(Said(record, word))
    return Look(tuple(records), tuple(moves), tuple(said))


def blind(known: Iterable[AlertRecord], moment: Moment) -> Look:
    """A look on a day that could not be looked at: nothing fires and nothing is over; of everything nobody can tell."""
    records, moves = [], []
    for record in known:
        mark = step(mark_of(record), State.ERROR.value, _GONE, moment.now).mark
        kept = record_of(mark, record, moment.now)
        records.append(kept)
        if kept.shown != record.shown:
            moves.append(_move(record.shown, kept, moment.run_id))
    return Look(tuple(records), tuple(moves), ())


def mark_of(record: AlertRecord) -> Mark:
    """What is remembered, as the life of an alert knows it."""
    return Mark(
        Phase(record.phase), _moment(record.since), _maybe(record.fired_at), _maybe(record.told_at), bool(record.is_told),
        _maybe(record.snoozed_until), record.acknowledged_by, grade_of(json.loads(record.detail).get(TOLD_AS)),
    )  # fmt: skip


def record_of(mark: Mark, record: AlertRecord, now: datetime, withheld: str = "") -> AlertRecord:
    """A mark as it is remembered, of the same alert, with what was last seen."""
    return AlertRecord(
        record.alert, record.subject, mark.phase.value, instant(mark.since), mark.shown(now).value, _text(mark.fired_at),
        _text(mark.told_at), int(mark.is_told), _text(mark.snoozed_until), mark.acknowledged_by, withheld, record.severity,
        _with_grade(record.detail, mark.told_grade),
    )  # fmt: skip


def grade_of(severity: str | None) -> int:
    """How grave a severity is, 1 for the least; 0 for none."""
    return len(SEVERITIES) - SEVERITIES.index(severity) if severity in SEVERITIES else 0


def _with_grade(detail: str, grade: int) -> str:
    """What was last seen, with how grave people were told it is."""
    told = json.loads(detail)
    as_before = grade_of(told.get(TOLD_AS)) == grade
    return detail if as_before else canonical(told | {TOLD_AS: SEVERITIES[-grade] if grade else None})


def detail_of(alert: Alert) -> str:
    """What is said of an alert, in every language, as canonical JSON."""
    told: dict[str, Any] = {
        "title": dict(alert.title),
        "account_id": alert.account_id,
        "since": alert.since.isoformat(),
        "value": alert.value,
        "threshold": alert.threshold,
        "stake": alert.stake,
        "because": dict(alert.because.label) if alert.because else None,
        "cause": dict(alert.cause.label) if alert.cause else None,
        "evidence": [one.as_json() for one in alert.evidence],
        "play": alert.rule.declared.play,
        "look_further": alert.look_further,
        "route": list(alert.rule.declared.route),
        "owner": alert.rule.declared.owner,
    }
    return canonical(told)


def _one(
    record: AlertRecord | None, key: tuple[str, str], alert: Alert | None, rule: Rule | None, moment: Moment
) -> tuple[AlertRecord, AlertMove | None, Word | None]:
    now = moment.now
    mark = mark_of(record) if record else begin(now)
    grade = grade_of(alert.severity if alert else record.severity if record else None)
    taken = step(mark, _seen(alert, rule, moment), rule.terms if rule else _GONE, now, grade)
    base = _base(record, key, alert)
    kept = record_of(taken.mark, base, now, taken.withheld)
    was = record.shown if record else ""
    is_withheld_anew = bool(taken.withheld) and (record is None or record.withheld != taken.withheld)
    move = _move(was, kept, moment.run_id, taken.withheld) if kept.shown != was or is_withheld_anew else None
    return kept, move, taken.word


def _seen(alert: Alert | None, rule: Rule | None, moment: Moment) -> str:
    """What is seen; of a flow that nobody could judge nothing is known, and anything else that is not there is over."""
    if alert is not None:
        return alert.state.value
    if rule is not None and rule.declared.way in _OF_FLOWS:
        return State.MASKED.value if moment.is_special else State.NO_DATA.value
    return State.OK.value


def _base(record: AlertRecord | None, key: tuple[str, str], alert: Alert | None) -> AlertRecord:
    """The record with what is seen now; what was said while it fired is kept for the message that it is over."""
    if alert is not None and (alert.state is State.FIRING or record is None):
        empty = AlertRecord(*key, Phase.OK.value, "", "", None, None, 0, None, "", "", "", "")
        kept = record or empty
        values = {name: getattr(kept, name) for name in kept.__slots__}
        return AlertRecord(**values | {"severity": alert.severity, "detail": detail_of(alert)})
    if record is None:
        raise KeyError(key)
    return record


def _move(was: str, kept: AlertRecord, run_id: str, why: str = "") -> AlertMove:
    return AlertMove(kept.alert, kept.subject, was, kept.shown, "", kept.severity, kept.detail, run_id, why)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(moment: datetime | None) -> str | None:
    return instant(moment) if moment else None


def firing(records: Iterable[AlertRecord]) -> frozenset[tuple[str, str]]:
    """The rule and subject of each alert in trouble."""
    return frozenset((record.alert, record.subject) for record in records if record.fired_at)


def by_key(records: Iterable[AlertRecord]) -> Mapping[tuple[str, str], AlertRecord]:
    """Records by rule and subject."""
    return {(record.alert, record.subject): record for record in records}
