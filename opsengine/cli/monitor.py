"""`opsengine monitor`: what needs a person now."""

from __future__ import annotations

from typing import Any

import click

from opsengine.cli.frame import Session, framed
from opsengine.cli.speaking import Command
from opsengine.cli.tables import Table
from opsengine.errors import Exit

_COLUMNS = {
    "severity": "severity", "title": "alert", "subject": "subject", "state": "state", "since": "since", "value": "value",
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
    is_firing = any(line["state"] == "firing" for line in told)
    rows = [[line[key] for key in _COLUMNS] for line in told]
    session.show({"as_of": session.as_of, "alerts": told}, Table(_COLUMNS, rows, empty="nothing needs a person"))
    return Exit.FINDINGS if is_firing else Exit.SUCCESS
