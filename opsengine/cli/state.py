"""`opsengine state`: where the state is kept, and moving it to a server that several hosts share."""

from __future__ import annotations

from opsengine.cli.frame import Session, framed, framed_group
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.errors import UserError


@framed_group("state")
def command() -> None:
    """Where the state is kept, and moving it to a server that several hosts share."""


@command.command("show", cls=Command)
@framed
def show(session: Session) -> None:
    """Where ledger, outbox, alerts, tasks and the log of runs are, and how much is there."""
    from opsengine.state import Ledger, Runs, Server, read_state

    where = session.desk.where
    with read_state(where) as state:
        last = next((run.started_at for run in Runs(state).latest(1)), None)
        ledger = Ledger(state).verify()
    kind = "server" if isinstance(where, Server) else "file"
    told = {"kind": kind, "place": str(where), "last_run": last, "entries": ledger.entries, "is_whole": ledger.ok}
    columns = {
        "kind": "kind", "place": "place", "last_run": "last run", "entries": "entries of the ledger", "is_whole": "ledger is whole",
    }  # fmt: skip
    kinds = {"kind": {"server": "a server that several hosts share", "file": "a file of this host"}}
    session.show(told, Table(columns, [list(told.values())], said=kinds))


@command.command("move", cls=Command)
@option("--dry-run", "is_rehearsal", is_flag=True, help="Change nothing; say what would be done.")
@framed
def move(session: Session, is_rehearsal: bool) -> None:
    """Bring the state from this host's file to the server that opsengine.yaml names, all of it or nothing.

    The file is kept beside, under another name; from then on every host that names the server works on the same state.
    """
    from opsengine.state import Server, lock, move_state

    where, file = session.desk.where, session.project.state_file
    if not isinstance(where, Server):
        raise UserError("opsengine.yaml names no server", hint="write its address to `state.url`")
    if not file.exists():
        raise UserError("there is no state in {file} to be moved", file=str(file))
    moved = None
    if not is_rehearsal:
        with lock(session.project.home, session.now):
            moved = move_state(file, where)
    told = {"from": str(file), "to": str(where), "rows": moved}
    session.show(told, Table({"from": "from", "to": "to", "rows": "rows"}, [list(told.values())]))
