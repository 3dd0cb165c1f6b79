"""Reads xlsx workbooks in a process of its own, which may be killed. A script: it imports nothing of opsengine.

Takes names of files on stdin, one a line, each with a NUL behind it; answers each on stdout with eight bytes of length and a JSON
document: `{"sheets": [[name, rows]]}` or `{"error": kind}`. Dates are `{"at": iso}`, lengths of time `{"took": seconds}`. Where the
name of a folder follows the NUL, the sheets are written there as `0.csv`, `1.csv` …, and the answer is
`{"written": [[name, count of rows]]}`; that is refused when a cell is neither a text, a number nor a date.
"""

from __future__ import annotations

import csv
import html
import json
import re
import struct
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

MEMORY_BYTES = 2 << 30
"""An honest workbook of 8.8 MB takes 479 MB."""
CPU_SECONDS = 30
"""For each workbook; the honest one of 3,000,000 cells takes 6."""

_INEXACT = 10**15
"""Spreadsheets keep no more digits."""
_CHUNK = 1 << 18
_LONGEST_TAG = 4096
_ERROR = re.compile(
    rb"<(?:\w+:)?c\s(?P<attributes>[^<>]*\bt\s*=\s*[\"']e[\"'][^<>]*)>"
    rb"(?:<(?:\w+:)?f[^<>]*/>|<(?:\w+:)?f[^<>]*>[^<]*</(?:\w+:)?f>)?(?:<(?:\w+:)?v>(?P<shown>#[^<]{1,20})</)?"
)
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_TAG = re.compile(r"<(?:\w+:)?(sheet|Relationship)\s([^<>]*)>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
Places = dict[tuple[int, int], str]
"""Row and column of cells that could not be worked out, counted from 0, and what a spreadsheet shows there."""


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415  not on every system; the parent's own deadline stands everywhere
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _limit_time() -> None:
    try:
        import resource  # noqa: PLC0415  as above
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + CPU_SECONDS, hard))


def _as_json(cell: Any) -> Any:
    if isinstance(cell, datetime | date | time):
        return {"at": cell.isoformat()}
    if isinstance(cell, timedelta):
        return {"took": cell.total_seconds()}
    raise TypeError(type(cell).__name__)


def _answer(path: str, folder: str) -> dict[str, Any]:
    read = _read(path)
    if not folder or "error" in read:
        return read
    try:
        for number, (_, rows) in enumerate(read["sheets"]):
            with (Path(folder) / f"{number}.csv").open("w", encoding="utf-8", newline="") as text:
                csv.writer(text, lineterminator="\n").writerows(map(_as_texts, rows))
    except (TypeError, OSError) as error:
        return {"error": type(error).__name__}
    return {"written": [[name, len(rows)] for name, rows in read["sheets"]]}


def _as_texts(row: list[Any]) -> list[Any]:
    return [cell if type(cell) is str else _as_text(cell) for cell in row]


def _as_text(cell: Any) -> object:
    """A cell as text that says the same: numbers too long to be exact are written so that they are no ids. Raises TypeError."""
    if type(cell) in (int, float):
        if abs(cell) >= _INEXACT:
            return f"{float(cell):e}"
        return int(cell) if cell == int(cell) else cell
    if type(cell) in (date, datetime):
        return cell.isoformat()
    raise TypeError(type(cell).__name__)


def _read(path: str) -> dict[str, Any]:
    import python_calamine  # noqa: PLC0415  after the limits are set

    try:
        with Path(path).open("rb") as file:
            workbook = python_calamine.CalamineWorkbook.from_filelike(file)
            sheets = [(name, workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
            read = [(name, sheet.to_python(skip_empty_area=False)) for name, sheet in sheets]
        errors = _error_cells(path)
        return {"sheets": [[name, _with_errors(rows, errors.get(name, {}))] for name, rows in read]}
    except (python_calamine.CalamineError, OSError, ValueError, MemoryError, KeyError, zipfile.BadZipFile) as error:
        return {"error": type(error).__name__}


def _with_errors(rows: list[list[Any]], errors: Places) -> list[list[Any]]:
    """The rows with `#DIV/0!` and its like where the reader shows an empty cell. Raises ValueError."""
    for (row, column), shown in errors.items():
        if row >= len(rows) or column >= len(rows[row]) or rows[row][column] != "":
            raise ValueError("error-cell")
        rows[row][column] = shown
    return rows


def _error_cells(path: str) -> dict[str, Places]:
    """The cells of each sheet that could not be worked out: the reader shows them as if they were empty."""
    with zipfile.ZipFile(path) as archive:
        found = {name: places for name in archive.namelist() if name.endswith(".xml") and "worksheets/" in name
                 for places in [_errors_in(archive, name)] if places}  # fmt: skip
        return {name: found[member] for name, member in _members(archive).items() if member in found} if found else {}


def _errors_in(archive: zipfile.ZipFile, member: str) -> Places:
    with archive.open(member) as stream:
        return _scan(stream)


def _scan(stream: IO[bytes]) -> Places:
    found: Places = {}
    tail = b""
    while chunk := stream.read(_CHUNK):
        piece = tail + chunk
        if b'"e"' in piece or b"'e'" in piece:
            for match in _ERROR.finditer(piece):
                place = _PLACE.search(match["attributes"])
                if place is None:
                    raise ValueError("error-cell")
                shown = (match["shown"] or b"#ERROR!").decode()
                key = (int(place[2]) - 1, _column(place[1]))
                found[key] = shown if shown != "#ERROR!" else found.get(key, shown)
        tail = piece[-_LONGEST_TAG:]
    return found


def _members(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of the archive that holds each sheet. Raises KeyError."""
    parts = {tag["Id"]: tag["Target"] for tag in _tags(archive, "xl/_rels/workbook.xml.rels", "Relationship")}
    sheets = _tags(archive, "xl/workbook.xml", "sheet")
    targets = {tag["name"]: parts[tag["r:id"]] for tag in sheets}
    return {name: target.lstrip("/") if target.startswith("/") else f"xl/{target}" for name, target in targets.items()}


def _tags(archive: zipfile.ZipFile, member: str, kind: str) -> list[dict[str, str]]:
    text = archive.read(member).decode("utf-8")
    return [
        {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(inside)}
        for tag, inside in _TAG.findall(text)
        if tag == kind
    ]


def _column(letters: bytes) -> int:
    """The index of a column, counted from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def main() -> None:
    """Answer one file after the other until there are no more."""
    _limit_memory()
    for line in sys.stdin:
        _limit_time()
        path, _, folder = line.rstrip("\n").partition("\0")
        answer = json.dumps(_answer(path, folder), default=_as_json, ensure_ascii=False).encode()
        sys.stdout.buffer.write(struct.pack(">Q", len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
