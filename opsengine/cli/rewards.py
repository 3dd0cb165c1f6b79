"""`opsengine rewards`: what was earned, by whom, and whether the book is still what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.frame import Session, framed, framed_group
from opsengine.cli.speaking import Command
from opsengine.cli.tables import Table
from opsengine.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opsengine.rewards import Held
    from opsengine.state import Entry, State

_BALANCE = {"subject": "subject", "unit": "unit", "pending": "pending", "confirmed": "confirmed", "fulfilled": "fulfilled"}
_STATEMENT = {
    "seq": "no.", "created_at": "written", "kind": "kind", "subject": "subject", "cycle": "cycle",
    "rule": "rule", "amount": "amount", "unit": "unit", "status": "status",
}  # fmt: skip
_DUE = {"rule": "rule", "subject": "subject", "cycle": "cycle", "amount": "amount", "unit": "unit", "status": "status"}
_WITHHELD = {"rule": "rule", "subject": "subject", "cycle": "cycle", "metric": "metric", "reason": "why it is withheld"}
_VERIFY = {"ok": "as written", "entries": "entries", "head": "hash of the last", "first_difference": "first difference"}

_SAID = {
    "kind": {
        "grant": "grant", "adjustment": "adjustment", "reversal": "reversal", "confirmation": "confirmation",
        "fulfilment": "fulfilment",
    },
    "status": {"pending": "pending", "confirmed": "confirmed", "fulfilled": "fulfilled"},
    "unit": {"yuan": "yuan", "points": "points", "hours": "hours", "days": "days", "times": "times"},
}  # fmt: skip


@framed_group("rewards")
def command() -> None:
    """What goals reached and tasks done have earned."""


@command.command("balance", cls=Command)
@click.argument("subject", required=False)
@framed
def balance(session: Session, subject: str | None) -> None:
    """What each account or team has; money in yuan.

    Pending waits for a person's word; confirmed is owed; fulfilled has been handed over.
    """
    from opsengine.rewards import balance as balance_of

    told = _read(session, lambda state: balance_of(state, subject))
    session.show(told, _table(_BALANCE, told["subjects"], "nothing has been earned yet"))


@command.command("statement", cls=Command)
@click.argument("subject", required=False)
@framed
def statement(session: Session, subject: str | None) -> None:
    """Every entry of the ledger, oldest first."""
    from opsengine.rewards import statement as statement_of

    told = _read(session, lambda state: statement_of(state, subject))
    session.show(told, _table(_STATEMENT, told["entries"], "the ledger is empty"))


@command.command("verify", cls=Command)
@framed
def verify(session: Session) -> Exit:
    """Recompute the chain of hashes; exit code 1 when something is not as it was written."""
    from opsengine.rewards import verify as verification_of

    told = _read(session, verification_of)
    session.show(told, _table(_VERIFY, [told], ""))
    return Exit.SUCCESS if told["ok"] else Exit.FINDINGS


@command.command("due", cls=Command)
@framed
def due(session: Session) -> None:
    """What `opsengine report` would grant today, and what was reached and is not granted."""
    from opsengine.pipeline import run_day
    from opsengine.rewards import due as entries_due
    from opsengine.rewards import shown, withheld
    from opsengine.state import read_state

    day = run_day(session.desk, session.as_of)
    with read_state(session.project.state_file) as state:
        entries = entries_due(state, day.goals, day.rules, session.as_of)
        held = withheld(state, day.goals, day.rules, session.as_of)
    told = [_entry(entry, shown(entry.amount, entry.unit)) for entry in entries]
    reasons = [_withheld(session, one) for one in held]
    session.show(
        {"as_of": session.as_of, "entries": told, "withheld": reasons},
        _table(_DUE, told, "nothing is due"),
        _table(_WITHHELD, reasons, "nothing is withheld"),
    )


def _entry(entry: Entry, amount: float) -> dict[str, Any]:
    return {
        "entry_id": entry.entry_id,
        "rule": entry.rule,
        "subject": entry.subject,
        "cycle": entry.cycle,
        "amount": amount,
        "unit": entry.unit,
        "status": entry.status.value,
    }


def _withheld(session: Session, held: Held) -> dict[str, Any]:
    reason = session.words(held.reason.text, **held.reason.fields)
    return {"rule": held.rule, "subject": held.subject, "cycle": held.cycle, "metric": held.metric, "reason": reason}


def _read(session: Session, question: Callable[[State], dict[str, Any]]) -> dict[str, Any]:
    from opsengine.state import read_state

    with read_state(session.project.state_file) as state:
        return question(state)


def _table(columns: Mapping[str, str], rows: list[dict[str, Any]], empty: str) -> Table:
    return Table(columns, [[row[key] for key in columns] for row in rows], empty=empty, said=_SAID)
