"""Finding the files to import, and keeping a copy of each under the hash of its bytes."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from opsengine import faults
from opsengine.errors import UserError
from opsengine.project import Project
from opsengine.sources.rejection import Refused
from opsengine.state import make_folder

TABLES = frozenset((".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".parquet"))
"""What is looked at in a folder; a file that is named is looked at whatever it is called."""
MAX_BYTES = 256 << 20
"""An export of 50,000 rows has some 20 MB."""
_CHUNK = 1 << 20
_NUMBER = re.compile(r"(\d+)")
_COPY = re.compile(r"\s*\((\d+)\)$")
"""What a browser adds to the name of a second download."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to import."""

    path: Path
    shown: str
    named: tuple[str, ...]
    """The account as its folder calls it, then as the command does; empty when neither does."""

    @property
    def given(self) -> str:
        """Both of them as one text: the same bytes elsewhere may be another account's."""
        return "/".join(self.named)


def find_files(project: Project, paths: Iterable[Path], account: str | None) -> list[Found]:
    """The files at these paths, folders searched through, each once, in the order of their names.

    Raises UserError when a path does not exist.
    """
    found: dict[Path, Found] = {}
    for path in paths:
        if not path.exists():
            raise UserError("there is no file or folder {path}", hint="check the spelling", path=str(path))
        for file in _walk(path) if path.is_dir() else (path,):
            named = tuple(name for name in (_folder_account(project, path, file), account) if name)
            found.setdefault(file.resolve(), Found(file, project.shown(file.resolve()), named))
    return list(found.values())


def copied_sizes(inputs: Path) -> set[int]:
    """The sizes of the copies that are there: a file of another size is none of them."""
    return {entry.stat().st_size for entry in os.scandir(inputs)} if inputs.is_dir() else set()


def keep_copy(inputs: Path, found: Found, sizes: set[int]) -> str:
    """Copy a file to `inputs/<sha256>`, once, its bytes durable; its SHA-256. Raises Refused.

    `sizes` are those of the copies that are there, and are told of new ones. The name is durable when the caller has synced the
    folder.
    """
    try:
        status = found.path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Refused("this is no regular file", code="not-a-file", hint="copy it to a folder and import that")
        if status.st_size > MAX_BYTES:
            limit = MAX_BYTES >> 20
            raise Refused("this file has more than {limit} MB", code="oversized-file", hint="export shorter periods", limit=limit)
        known = _copy_before(inputs, found.path) if status.st_size in sizes else None
        sizes.add(status.st_size)
        return known or _copy(inputs, found.path)
    except FileNotFoundError:
        raise Refused("this file is not there any more", code="not-there", hint="a link to it may lead nowhere") from None
    except PermissionError:
        raise Refused("this file may not be read", code="not-readable", hint="change its permissions") from None


def natural_name(name: str) -> tuple[object, ...]:
    """A key that sorts names as people do: `2.csv` before `10.csv`, `x.csv` before `x(1).csv`."""
    stem, dot, suffix = name.rpartition(".")
    stem = stem if dot else name
    copy = _COPY.search(stem)
    parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in _NUMBER.split(_COPY.sub("", stem)) if part)
    return parts, int(copy[1]) if copy else 0, suffix, name


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted((name for name in folders if not name.startswith(".")), key=natural_name)
        for name in sorted(files, key=natural_name):
            if not name.startswith((".", "~$")) and Path(name).suffix.lower() in TABLES:
                yield Path(root) / name


def _folder_account(project: Project, named: Path, file: Path) -> str:
    """The account in `data/<account>/…`, or the first folder below the one that was named."""
    data, whole = project.folder("data").resolve(), file.resolve()
    top = data if whole.is_relative_to(data) else named.resolve()
    folders = whole.relative_to(top).parts[:-1] if whole.is_relative_to(top) and whole != top else ()
    return folders[0] if folders else ""


def _copy_before(inputs: Path, file: Path) -> str | None:
    """The hash of a file of which there is a copy already."""
    sha256 = _sha256(file)
    copy_before = inputs / sha256
    return sha256 if copy_before.is_file() and _sha256(copy_before) == sha256 else None


def _copy(inputs: Path, file: Path) -> str:
    """Copy and hash in one go: what is named by the hash is what was read."""
    make_folder(inputs)
    draft = inputs / f".{os.getpid()}.part"
    digest = hashlib.sha256()
    try:
        faults.point("inputs.write")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as copy, file.open("rb") as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        faults.point("inputs.rename")
        draft.replace(inputs / digest.hexdigest())
    finally:
        draft.unlink(missing_ok=True)
    return digest.hexdigest()


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
