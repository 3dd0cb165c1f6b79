"""`opsengine rewards`: what was earned, by whom, what can still be earned, and whether the book still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from opsengine.cli.frame import Form, Session, framed, framed_group
from opsengine.cli.rewarding import ACTS, columns_of, entry_row, judgement_row
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.cli.tracing import traced
from opsengine.errors import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from opsengine.rewards import Audit, Chance, Rule
    from opsengine.state import State

T = TypeVar("T")
_BALANCE = {"subject": "subject", "unit": "unit", "pending": "pending", "confirmed": "confirmed", "fulfilled": "fulfilled"}
_STATEMENT = {
    "seq": "no.", "created_at": "written", "kind": "kind", "subject": "subject", "cycle": "cycle",
    "rule": "rule", "amount": "amount", "unit": "unit", "status": "status",
}  # fmt: skip
_DUE = {
    "kind": "kind", "rule": "rule", "subject": "subject", "cycle": "cycle", "amount": "amount", "unit": "unit", "status": "status",
}  # fmt: skip
_WITHHELD = {
    "entry_id": "entry", "rule": "rule", "subject": "subject", "cycle": "cycle", "amount": "amount", "unit": "unit",
    "needs": "needs", "reason": "why it is withheld",
}  # fmt: skip
_VERIFY = {
    "ok": "as written", "entries": "entries", "recomputed": "recomputed", "not_recomputed": "not recomputed",
    "head": "hash of the last", "first_difference": "first difference",
}  # fmt: skip
_VERIFIED = {"name": "what", "value": "value"}
_NEXT = {
    "ends": "ends", "goal": "goal", "metric": "metric", "level": "level", "target": "target", "actual": "actual",
    "missing": "missing", "per_day": "needed a day", "title": "benefit", "amount": "amount", "unit": "unit",
    "blocked": "in the way",
}  # fmt: skip
_TASKS = {"due": "due", "task": "task", "state": "state", "title": "benefit", "amount": "amount", "unit": "unit"}
_NEXT_SAID = {
    "state": {"accepted": "accepted", "started": "started", "done": "done"},
    "level": {"floor": "floor", "target": "target", "stretch": "stretch"},
    "unit": {"yuan": "yuan", "points": "points", "hours": "hours", "days": "days", "times": "times"},
}  # fmt: skip
_PLACES = {"place": "place", "subject": "subject", "goal": "goal", "metric": "metric", "progress": "progress"}


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
    session.show(told, columns_of(_BALANCE, told["subjects"], "nothing has been earned yet"))


@command.command("statement", cls=Command)
@click.argument("subject", required=False)
@option("--team", metavar="NAME", help="Of a team: its own entries and those of its accounts.")
@framed
def statement(session: Session, subject: str | None, team: str | None) -> None:
    """Every entry of the ledger, oldest first."""
    from opsengine.rewards import statement as statement_of
    from opsengine.sources import read_accounts

    subjects = [subject] if subject else []
    if team is not None:
        subjects += [f"team:{team}", *(one.account_id for one in read_accounts(session.project) if one.team == team)]
    told = _read(session, lambda state: statement_of(state, subjects))
    session.show(told, columns_of(_STATEMENT, told["entries"], "the ledger is empty"))


@command.command("verify", cls=Command)
@option("--chain", "is_quick", is_flag=True, help="Only the book itself, without looking at today's data.")
@framed
def verify(session: Session, is_quick: bool) -> Exit:
    """Recompute the chain of hashes, every cap and budget, and every amount from files and data.

    Exit code 1 when something is not as it should be; the first difference is explained.
    """
    from opsengine.pipeline import ground_of, run_day
    from opsengine.rewards import audit, read_benefits

    catalogue = read_benefits(session.project)

    def look(state: State) -> Audit:
        quick = audit(state, catalogue)
        if is_quick or not quick.is_ok or not quick.entries:
            return quick
        return audit(state, catalogue, ground_of(session.desk, run_day(session.desk, session.as_of)))

    found = _ask(session, look)
    told = found.as_json()
    if found.why is not None and found.first is not None:
        told["first_difference"] = f"{found.first}: {session.words(found.why.text, **found.why.fields)}"
    rows = [[session.words(title), told[key]] for key, title in _VERIFY.items() if told.get(key) is not None]
    session.show(told, Table(_VERIFIED, rows))
    return Exit.SUCCESS if found.is_ok else Exit.FINDINGS


@command.command("due", cls=Command)
@framed
def due(session: Session) -> None:
    """What would be granted today, what waits for a person's word, and what is withheld."""
    from opsengine.pipeline import ground_of, run_day
    from opsengine.rewards import Way, judged

    day = run_day(session.desk, session.as_of)
    ground = ground_of(session.desk, day)
    found = _ask(session, lambda state: judged(state, ground))
    told = [entry_row(one.entry) for one in found if one.way is Way.DUE]
    reasons = [judgement_row(session, one) for one in found if one.way is not Way.DUE]
    session.show(
        {"as_of": session.as_of, "entries": told, "withheld": reasons},
        columns_of(_DUE, told, "nothing is due"),
        columns_of(_WITHHELD, reasons, "nothing is withheld"),
    )
    _say_drafts(session, day.rules)


