"""`opsengine report diff`: what differs between two briefs."""

from __future__ import annotations

import click

from opsengine.cli.frame import Session, framed
from opsengine.cli.speaking import Command
from opsengine.cli.tables import Table
from opsengine.errors import Exit

_COLUMNS = {"path": "value", "before": "before", "after": "after"}


@click.command("diff", cls=Command)
@click.argument("first")
@click.argument("second")
@framed
def diff(session: Session, first: str, second: str) -> Exit:
    """What differs between two briefs: revisions `…/r1` and `…/r2`, two periods, or two messages.

    Exit code 1 when they differ.
    """
    from opsengine.report import compare
    from opsengine.state import read_state

    with read_state(session.desk.where) as state:
        found = compare(state, first, second)
    if session.is_for_people:
        click.echo("".join(f"{line}\n" for line in found.lines), nl=False)
    else:
        changes = [{"path": one.path, "before": one.before, "after": one.after} for one in found.changes]
        told = {"first": found.first, "second": found.second, "same": found.is_none, "changes": changes, "lines": list(found.lines)}
        session.show(told, Table(_COLUMNS, [[one[key] for key in _COLUMNS] for one in changes]))
    if found.is_none:
        session.say("{first} and {second} say the same", first=found.first, second=found.second)
    return Exit.SUCCESS if found.is_none else Exit.FINDINGS
