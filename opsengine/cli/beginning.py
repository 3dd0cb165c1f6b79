"""`opsengine init`: a project to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsengine.cli.frame import Session, framed
from opsengine.cli.kinds import KINDS, as_file
from opsengine.cli.schema import FOLDER
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCAFFOLD = Path(__file__).with_name("scaffold")
_HIDDEN = {"gitignore": ".gitignore"}
"""Files that would mean something to git where we keep them."""


@click.command("init", cls=Command)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@option("--dry-run", "is_rehearsal", is_flag=True, help="Write nothing; list the files.")
@framed
def command(session: Session, folder: Path, is_rehearsal: bool) -> None:
    """Begin a project in a new folder.

    Writes a commented project in which every default works. Nothing that is there already is overwritten.
    """
    files = _contents(session.words.locale)
    _refuse_to_overwrite(folder, files)
    for name, text in () if is_rehearsal else files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    session.show(
        {"project_dir": str(folder.resolve()), "files": list(files)},
        Table({"file": "file"}, [[name] for name in files if not name.startswith(".opsengine")]),
    )
    places = {"file": str(folder / "accounts.csv"), "data": str(folder / "data")}
    if is_rehearsal:
        session.say("a rehearsal: nothing was written")
        return
    session.say("next: list your accounts in {file}, put exports into {data}, then run `opsengine report`", **places)


def _contents(locale: str) -> Mapping[str, str]:
    """Every file of a new project by its path in it."""
    from opsengine.rewards import default_rules

    scaffold = _SCAFFOLD / locale
    found = sorted(file for file in scaffold.rglob("*") if file.is_file())
    written = {_HIDDEN.get(file.name, file.relative_to(scaffold).as_posix()): file.read_text(encoding="utf-8") for file in found}
    rules = {f"rewards/{name}": text for name, text in default_rules().items()}
    schemas = {f".opsengine/{FOLDER}/{name}.json": as_file(kind) for name, kind in KINDS.items()}
    return written | rules | schemas


def _refuse_to_overwrite(folder: Path, files: Mapping[str, str]) -> None:
    there = [name for name in files if (folder / name).exists()]
    if there:
        hint = "choose an empty folder, or remove the file"
        raise UserError("{file} exists already: nothing was written", where=str(folder), hint=hint, file=there[0])
