"""`opsengine schema`: what may stand in a file, for editors."""

from __future__ import annotations

import click

from opsengine.cli.frame import Session, framed
from opsengine.cli.kinds import KINDS, as_file
from opsengine.cli.speaking import Command, option
from opsengine.errors import UserError

FOLDER = "schema"
"""Within `.opsengine`: where the first line of each file tells an editor to look."""


@click.command("schema", cls=Command)
@click.argument("kind", required=False, type=click.Choice(list(KINDS)))
@option("--write", "is_written", is_flag=True, help="Write the schemas of all kinds into the project instead.")
@framed
def command(session: Session, kind: str | None, is_written: bool) -> None:
    """Print the JSON Schema of a kind of file, for editors."""
    if is_written:
        folder = session.project.home / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        for name, each in KINDS.items():
            (folder / f"{name}.json").write_text(as_file(each), encoding="utf-8")
        session.say("{count} schemas written to {folder}", count=len(KINDS), folder=str(folder))
        return
    if kind is None:
        raise UserError("which kind of file?", hint="one of {kinds}", kinds=", ".join(KINDS))
    click.echo(as_file(KINDS[kind]), nl=False)
