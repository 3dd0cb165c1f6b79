"""xlsx workbooks to sheets: looked at before they are opened, opened only in a child process with limits.

A workbook of 5 KB can claim seventeen billion cells and abort the process that opens it. So the archive is inflated once,
counting; what passes is parsed by `workbook_child.py`, and when that dies, its workbook is refused and the next one is read.
"""

from __future__ import annotations

import json
import re
import selectors
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from opsengine.sources.rejection import Refused
from opsengine.sources.sheet import Sheet

_MEGABYTE = 1 << 20
MAX_BYTES = 50 * _MEGABYTE
MAX_INFLATED = 500 * _MEGABYTE
MAX_MEMBERS = 200
MAX_RATIO = 100
"""Honest sheets inflate to some twenty-four times their size; a member under a megabyte may be any ratio."""
MAX_CELLS = 20_000_000
MAX_COLUMNS = 256
DEADLINE_SECONDS = 60
"""For one workbook, on any clock; the child has a limit of processor time of its own."""

_SHORTER = "export a shorter period, or save it as CSV"
_CHILD = Path(__file__).with_name("workbook_child.py")
_CHUNK = 256 * 1024
_REFERENCE = re.compile(rb"\s(?:r|ref)\s*=\s*[\"'](?:[A-Z]{1,3}\d{1,9}:)?([A-Z]{1,3})(\d{1,9})[\"']")
"""Where a cell or a sheet's dimension says it stands: `r="XFD1048576"`, `ref="A1:C9"`."""
_FAR = re.compile(rb"[\"':](?:[A-Z]{3}|[H-Z][A-Z]|G[S-Z])\d|[\"':][A-Z]{1,3}\d{6}")
"""A reference beyond column 200 or row 99,999. A sheet without one needs no closer look: so many cells are few enough."""
_LONGEST_REFERENCE = 40


def read_workbooks(files: Sequence[Path]) -> Iterator[list[Sheet] | Refused]:
    """The sheets of each workbook, in order; a Refused instead for one that must not or cannot be opened."""
    child = _Child()
    try:
        for file in files:
            try:
                check_archive(file)
                yield child.read(file)
            except Refused as refused:
                yield refused
    finally:
        child.stop()


class WrittenSheet(NamedTuple):
    """A sheet of a workbook that was written as a text file."""

    name: str
    rows: int
    file: Path


def write_workbooks(files: Sequence[Path]) -> Generator[list[WrittenSheet] | None]:
    """The sheets of each workbook as CSV files in UTF-8, which are gone with the next.

    None for a workbook that must not or cannot be opened, or that holds cells of which a text says too little.
    """
    child = _Child()
    try:
        for file in files:
            with tempfile.TemporaryDirectory(prefix="opsengine-") as folder:
                yield _written(child, file, Path(folder))
    finally:
        child.stop()


def _written(child: _Child, file: Path, folder: Path) -> list[WrittenSheet] | None:
    try:
        check_archive(file)
        sheets = child.write(file, folder)
    except Refused:
        return None
    return [WrittenSheet(name, rows, folder / f"{number}.csv") for number, (name, rows) in enumerate(sheets)]


def check_archive(file: Path) -> None:
    """Raises Refused when a workbook is larger, in any sense, than an export can be."""
    if file.stat().st_size > MAX_BYTES:
        raise Refused(
            "this workbook is not opened: it has more than {limit} MB",
            code="oversized-workbook",
            hint=_SHORTER,
            limit=MAX_BYTES // _MEGABYTE,
        )
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise Refused(
                    "this workbook is not opened: it is an archive of more than {limit} parts",
                    code="oversized-workbook",
                    hint=_SHORTER,
                    limit=MAX_MEMBERS,
                )
            inflated = 0
            for member in members:
                inflated += _measure(archive, member, MAX_INFLATED - inflated)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, zlib.error):
        raise Refused("this workbook is damaged, protected by a password, or no xlsx at all", code="damaged-workbook",
                      hint="export it again, or save it as xlsx without a password") from None  # fmt: skip


