"""`opsengine import`: export files in, facts out, and nothing lost on the way."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsengine.cli.frame import Session, framed
from opsengine.cli.rehearsing import rehearsal
from opsengine.cli.speaking import Command, Existing, option
from opsengine.cli.tables import Table
from opsengine.errors import Exit

if TYPE_CHECKING:
    from opsengine.sources import ImportRecord, ImportReport

SHOWN_REJECTIONS = 10
"""Of one file, at the terminal; JSON lists them all."""
_COLUMNS = {
    "path": "file", "preset": "recognised as", "status": "status", "rows": "rows", "accepted": "taken in", "rejected": "left out",
    "first_day": "first day", "last_day": "last day",
}  # fmt: skip
_STATUSES = {"imported": "imported", "unchanged": "read before", "superseded": "superseded", "rejected": "rejected"}


@click.command("import", cls=Command)
@click.argument("paths", nargs=-1, required=True, type=Existing(path_type=Path))
@option("--account", metavar="ID", help="The account that files belong to which do not name one.")
@option("--dry-run", "is_rehearsal", is_flag=True, help="Keep nothing; say what would be read.")
@framed
def command(session: Session, paths: tuple[Path, ...], account: str | None, is_rehearsal: bool) -> Exit:
    """Read export files into facts.

    A file is recognised by its header; one that was read before is left alone. Exit code 1 when a file was refused.
    """
    from opsengine.pipeline import bring_in

    with rehearsal(session.desk) if is_rehearsal else nullcontext(session.desk) as desk:
        report = bring_in(desk, paths, account)
    show_import(session, report)
    return Exit.FINDINGS if any(file.status == "rejected" for file in report.files) else Exit.SUCCESS


def show_import(session: Session, report: ImportReport) -> None:
    """What became of each file, on stdout; what was left out and why, on stderr."""
    told = report.as_json()
    rows = [[line[key] for key in _COLUMNS] for line in told["files"]]
    session.show(told, Table(_COLUMNS, rows, empty="there was no file to read", said={"status": _STATUSES}))
    if session.is_for_people:
        for file in report.files:
            _say_rejections(session, file)


def _say_rejections(session: Session, file: ImportRecord) -> None:
    for one in file.rejections[:SHOWN_REJECTIONS]:
        place = ":".join(str(part) for part in (file.path, one.sheet, one.row, one.column) if part)
        session.say("{place}: {reason}", place=place, reason=session.words(one.text, **one.fields))
        if one.hint:
            session.say("  hint: {hint}", hint=session.words(one.hint, **one.fields))
    more = len(file.rejections) - SHOWN_REJECTIONS + file.unlisted
    if more > 0:
        session.say("{file}: {count} more were left out; --format json lists them", file=file.path, count=more)
