"""`opsengine tasks`: plays that were taken up, what became of them, and what the data proved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.frame import DAY, Session, framed, framed_group
from opsengine.cli.see import refuse_unknown
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.cli.wrapping import wrapped
from opsengine.errors import UserError

if TYPE_CHECKING:
    from opsengine.state import TaskEvent
    from opsengine.strategy import Life, Task

_COLUMNS = {
    "id": "task", "account_id": "account", "play": "play", "state": "state", "owner": "owner", "due": "due", "verified": "verified",
}  # fmt: skip
_SAID = {
    "state": {
        "accepted": "accepted", "started": "started", "done": "done", "verified": "verified", "expired": "expired",
        "dismissed": "dismissed",
    },
    "owner": {
        "operator": "operator", "editor": "editor", "host": "host", "advertiser": "advertiser", "service": "service",
        "store": "store", "manager": "manager",
    },
}  # fmt: skip

by_whom = option("--by", required=True, metavar="NAME", help="Who says so.")


@framed_group("tasks")
def command() -> None:
    """Plays that were taken up."""


@command.command("list", cls=Command)
@click.argument("accounts", nargs=-1)
@framed
def list_tasks(session: Session, accounts: tuple[str, ...]) -> None:
    """Every task of these accounts, or of all, and every play that was dismissed."""
    from opsengine.pipeline import lived_until
    from opsengine.sources import read_accounts

    known = [account.account_id for account in read_accounts(session.project)]
    refuse_unknown(accounts, known, known)
    lived = lived_until(session.desk, session.as_of)
    _show(session, lived, [task for task in lived.tasks if not accounts or task.account_id in accounts])


@command.command("accept", cls=Command)
@click.argument("account")
@click.argument("play")
@by_whom
@option("--owner", default="", metavar="NAME", help="Who does it; else the role that the play names for each task.")
@framed
def accept(session: Session, account: str, play: str, by: str, owner: str) -> None:
    """Take a play up: its tasks begin, and the numbers of today are kept to measure it by."""
    from opsengine.pipeline import run_day
    from opsengine.strategy import Who, numbers_of
    from opsengine.strategy import accept as accepted

    day = run_day(session.desk, session.as_of)
    plays = {one.name: one for one in day.playbook}
    refuse_unknown_play(play, plays)
    refuse_unknown([account], [one.account_id for one in day.advice], [one.account_id for one in day.advice])
    numbers = numbers_of(day.engine, account)
    _say(session, lambda life: accepted(life, plays[play], account, numbers, Who(by, owner)))


@command.command("start", cls=Command)
@click.argument("task")
@by_whom
@framed
def start(session: Session, task: str, by: str) -> None:
    """Say that a task has begun."""
    _move(session, task, "started", by)


@command.command("done", cls=Command)
@click.argument("task")
@by_whom
@framed
def done(session: Session, task: str, by: str) -> None:
    """Say that a task is done; a week later the data is asked whether it shows."""
    _move(session, task, "done", by)


@command.command("dismiss", cls=Command)
@click.argument("account")
@click.argument("play")
@option("--reason", required=True, metavar="TEXT", help="Why not.")
@option("--until", type=DAY, metavar="DATE", help="The last day on which it stays at the end of the list; else four weeks.")
@by_whom
@framed
def dismiss(session: Session, account: str, play: str, reason: str, until: date | None, by: str) -> None:
    """Turn a play down: it is suggested after every other one, its tasks end, and nothing is earned by it."""
    from opsengine.sources import read_accounts
    from opsengine.strategy import Refusal, play_names
    from opsengine.strategy import dismiss as dismissed

    known = [one.account_id for one in read_accounts(session.project)]
    refuse_unknown([account], known, known)
    refuse_unknown_play(play, play_names(session.project))
    _say(session, lambda life: dismissed(life, account, play, Refusal(by, reason, until)))


@command.command("note", cls=Command)
@click.argument("task")
@click.argument("text")
@by_whom
@framed
def note(session: Session, task: str, text: str, by: str) -> None:
    """Write a remark down beside a task."""
    from opsengine.strategy import note as noted

    _say(session, lambda life: [noted(life, task, text, by)])


@command.command("check", cls=Command)
@framed
def check(session: Session) -> None:
    """Ask the data which tasks are proved, and end those that are overdue, as every report does."""
    from opsengine.pipeline import run_day
    from opsengine.strategy import prove

    day = run_day(session.desk, session.as_of)
    _say(session, lambda life: prove(day.engine, life, day.playbook))


def _move(session: Session, task: str, event: str, by: str) -> None:
    from opsengine.see import read_catalogue
    from opsengine.strategy import Names, move, read_playbook

    playbook = read_playbook(session.project, Names.of(read_catalogue(session.project).metrics))
    _say(session, lambda life: [move(life, task, event, by, playbook)])


def _say(session: Session, words: Callable[[Life], Sequence[TaskEvent]]) -> None:
    """Write words down under the project's lock, and show the tasks that they were about."""
    from opsengine.state import Tasks, lock, open_state
    from opsengine.strategy import life

    with lock(session.project.home, session.now), open_state(session.desk.where) as state:
        tasks = Tasks(state)
        said = words(life(tasks.said(session.as_of), session.as_of))
        tasks.say(said, session.now)
        lived = life(tasks.said(session.as_of), session.as_of)
    about = {word.task_id for word in said}
    _show(session, lived, [task for task in lived.tasks if task.id in about])


def _show(session: Session, lived: Life, tasks: Sequence[Task]) -> None:
    told = [task.as_json() for task in tasks]
    accounts = {task.account_id for task in tasks}
    dismissed = [
        {
            "account_id": one.account_id, "play": one.play, "until": one.until.isoformat(),
            "reason": one.reason, "by": one.by,
        }
        for one in lived.dismissals
        if not accounts or one.account_id in accounts
    ]  # fmt: skip
    rows = [[line[key] for key in _COLUMNS] for line in told]
    if session.is_for_people and (told or dismissed):
        click.echo("\n".join(_lines(session, told, dismissed)))
        return
    session.show({"tasks": told, "dismissed": dismissed}, Table(_COLUMNS, rows, empty="no play has been taken up", said=_SAID))


def _lines(session: Session, told: Sequence[dict[str, Any]], dismissed: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Each task in eighty columns: its id on a line of its own, so that it can be copied."""
    words = session.words
    for line in told:
        yield line["id"]
        state, owner = (words(_SAID[key].get(line[key], line[key])) for key in ("state", "owner"))
        yield wrapped(line["title"][session.locale], indent="  ")
        text = words("{state}, due {due}, {owner}", state=state, due=line["due"], owner=owner)
        yield wrapped(text, indent="  ")
        yield from (wrapped(remark, indent="  ") for remark in line["notes"])
    for one in dismissed:
        text = "{play} turned down by {by} until {until}: {why}"
        yield one["account_id"]
        yield wrapped(words(text, play=one["play"], by=one["by"], until=one["until"], why=one["reason"]), indent="  ")


def refuse_unknown_play(play: str, known: Collection[str]) -> None:
    """Say that nobody knows this play. Raises UserError."""
    from opsengine.project import did_you_mean

    if play not in known:
        guess = did_you_mean(play, known)
        hint = "did you mean `{guess}`?" if guess else "`opsengine strategy suggest` shows plays that fit"
        raise UserError("no play is called {play}", hint=hint, play=play, guess=guess)
