"""`opsengine monitor`: what needs a person now."""

from __future__ import annotations

from typing import Any

import click

from opsengine.cli.frame import Session, framed
from opsengine.cli.speaking import Command
from opsengine.cli.tables import Table
from opsengine.errors import Exit

_SEVERITIES = {"critical": "critical", "warning": "warning", "info": "note"}
_COLUMNS = {
    "severity": "severity", "title": "alert", "subject": "subject", "since": "since", "value": "value",
    "threshold": "limit", "because": "what is the matter",
}  # fmt: skip


@click.command("monitor", cls=Command)
@framed
def command(session: Session) -> Exit:
    """What needs a person now.

    Exit code 1 when something fires.
    """
    from opsengine.pipeline import run_day

    told: list[dict[str, Any]] = [alert.as_json(session.locale) for alert in run_day(session.desk, session.as_of).alerts]
    rows = [[line[key] for key in _COLUMNS] for line in told if line["state"] == "firing"]
    table = Table(_COLUMNS, rows, empty="nothing needs a person", said={"severity": _SEVERITIES})
    session.show({"as_of": session.as_of, "alerts": told}, table)
    silent = sum(line["state"] == "no_data" for line in told)
    if silent and session.is_for_people:
        session.say("{count} rules cannot be judged for want of data; --format json lists them", count=silent)
    return Exit.FINDINGS if rows else Exit.SUCCESS
