"""What an alert says of its numbers: the sentence of its file and the plain evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opsengine.monitor.alert import Rule, State
from opsengine.monitor.reading import THRESHOLD
from opsengine.strategy import Evidence, Label, Number, Sentence

_UNITS = {
    "missing": "days", "odds": "ratio", "status": "ratio", "change": "ratio", "anomaly": "times", "shift": "times",
    "error": "count",
}  # fmt: skip
"""The unit of a threshold, by how it is watched; that of a condition is the shown number's, that of a score points."""
_EVERYBODY: Label = {"zh-CN": "全部账号", "en": "all accounts"}


def evidence_of(name: str, number: Number | None, benchmark: float | None) -> tuple[Evidence, ...]:
    """A number and what it was held against; nothing when there is no number."""
    return (Evidence(name, number.value, number.unit, benchmark),) if number else ()


def sentence_of(
    rule: Rule, state: State, numbers: Mapping[str, Number], words: Mapping[str, Label] | None = None
) -> Sentence | None:
    """The sentence of the rule's file, filled; None while it does not fire."""
    if state is not State.FIRING:
        return None
    return Sentence(rule.declared.because.label, {**numbers, THRESHOLD: Number(rule.threshold, _unit(rule))}, words or {})


def sentence_of_cause(rule: Rule, state: State, cause: Mapping[str, Any] | None) -> Sentence | None:
    """What pulled a score down most, in words; None when that is not known or the file has no words for it."""
    if state is not State.FIRING or cause is None or rule.declared.cause is None:
        return None
    component: Label = {"zh-CN": cause["title_zh"], "en": cause["title_en"]}
    return Sentence(rule.declared.cause.label, {"points": Number(cause["points"], "points")}, {"component": component})


def part_sentence(rule: Rule, state: State, cause: Mapping[str, Any] | None) -> Sentence | None:
    """Which part of a sum moved most, in words; None when it has no parts or the file has no words for it."""
    if state is not State.FIRING or cause is None or rule.declared.cause is None:
        return None
    part: Label = {"zh-CN": cause["title_zh"], "en": cause["title_en"]}
    moved = Number(cause["change"], cause["unit"] or "count")
    return Sentence(rule.declared.cause.label, {"part_change": moved}, {"part": part})


def field_label(key: str) -> Label:
    """What a group is called: its key, or everybody."""
    return _EVERYBODY if key in ("", "all") else {"zh-CN": key, "en": key}


def _unit(rule: Rule) -> str:
    if rule.declared.watch in ("rank", "tier_share"):
        return "count" if (rule.declared.watch, rule.declared.way) == ("rank", "threshold") else "ratio"
    if rule.declared.way == "threshold":
        return rule.units[rule.declared.value or ""]
    return "points" if rule.declared.watch == "score" else _UNITS[rule.declared.way]
