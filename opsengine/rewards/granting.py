"""Between the rules and the ledger: what is due, writing it once, and reading the book back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from opsengine.rewards.awarding import award, held
from opsengine.rewards.rule import FEN_IN_YUAN
from opsengine.state import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from opsengine.goals import GoalResult
    from opsengine.rewards.awarding import Held
    from opsengine.rewards.rule import Rule
    from opsengine.state import Entry, State, Written


def due(state: State, results: Iterable[GoalResult], rules: Iterable[Rule], as_of: date) -> list[Entry]:
    """The grants that are due on a day and not in the ledger yet."""
    return award(results, rules, as_of, _entries(state))


def withheld(state: State, results: Iterable[GoalResult], rules: Iterable[Rule], as_of: date) -> list[Held]:
    """What was reached and is not granted, each with its reason."""
    return held(results, rules, as_of, _entries(state))


def grant(state: State, entries: Iterable[Entry], run_id: str, now: datetime) -> list[Entry]:
    """Write entries into the ledger, all or none; those that were not in it yet.

    Raises LedgerConflict when one is there with other parameters.
    """
    return Ledger(state).append(entries, run_id, now)


def balance(state: State, subject: str | None = None) -> dict[str, Any]:
    """What every subject has, money in yuan, as `opsengine rewards balance` prints it."""
    rows = [row for row in Ledger(state).balance() if subject in (None, row.subject)]
    return {
        "subjects": [
            {
                "subject": row.subject,
                "unit": row.unit,
                "pending": shown(row.pending, row.unit),
                "confirmed": shown(row.confirmed, row.unit),
                "fulfilled": shown(row.fulfilled, row.unit),
            }
            for row in rows
        ]
    }


def statement(state: State, subject: str | None = None) -> dict[str, Any]:
    """Every entry, oldest first, as `opsengine rewards statement` prints it."""
    return {"entries": [_line(written) for written in Ledger(state).statement(subject)]}


def verify(state: State) -> dict[str, Any]:
    """Whether the ledger is what was written, as `opsengine rewards verify` prints it."""
    found = Ledger(state).verify()
    return {"ok": found.ok, "entries": found.entries, "head": found.head, "first_difference": found.first_difference}


def shown(amount: int, unit: str) -> int | float:
    """An amount as people read it: money in yuan, everything else as it is counted."""
    return amount / FEN_IN_YUAN if unit == "yuan" else amount


def _entries(state: State) -> list[Entry]:
    return [written.entry for written in Ledger(state).statement()]


def _line(written: Written) -> dict[str, Any]:
    entry = written.entry
    return {
        "seq": written.seq,
        "entry_id": entry.entry_id,
        "kind": entry.kind.value,
        "cycle": entry.cycle,
        "rule": entry.rule,
        "rule_version": entry.rule_version,
        "rule_revision": entry.rule_sha,
        "subject": entry.subject,
        "amount": shown(entry.amount, entry.unit),
        "unit": entry.unit,
        "status": entry.status.value,
        "target": entry.target,
        "evidence": json.loads(entry.evidence),
        "run": written.run_id,
        "created_at": written.created_at,
        "hash": written.row_hash,
    }
