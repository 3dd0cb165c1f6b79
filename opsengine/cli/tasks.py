"""`opsengine tasks`: plays that were taken up."""

from __future__ import annotations

from opsengine.cli.frame import Session, framed, framed_group
from opsengine.cli.speaking import Command
from opsengine.cli.tables import Table

_COLUMNS = {
    "id": "task", "account_id": "account", "play": "play", "state": "state", "owner": "owner", "due": "due", "verified": "verified",
}  # fmt: skip


@framed_group("tasks")
def command() -> None:
    """Plays that were taken up."""


@command.command("list", cls=Command)
@framed
def list_tasks(session: Session) -> None:
    """Every task of this project; plays are suggested, taking one up is still done on paper."""
    session.project  # noqa: B018  a wrong folder is said, also while there is nothing to list
    session.show({"tasks": []}, Table(_COLUMNS, [], empty="no play has been taken up"))
