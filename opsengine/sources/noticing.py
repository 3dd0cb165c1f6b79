"""Noticing files that have not been imported, without taking anything in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from opsengine.project import Project
from opsengine.sources.catalogue import History, ImportLog
from opsengine.sources.collecting import find_files


def fresh_files(project: Project, log: ImportLog, paths: Sequence[Path]) -> tuple[str, ...]:
    """Of the files at these paths those that no import lists, as a person would write them."""
    history = History(log)
    return tuple(file.shown for file in find_files(project, paths, None) if history.find(_sha256(file.path), file.given) is None)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
