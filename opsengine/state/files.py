"""Files that are there in full or not at all, also after a power cut."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from opsengine import faults


def write_atomically(file: Path, content: bytes) -> None:
    """Put `content` at `file`, making folders as needed; nobody ever sees half of it. Raises OSError.

    The caller is the only writer (it holds the project's lock), so the draft has one name: what a killed run left behind
    is written over.
    """
    make_folder(file.parent)
    _replace(file, content, _write_synced)
    sync_folder(file.parent)


def write_copy(file: Path, content: bytes) -> None:
    """The same for a copy of what is kept elsewhere: nobody sees half of it, but the disk may take its time, most of what it costs.

    After a power cut it may be missing or short; whoever copies must look at its size and write it again. Raises OSError.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    _replace(file, content, _write)


def make_folder(folder: Path) -> None:
    """A folder and those above it, each of them durable. Raises OSError."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    faults.point("fs.fsync_dir")
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace(file: Path, content: bytes, write: Callable[[Path, bytes], None]) -> None:
    draft = file.with_name(f".{file.name}.part")
    try:
        write(draft, content)
        faults.point("fs.rename")
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    faults.point("fs.renamed")


def _write(file: Path, content: bytes) -> None:
    faults.point("fs.write")
    file.write_bytes(content)


def _write_synced(file: Path, content: bytes) -> None:
    faults.point("fs.write")
    with file.open("wb") as stream:
        stream.write(content)
        stream.flush()
        faults.point("fs.fsync")
        os.fsync(stream.fileno())