def _measure(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> int:
    """Bytes that a member really inflates to. Raises Refused when they are too many or stand too far out."""
    size = 0
    is_far = False
    tail = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise Refused(
                    "this workbook is not opened: it inflates to more than {limit} MB",
                    code="oversized-workbook",
                    hint=_SHORTER,
                    limit=MAX_INFLATED // _MEGABYTE,
                )
            if size > _MEGABYTE and size > MAX_RATIO * max(member.compress_size, 1):
                raise Refused(
                    "this workbook is not opened: a part of it inflates to more than {limit} times its size",
                    code="oversized-workbook",
                    hint=_SHORTER,
                    limit=MAX_RATIO,
                )
            is_far = is_far or _FAR.search(tail + chunk) is not None
            tail = chunk[-_LONGEST_REFERENCE:]
    if is_far:
        _check_corner(archive, member)
    return size


def _check_corner(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Raises Refused when the cells of a sheet stand too far out."""
    corner = (0, 0)
    tail = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            corner = _farthest(tail + chunk, corner)
            tail = (tail + chunk)[-_LONGEST_REFERENCE:]
            if corner[1] > MAX_COLUMNS:
                raise Refused(
                    "this workbook is not opened: it has cells beyond column {limit}",
                    code="oversized-workbook",
                    hint=_SHORTER,
                    limit=MAX_COLUMNS,
                )
            if corner[0] * corner[1] > MAX_CELLS:
                raise Refused(
                    "this workbook is not opened: a sheet spans more than {limit} cells",
                    code="oversized-workbook",
                    hint=_SHORTER,
                    limit=MAX_CELLS,
                )


def _farthest(xml: bytes, corner: tuple[int, int]) -> tuple[int, int]:
    """The row and column beyond which no reference in this piece goes."""
    found = set(_REFERENCE.findall(xml))
    rows = max((int(row) for _, row in found), default=0)
    columns = max((_column(letters) for letters in {letters for letters, _ in found}), default=0)
    return max(corner[0], rows), max(corner[1], columns)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class _Child:
    """The child process: started when needed, and again after it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, file: Path) -> list[Sheet]:
        """The sheets of one workbook. Raises Refused."""
        answer = self._ask(file)
        if answer is None or "error" in answer:
            self.stop() if answer is None else None
            raise Refused("this workbook could not be read within the limits of memory and time", code="unreadable-workbook",
                          hint="open it, save it again as xlsx or as CSV UTF-8, and import that")  # fmt: skip
        return [Sheet(name, rows, merged=[tuple(cells) for cells in merged]) for name, rows, merged in answer["sheets"]]

    def write(self, file: Path, folder: Path) -> list[tuple[str, int]]:
        """Write the sheets of a workbook as `0.csv`, `1.csv` …; their names and how many rows each has. Raises Refused."""
        answer = self._ask(file, folder)
        if answer is None or "error" in answer:
            self.stop() if answer is None else None
            raise Refused("this workbook could not be read within the limits of memory and time", code="unreadable-workbook",
                          hint="open it, save it again as xlsx or as CSV UTF-8, and import that")  # fmt: skip
        return [(name, rows) for name, rows in answer["written"]]

    def stop(self) -> None:
        """End the child, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
            self._process = None

    def _ask(self, file: Path, folder: Path | None = None) -> dict[str, Any] | None:
        process = self._started()
        if process.stdin is None or process.stdout is None:
            return None
        try:
            process.stdin.write(f"{file.resolve()}\0{folder or ''}\n".encode())
            process.stdin.flush()
        except OSError:
            return None
        length = _receive(process, 8)
        body = _receive(process, struct.unpack(">Q", length)[0]) if length else None
        return json.loads(body, object_hook=_from_json) if body else None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter and our own script
                [sys.executable, "-I", str(_CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
        return self._process


def _receive(process: subprocess.Popen[bytes], length: int) -> bytes | None:
    """So many bytes of the answer; None when the child died or kept silent for too long."""
    pieces: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        if process.stdout is None:
            return None
        selector.register(process.stdout, selectors.EVENT_READ)
        while length > 0:
            if not selector.select(DEADLINE_SECONDS):
                return None
            piece = process.stdout.read(min(length, 1 << 20))
            if not piece:
                return None
            pieces.append(piece)
            length -= len(piece)
    return b"".join(pieces)


def _from_json(value: dict[str, Any]) -> Any:
    if "at" in value:
        return _moment(value["at"])
    return timedelta(seconds=value["took"]) if "took" in value else value


def _moment(text: str) -> datetime | date | time:
    if "T" in text:
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if "-" in text else time.fromisoformat(text)
