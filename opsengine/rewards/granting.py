"""Between the rules and the ledger: what is due, writing it once, and reading the book back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from opsengine.errors import EngineError
from opsengine.rewards.awarding import Judgement, Way, award, judge
from opsengine.rewards.benefit import FEN_IN_YUAN
from opsengine.rewards.promised import seen
from opsengine.state import Ledger, Promises, collector_at_rest, keep
from opsengine.strategy import play_file

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from opsengine.project import Project
    from opsengine.rewards.ground import Ground
    from opsengine.state import Entry, State, Written


def due(state: State, ground: Ground) -> list[Entry]:
    """The entries that are due on a day and not in the ledger yet."""
    return award(_grounded(state, ground), entries_of(state))


def judged(state: State, ground: Ground) -> list[Judgement]:
    """Everything there is cause for on a day: what is due, what needs a person's word, what is withheld and why."""
    return judge(_grounded(state, ground), entries_of(state))


def withheld(state: State, ground: Ground) -> list[Judgement]:
    """What there is cause for and is not written by itself, each with its reason."""
    return [one for one in judged(state, ground) if one.way is not Way.DUE]


def keep_ground(state: State, project: Project, ground: Ground, run_id: str) -> None:
    """Keep what a grant rests on: the promises as they are seen today, and the files of rules, goals and plays as they are."""
    with state.transaction():
        Promises(state).note(seen(ground.feats, ground.as_of), run_id)
        for rule in ground.rules:
            if rule.text:
                keep(state, rule.text.encode())
        for file, revision in sorted({(feat.evidence["file"], feat.evidence["revision"]) for feat in ground.feats if feat.goal}):
            _keep_file(state, project.root / file, revision)
        for play, revision in sorted({(feat.evidence["play"], feat.evidence["revision"]) for feat in ground.feats if feat.is_task}):
            _keep_file(state, play_file(project, play), revision)


def grant(state: State, entries: Iterable[Entry], run_id: str, now: datetime) -> list[Entry]:
    """Write entries into the ledger, all or none; those that were not in it yet.

    Raises LedgerConflict when one is there with other parameters, EngineError when the ledger is not what was written.
    """
    with collector_at_rest(), state.transaction():
        trust(state)
        return Ledger(state).append(entries, run_id, now)


def trust(state: State) -> None:
    """Go on only with a ledger that is what was written. Raises EngineError."""
    found = Ledger(state).verify()
    if not found.ok:
        raise EngineError(
            "the ledger is not what was written: {difference}",
            hint="restore state.db from a backup; nothing was granted or sent",
            difference=found.first_difference or "",
        )


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


def statement(state: State, subjects: Iterable[str] = ()) -> dict[str, Any]:
    """Every entry, oldest first, as `opsengine rewards statement` prints it; of these subjects, or of everybody."""
    wanted = set(subjects)
    return {
        "entries": [line_of(one) for one in Ledger(state).statement() if not wanted or one.entry.subject in wanted],
    }


def shown(amount: int, unit: str) -> int | float:
    """An amount as people read it: money in yuan, everything else as it is counted."""
    return amount / FEN_IN_YUAN if unit == "yuan" else amount


def entries_of(state: State) -> list[Entry]:
    """The entries of the ledger, oldest first."""
    return [written.entry for written in Ledger(state).statement()]


def line_of(written: Written) -> dict[str, Any]:
    """An entry as JSON."""
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


def _grounded(state: State, ground: Ground) -> Ground:
    return ground.with_promised([*ground.promised, *Promises(state).all()])


def _keep_file(state: State, path: Path | None, revision: str) -> None:
    """Keep the text of a goal or a play while it is the one that was read."""
    text = path.read_bytes().decode("utf-8-sig").encode() if path is not None and path.is_file() else b""
    if hashlib.sha256(text).hexdigest() == revision:
        keep(state, text)