@command.command("next", cls=Command)
@click.argument("account")
@framed
def next_benefits(session: Session, account: str) -> None:
    """What an account can still earn in the cycles that are running, and what it takes."""
    from opsengine.pipeline import run_day
    from opsengine.rewards import chances, task_chances
    from opsengine.sources import read_accounts

    known = {one.account_id: one for one in read_accounts(session.project)}
    if account not in known:
        raise UserError("no account is called {account}", hint="see accounts.csv", account=account)
    team, brand = known[account].team, known[account].brand
    whose = {account, *([f"team:{team}"] if team else []), *([f"brand:{brand}"] if brand else [])}
    day = run_day(session.desk, session.as_of)
    found = [chance for chance in chances(day.goals, day.rules) if chance.subject in whose]
    told = [one.as_json() for one in found]
    rows = [[_chance_cell(session, one, line, key) for key in _NEXT] for one, line in zip(found, told, strict=True)]
    tasks = [one for one in task_chances(day.lived.tasks, day.rules, session.as_of) if one.task.account_id == account]
    open_tasks = [one.as_json() for one in tasks]
    task_rows = [[line[key] if key != "title" else line[key].get(session.locale, "") for key in _TASKS] for line in open_tasks]
    session.show(
        {"as_of": session.as_of, "account_id": account, "chances": told, "tasks": open_tasks},
        Table(_NEXT, rows, empty="no running goal of this account earns anything more", said=_NEXT_SAID),
        Table(_TASKS, task_rows, empty="no open task of this account earns anything", said=_NEXT_SAID),
    )
    _say_drafts(session, day.rules)


@command.command("show", cls=Command)
@click.argument("entry")
@framed
def show(session: Session, entry: str) -> None:
    """Where an entry comes from: rule, file revisions, data and numbers; and what became of it.

    ENTRY is an entry's id, or its number in the statement.
    """
    from opsengine.rewards import trace

    found = _ask(session, lambda state: trace(state, entry))
    session.show(found.as_json(), traced(session, found))


@command.command("export", cls=Command)
@option("--journal", "journal", flag_value="hledger", help="As a plain-text accounting journal that hledger reads; else as CSV.")
@option("--beancount", "journal", flag_value="beancount", help="As a journal that Beancount reads.")
@framed
def export(session: Session, journal: str | None) -> None:
    """The whole ledger on stdout, for spreadsheets or for accounting."""
    from opsengine.rewards import as_beancount, as_journal, as_table
    from opsengine.state import Ledger

    if session.form is Form.JSON:
        from opsengine.rewards import statement as statement_of

        session.show(_read(session, statement_of))
        return
    written = _ask(session, lambda state: Ledger(state).statement())
    told = {"hledger": as_journal, "beancount": as_beancount}.get(journal or "", as_table)
    click.echo(told(written), nl=False)


@command.command("leaderboard", cls=Command)
@click.argument("cycle")
@framed
def leaderboard(session: Session, cycle: str) -> None:
    """Who came furthest in a cycle, of those who agreed to be listed.

    Whoever stands under `rewards: {leaderboard: […]}` in opsengine.yaml has agreed.
    """
    from opsengine.pipeline import promises
    from opsengine.rewards import leaderboard as places_of

    found = places_of(promises(session.desk, session.as_of), cycle, session.settings.rewards.leaderboard)
    told = [one.as_json() for one in found]
    rows = [[f"{line['progress']:.0%}" if key == "progress" else line[key] for key in _PLACES] for line in told]
    session.show(
        {"as_of": session.as_of, "cycle": cycle, "places": told},
        Table(_PLACES, rows, empty="nobody has agreed to be listed, or nobody has a goal in this cycle"),
    )


for act in ACTS:
    command.add_command(act)


def _say_drafts(session: Session, rules: Iterable[Rule]) -> None:
    drafts = [rule.name for rule in rules if not rule.is_active]
    if drafts:
        text = "drafts, which grant nothing until `status: active` stands in them: {rules}"
        session.say(text, rules=session.words.listed(drafts))


def _chance_cell(session: Session, chance: Chance, line: dict[str, Any], key: str) -> Any:
    if key == "title":
        return chance.title.get(session.locale, "")
    if key == "blocked":
        return None if chance.blocked is None else session.words(chance.blocked.text, **chance.blocked.fields)
    return line[key]


def _ask(session: Session, question: Callable[[State], T]) -> T:
    from opsengine.state import read_state

    with read_state(session.desk.where) as state:
        return question(state)


def _read(session: Session, question: Callable[[State], dict[str, Any]]) -> dict[str, Any]:
    return _ask(session, question)
