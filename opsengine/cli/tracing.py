"""Where an entry of the ledger comes from, as a person reads it: what it says, what it rests on, what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opsengine.cli.rewarding import SAID
from opsengine.cli.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opsengine.cli.frame import Session
    from opsengine.rewards import Trace

_TEXTS = {
    "seq": "no.", "entry_id": "entry", "kind": "kind", "cycle": "cycle", "rule": "rule", "rule_version": "version of the rule",
    "rule_revision": "hash of the rule's file", "subject": "subject", "amount": "amount", "unit": "unit", "status": "status",
    "run": "run", "created_at": "written", "hash": "hash", "review": "held for review",
    "actual": "actual", "adjusts": "adjusts", "approved_by": "approved by", "benefit": "benefit", "by": "by",
    "data_sha": "hash of the data", "expires": "usable until", "file": "file", "goal": "goal", "goals": "goals", "level": "level",
    "metric": "metric", "play": "play", "reached": "reached", "revision": "hash of the file", "role": "role", "streak": "in a row",
    "target": "target", "task": "task", "usable_from": "usable from", "why": "why",
}  # fmt: skip
_LEVELS = {"floor": "floor", "target": "target", "stretch": "stretch"}
_CODES = {
    **SAID, "level": _LEVELS, "reached": _LEVELS,
    "role": {"primary": "primary", "secondary": "secondary", "guardrail": "guardrail"},
}  # fmt: skip


def traced(session: Session, found: Trace) -> Table:
    """An entry as a table of two columns."""
    root = found.follows or found.entry
    rows = [
        *_said(session, {key: value for key, value in found.entry.items() if key not in ("evidence", "target")}),
        *([session.words("evidence: {name}", name=name), value] for name, value in _said(session, root["evidence"])),
        *([session.words("then: {name}", name=_word(session, "kind", one["kind"])), _deed(one)] for one in found.followed_by),
        *([session.words("order: {name}", name=one["channel"]), _answer(session, one)] for one in found.orders),
    ]
    return Table({"name": "of the entry", "value": "value"}, rows)


def _said(session: Session, told: Mapping[str, Any]) -> Iterator[list[str]]:
    for key, value in told.items():
        if key == "review":
            yield [session.words(_TEXTS[key]), "; ".join(doubt["says"] for doubt in value)]
        elif value is not None:
            shown = session.names.metric(value) if key == "metric" else _word(session, key, value)
            yield [session.words(_TEXTS.get(key, key)), shown]


def _word(session: Session, key: str, value: Any) -> str:
    code = _CODES.get(key, {}).get(value) if isinstance(value, str) else None
    return session.words(code) if code else str(value)


def _deed(entry: Mapping[str, Any]) -> str:
    return f"{entry['created_at']} {entry['evidence'].get('by', '')}".strip()


def _answer(session: Session, order: Mapping[str, Any]) -> str:
    return f"{_word(session, 'outcome', order['outcome'])} {order['by']}"
