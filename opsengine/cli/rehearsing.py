"""A rehearsal: the same work on a copy of what is kept, which is thrown away."""

from __future__ import annotations

import dataclasses
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.state import Server, copy_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsengine.desk import Desk


@contextmanager
def rehearsal(desk: Desk) -> Iterator[Desk]:
    """The same desk over a copy of the project's own folder and of its registers of accounts and names."""
    project = desk.project
    project.home.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rehearsal-", dir=project.home) as folder:
        there = Path(folder)
        for file in (project.accounts_file, project.aliases_file):
            if file.exists():
                shutil.copy2(file, there)
        shutil.copytree(project.home, there / project.home.name, ignore=_other_rehearsals, copy_function=_linked)
        copy = dataclasses.replace(desk, project=dataclasses.replace(project, rehearsal=there))
        if isinstance(desk.where, Server):
            copy.project.state_file.unlink(missing_ok=True)
            copy_state(desk.where, copy.project.state_file)
        yield copy


def _other_rehearsals(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name.startswith("rehearsal-")}


def _linked(source: str, target: str) -> None:
    """A second name for what is never changed once it is written; a copy of the database, which is."""
    if Path(source).suffix == ".parquet" or Path(source).parent.name == "inputs":
        os.link(source, target)
    else:
        shutil.copy2(source, target)
