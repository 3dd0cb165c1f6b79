"""Copies of `state.db`, made while it is in use: the newest three, beside it.

They help against a damaged file and a hand that slipped, not against a lost disk: whoever wants that too copies them elsewhere.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine import faults
from opsengine.state.files import make_folder, sync_folder
from opsengine.state.times import instant

if TYPE_CHECKING:
    from opsengine.state.server import Server

FOLDER = "backups"
"""Beside the database."""
GENERATIONS = 3
"""Copies that are kept."""
ROOM = 2
"""So many times the database must be free on the disk; a copy is not worth a disk that is full."""
_NAME = "state-*.db"


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy."""

    file: Path
    at: str
    """When it was made, as `20260622T080003Z`."""


def back_up(state: Path | Server, now: datetime) -> str:
    """Copy the database in a file, and let go of the oldest copies; why that could not be done, else nothing. Raises nothing.

    The caller holds the project's lock. Where there is no such file, or the state is on a server, nothing is done.
    """
    if not (isinstance(state, Path) and state.is_file()):
        return ""
    file, folder = state, state.parent / FOLDER
    draft = folder / ".state.db.part"
    try:
        make_folder(folder)
        if shutil.disk_usage(folder).free < ROOM * file.stat().st_size:
            return "the disk is too full"
        _copy(file, draft)
        faults.point("backup.rename")
        draft.replace(folder / f"state-{instant(now)[:19].replace('-', '').replace(':', '')}Z.db")
        sync_folder(folder)
        for old in backups(file)[GENERATIONS:]:
            old.file.unlink()
    except (OSError, sqlite3.Error) as error:
        return str(error) or type(error).__name__
    finally:
        draft.unlink(missing_ok=True)
    return ""


def backups(file: Path) -> list[Backup]:
    """The copies of the database at `file`, the newest first."""
    found = sorted((file.parent / FOLDER).glob(_NAME), reverse=True)
    return [Backup(copy, copy.stem.removeprefix("state-")) for copy in found]


def _copy(file: Path, draft: Path) -> None:
    """All pages at once, as one reader sees them; durable, and readable by whoever may read the database."""
    faults.point("backup.write")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as source, closing(sqlite3.connect(draft)) as target:
        draft.chmod(0o600)
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
    shutil.copymode(file, draft)
    handle = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
