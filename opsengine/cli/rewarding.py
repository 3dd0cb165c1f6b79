"""What changes the ledger of rewards: granting, and the word of a person. Each says by whom; none ever asks back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.frame import Session, framed
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.errors import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from opsengine.rewards import Claim, Judgement, Order
    from opsengine.state import Entry, State

_WRITTEN = {
    "entry_id": "entry", "kind": "kind", "subject": "subject", "amount": "amount", "unit": "unit", "status": "status",
}  # fmt: skip
_ORDERS = {
    "entry_id": "entry", "subject": "subject", "amount": "amount", "unit": "unit", "outcome": "outcome", "said": "answer",
}  # fmt: skip
SAID = {
    "kind": {
        "grant": "grant", "adjustment": "adjustment", "reversal": "reversal", "confirmation": "confirmation",
        "fulfilment": "fulfilment", "cancellation": "cancellation", "expiry": "expiry",
    },
    "status": {"pending": "pending", "confirmed": "confirmed", "fulfilled": "fulfilled"},
    "unit": {"yuan": "yuan", "points": "points", "hours": "hours", "days": "days", "times": "times"},
    "needs": {"approval": "approval", "": ""},
    "outcome": {"written": "written", "accepted": "accepted", "refused": "refused", "unknown": "unknown", "": ""},
}  # fmt: skip
_FILE = click.Path(dir_okay=False, path_type=Path)
_BY = option("--by", required=True, metavar="NAME", help="Who says so; kept in the ledger.")
_WHY = option("--why", default="", metavar="TEXT", help="Why; kept in the ledger.")
_DRY_RUN = option("--dry-run", "is_rehearsal", is_flag=True, help="Change nothing; say what would be done.")


@click.command("grant", cls=Command)
@_BY
@_DRY_RUN
@framed
def grant(session: Session, by: str, is_rehearsal: bool) -> None:
    """Write what is due into the ledger: grants, upward adjustments, and what has expired.

    `opsengine report` does the same. A second time there is nothing left to grant.
    """
    from opsengine.pipeline import ground_of, run_day
    from opsengine.rewards import Word, due, keep_ground

    Word(by)
    ground = ground_of(session.desk, run_day(session.desk, session.as_of))
    _write(
        session, "grant", by, lambda state: due(state, ground), is_rehearsal=is_rehearsal,
        prepare=lambda state, run_id: keep_ground(state, session.project, ground, run_id),
    )  # fmt: skip


@click.command("approve", cls=Command)
@click.argument("entries", nargs=-1, required=True)
@_BY
@_WHY
@_DRY_RUN
@framed
def approve(session: Session, entries: tuple[str, ...], by: str, why: str, is_rehearsal: bool) -> None:
    """Confirm what is pending, also what was held for review; or let be written what waits for a person's word.

    ENTRIES are ids, or numbers in the statement. `opsengine rewards due` shows what waits.
    """
    from opsengine.pipeline import ground_of, run_day
    from opsengine.rewards import Word, approval, find_entry, permission

    word = Word(by, why)

    def made(state: State) -> list[Entry]:
        written: list[Entry] = []
        for name in entries:
            if find_entry(state, name) is not None:
                written += approval(state, name, word)
            else:
                written += permission(state, name, word, ground_of(session.desk, run_day(session.desk, session.as_of)))
        return written

    _write(session, "approve", by, made, is_rehearsal=is_rehearsal)


@click.command("reverse", cls=Command)
@click.argument("entries", nargs=-1, required=True)
@_BY
@option("--why", required=True, metavar="TEXT", help="Why; kept in the ledger.")
@_DRY_RUN
@framed
def reverse(session: Session, entries: tuple[str, ...], by: str, why: str, is_rehearsal: bool) -> None:
    """Take a grant back, with its adjustments: cancelled while it is pending, reversed afterwards.

    So is rejected what was held for review. It is never granted again by itself.
    """
    from opsengine.rewards import Word, taking_back

    word = Word(by, why)
    _write(
        session, "reverse", by, lambda state: [one for name in entries for one in taking_back(state, name, word)],
        is_rehearsal=is_rehearsal,
    )  # fmt: skip


@click.command("fulfil", cls=Command)
@click.argument("entries", nargs=-1)
@option("--batch", type=_FILE, metavar="FILE", help="Write orders for all that is owed as CSV.")
@option("--from", "done", type=_FILE, metavar="FILE", help="What such a batch lists has been handed over.")
@option("--webhook", "is_sent", is_flag=True, help="Send an order for all that is owed to the webhook of opsengine.yaml.")
@_BY
@_DRY_RUN
@framed
def fulfil(
    session: Session, entries: tuple[str, ...], batch: Path | None, done: Path | None, is_sent: bool, by: str, is_rehearsal: bool
) -> Exit:
    """Hand over what is confirmed: say that it was done, or order it.

    ENTRIES have been handed over. `--batch` writes orders and confirms nothing; `--webhook` sends signed orders, and what
    the other side accepts counts as handed over.
    """
    from opsengine.rewards import Word, entries_in_batch, handing_over

    word = Word(by)
    if sum((bool(entries), batch is not None, done is not None, is_sent)) != 1:
        raise UserError("what shall be handed over?", hint="name entries, or say one of --batch, --from and --webhook")
    if batch is not None:
        return _write_batch(session, batch, by, is_rehearsal=is_rehearsal)
    if is_sent:
        return _send(session, by, is_rehearsal=is_rehearsal)
    named = entries
    if done is not None:
        if not done.is_file():
            raise UserError("there is no file {file}", file=str(done))
        named = tuple(entries_in_batch(done.read_text(encoding="utf-8")))
    _write(session, "fulfil", by, lambda state: handing_over(state, named, word, session.as_of), is_rehearsal=is_rehearsal)
    return Exit.SUCCESS


ACTS = (grant, approve, reverse, fulfil)
"""The commands of this page."""


def entry_row(entry: Entry) -> dict[str, Any]:
    """An entry as the commands print it."""
    from opsengine.rewards import shown

    return {
        "entry_id": entry.entry_id,
        "kind": entry.kind.value,
        "rule": entry.rule,
        "subject": entry.subject,
        "cycle": entry.cycle,
        "amount": shown(entry.amount, entry.unit),
        "unit": entry.unit,
        "status": entry.status.value,
    }


def judgement_row(session: Session, judgement: Judgement) -> dict[str, Any]:
    """What is withheld as the commands print it."""
    from opsengine.rewards import Way

    reason = judgement.reason
    return entry_row(judgement.entry) | {
        "metric": judgement.entry.occasion.partition("#")[0],
        "needs": "approval" if judgement.way is Way.NEEDS_APPROVAL else "",
        "reason": session.words(reason.text, **reason.fields) if reason else "",
    }


def columns_of(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], empty: str) -> Table:
    """A table of rows that have their values by key."""
    return Table(columns, [[row[key] for key in columns] for row in rows], empty=empty, said=SAID)


def _write(
    session: Session,
    verb: str,
    by: str,
    make: Callable[[State], list[Entry]],
    *,
    is_rehearsal: bool,
    prepare: Callable[[State, str], None] | None = None,
) -> None:
    """Make entries and write them, all or none; a rehearsal only makes them."""
    from opsengine import __version__
    from opsengine.rewards import grant as write
    from opsengine.state import Runs, lock, open_state, read_state

    if is_rehearsal:
        with read_state(session.desk.where) as state:
            return _show_written(session, make(state))
    with lock(session.project.home, session.now), closing(open_state(session.desk.where)) as state:
        entries = make(state)
        run_id = Runs(state).start(f"rewards {verb}", session.as_of, {"opsengine": __version__, "by": by}, session.now)
        with state.transaction():
            if prepare is not None:
                prepare(state, run_id)
            written = write(state, entries, run_id, session.now)
        Runs(state).finish(run_id, "done", session.now)
    return _show_written(session, written)


def _show_written(session: Session, entries: Sequence[Entry]) -> None:
    told = [entry_row(entry) for entry in entries]
    session.show({"as_of": session.as_of, "entries": told}, columns_of(_WRITTEN, told, "nothing was left to write"))


def _write_batch(session: Session, batch: Path, by: str, *, is_rehearsal: bool) -> Exit:
    """Orders for all that is owed, as a file; that they left is kept."""
    from opsengine.rewards import as_batch
    from opsengine.state import Handover, HandoverChannel, Handovers, Outcome, Runs, lock, open_state, write_atomically

    rules = _rules(session)
    with lock(session.project.home, session.now), closing(open_state(session.desk.where)) as state:
        orders = [order for order, _ in _orders(session, state, rules)]
        if not is_rehearsal:
            write_atomically(batch, as_batch(orders, session.locale).encode())
            run_id = Runs(state).start("rewards fulfil", session.as_of, {"by": by}, session.now)
            with state.transaction():
                for order in orders:
                    told = Handover(order.entry_id, HandoverChannel.CSV, Outcome.WRITTEN, batch.name, by)
                    Handovers(state).note(told, run_id, session.now)
            Runs(state).finish(run_id, "done", session.now)
    return _show_orders(session, [(order, "written", batch.name) for order in orders])


def _send(session: Session, by: str, *, is_rehearsal: bool) -> Exit:
    """Send each order; what is accepted is written as fulfilled, together with the answer, before the next one goes."""
    from opsengine.rewards import Word, handing_over, send
    from opsengine.rewards import grant as write
    from opsengine.state import Handover, HandoverChannel, Handovers, Outcome, Runs, lock, open_state

    webhook, told = session.settings.rewards.webhook, []
    secret = session.front.environ.get(webhook.secret_env, "")
    rules = _rules(session)
    with lock(session.project.home, session.now), closing(open_state(session.desk.where)) as state:
        waiting = _orders(session, state, rules)
        if is_rehearsal:
            return _show_orders(session, [(order, "", "") for order, _ in waiting])
        run_id = Runs(state).start("rewards fulfil", session.as_of, {"by": by}, session.now)
        for order, _ in waiting:
            reply = send(order, webhook, secret, session.now)
            with state.transaction():
                noted = Handover(order.entry_id, HandoverChannel.WEBHOOK, reply.outcome, reply.said, by)
                Handovers(state).note(noted, run_id, session.now)
                if reply.outcome is Outcome.ACCEPTED:
                    write(state, handing_over(state, [order.entry_id], Word(by), session.as_of), run_id, session.now)
            told.append((order, reply.outcome.value, reply.said))
        Runs(state).finish(run_id, "done", session.now)
    return _show_orders(session, told)


def _orders(session: Session, state: State, rules: Sequence[Any]) -> list[tuple[Order, Claim]]:
    from opsengine.rewards import orders_of, owed

    claims = owed(state, session.as_of)
    return list(zip(orders_of(claims, rules), claims, strict=True))


def _rules(session: Session) -> Sequence[Any]:
    from opsengine.pipeline import known_to_goals
    from opsengine.rewards import read_rules

    return read_rules(session.project, known_to_goals(session.desk))


def _show_orders(session: Session, orders: Sequence[tuple[Order, str, str]]) -> Exit:
    told = [order.as_json() | {"outcome": outcome, "said": said} for order, outcome, said in orders]
    session.show({"as_of": session.as_of, "orders": told}, columns_of(_ORDERS, told, "nothing is owed"))
    outcomes = {outcome for _, outcome, _ in orders}
    if "unknown" in outcomes:
        return Exit.DELIVERY_UNKNOWN
    return Exit.DELIVERY_FAILED if "refused" in outcomes else Exit.SUCCESS
