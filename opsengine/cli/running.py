"""`opsengine run`: the whole day without the post."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.foretelling import show_plan
from opsengine.cli.frame import Session, framed
from opsengine.cli.importing import show_import
from opsengine.cli.profiling import Profile, build_bar
from opsengine.cli.rehearsing import rehearsal
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.errors import Exit

if TYPE_CHECKING:
    from opsengine.pipeline import Day


@click.command("run", cls=Command)
@option("--dry-run", "is_rehearsal", is_flag=True, help="Keep nothing; say what would be found.")
@option("--plan", "is_plan", is_flag=True, help="Change nothing; say what would be imported and rebuilt, and why.")
@option("--profile", "is_profile", is_flag=True, help="Say how long each model took, and how many rows it has.")
@framed
def command(session: Session, is_rehearsal: bool, is_plan: bool, is_profile: bool) -> Exit:
    """Import what is new and rebuild what changed, without sending."""
    if is_plan:
        show_plan(session)
        return Exit.SUCCESS
    from opsengine.pipeline import bring_in_all, run_day

    profile = Profile()
    with rehearsal(session.desk) if is_rehearsal else nullcontext(session.desk) as desk:
        imported = bring_in_all(desk)
        with build_bar(session, profile) as notice:
            told = _told(run_day(replace(desk, notice=notice), session.as_of))
    if session.is_for_people:
        show_import(session, imported)
    columns = {"accounts": "accounts", "goals": "goals", "suggestions": "suggestions", "alerts": "alerts"}
    row = [told[key] if isinstance(told[key], int) else sum(told[key].values()) for key in columns]
    tables = [Table(columns, [row])]
    if is_profile:
        told["profile"] = profile.as_json()
        tables = [profile.table(), *tables]
    session.show({"as_of": session.as_of, **imported.as_json(), **told}, *tables)
    return Exit.FINDINGS if any(file.status == "rejected" for file in imported.files) else Exit.SUCCESS


def _told(day: Day) -> dict[str, Any]:
    return {
        "accounts": len(day.advice),
        "goals": dict(Counter(result.status.value for result in day.goals)),
        "suggestions": sum(len(one.suggestions) for one in day.advice),
        "alerts": sum(alert.state == "firing" for alert in day.alerts),
    }
