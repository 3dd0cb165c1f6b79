"""`opsengine runs`: what was done here, when, and how it ended."""

from __future__ import annotations

import click

from opsengine.cli.frame import Session, framed, framed_group
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table

_OUTCOMES = {
    "success": "success", "data": "held for want of data", "delivery_failed": "delivery failed",
    "delivery_unknown": "delivery unknown",
}  # fmt: skip


@framed_group("runs")
def command() -> None:
    """The log of runs."""


@command.command("list", cls=Command)
@option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, metavar="N", help="How many, newest first.")
@framed
def list_runs(session: Session, limit: int) -> None:
    """What was done here, newest first; a run without an end was stopped."""
    from opsengine.state import Runs, read_state

    with read_state(session.desk.where) as state:
        runs = Runs(state).latest(limit)
    columns = {
        "run": "run", "command": "command", "as_of": "day", "started_at": "began", "finished_at": "ended", "outcome": "outcome",
    }  # fmt: skip
    rows = [[run.run_id, run.command, run.as_of, run.started_at, run.finished_at, run.outcome] for run in runs]
    more = [{"versions": run.versions, "inputs_sha": run.inputs_sha} for run in runs]
    told = [dict(zip(columns, row, strict=True)) | rest for row, rest in zip(rows, more, strict=True)]
    session.show({"runs": told}, Table(columns, rows, empty="nothing has been run here yet", said={"outcome": _OUTCOMES}))
