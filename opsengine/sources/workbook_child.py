"""Reads xlsx workbooks in a process of its own, which may be killed. A script: it imports nothing of opsengine.

Takes names of files on stdin, one a line, each with a NUL behind it; answers each on stdout with eight bytes of length and a JSON
document: `{"sheets": [[name, rows, merged]]}` or `{"error": kind}`. Dates are `{"at": iso}`, lengths of time `{"took": seconds}`;
merged cells are lists of their first row and column and their last, counted from 0. Where the name of a folder follows the NUL, the
sheets are written there as `0.csv`, `1.csv` …, and the answer is `{"written": [[name, count of rows]]}`; that is refused when a
cell is neither a text, a number nor a date, or is merged with cells of other rows.
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
from typing import IO, Any, NamedTuple

MEMORY_BYTES = 2 << 30
"""An honest workbook of 8.8 MB takes 479 MB."""
CPU_SECONDS = 30
"""For each workbook; the honest one of 3,000,000 cells takes 6."""

_INEXACT = 10**15
"""Spreadsheets keep no more digits."""
_CHUNK = 1 << 18
_UNKNOWN = b"#ERROR!"
"""What is shown where nobody knows what a spreadsheet shows."""
_LONGEST_TAG = 4096
_ERROR = re.compile(
    rb"<(?:\w+:)?c\s(?P<attributes>[^<>]*\bt\s*=\s*[\"']e[\"'][^<>]*)>"
    rb"(?:<(?:\w+:)?f[^<>]*/>|<(?:\w+:)?f[^<>]*>[^<]*</(?:\w+:)?f>)?(?:<(?:\w+:)?v>(?P<shown>#[^<]{1,20})</)?"
)
_UNSAVED = re.compile(
    rb"<(?:\w+:)?c\s(?P<attributes>[^<>]*)>(?:<(?:\w+:)?f[^<>]*/>|<(?:\w+:)?f(?:\s[^<>]*)?>[^<]*</(?:\w+:)?f>)"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
"""A formula without its result: some programs leave it to the spreadsheet that opens the file. A text may be empty, though."""
_IS_TEXT = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_TAG = re.compile(r"<(?:\w+:)?(sheet|Relationship)\s([^<>]*)>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
Places = dict[tuple[int, int], str]
"""Row and column of cells that could not be worked out, counted from 0, and what a spreadsheet shows there."""
Merged = list[tuple[int, int, int, int]]
"""First row and column, last row and column of cells that are one, counted from 0."""


class Oddities(NamedTuple):
    """What the reader does not tell of a sheet."""

    errors: Places
    merged: Merged


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
    if any(last > first for _, _, merged in read["sheets"] for first, _, last, _ in merged):
        return {"error": "merged"}
    try:
        for number, (_, rows, _) in enumerate(read["sheets"]):
            with (Path(folder) / f"{number}.csv").open("w", encoding="utf-8", newline="") as text:
                csv.writer(text, lineterminator="\n").writerows(map(_as_texts, rows))
    except (TypeError, OSError) as error:
        return {"error": type(error).__name__}
    return {"written": [[name, len(rows)] for name, rows, _ in read["sheets"]]}


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
        odd = _oddities(path)
        found = [(name, rows, odd.get(name, Oddities({}, []))) for name, rows in read]
        return {"sheets": [[name, _with_errors(rows, oddities.errors), oddities.merged] for name, rows, oddities in found]}
    except (python_calamine.CalamineError, OSError, ValueError, MemoryError, KeyError, zipfile.BadZipFile) as error:
        return {"error": type(error).__name__}


def _with_errors(rows: list[list[Any]], errors: Places) -> list[list[Any]]:
    """The rows with `#DIV/0!` and its like where the reader shows an empty cell, or none. Raises ValueError."""
    for (row, column), shown in errors.items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend([""] * (column + 1 - len(rows[row])))
        if rows[row][column] != "":
            raise ValueError("error-cell")
        rows[row][column] = shown
    return rows


def _oddities(path: str) -> dict[str, Oddities]:
    """The cells of each sheet that could not be worked out, which the reader shows as if they were empty, and the merged ones."""
    with zipfile.ZipFile(path) as archive:
        found = {name: oddities for name in archive.namelist() if name.endswith(".xml") and "worksheets/" in name
                 for oddities in [_oddities_in(archive, name)] if any(oddities)}  # fmt: skip
        return {name: found[member] for name, member in _members(archive).items() if member in found} if found else {}


def _oddities_in(archive: zipfile.ZipFile, member: str) -> Oddities:
    with archive.open(member) as stream:
        return _scan(stream)


def _scan(stream: IO[bytes]) -> Oddities:
    errors: Places = {}
    merged: set[tuple[int, int, int, int]] = set()
    tail = b""
    while chunk := stream.read(_CHUNK):
        piece = tail + chunk
        if b'"e"' in piece or b"'e'" in piece:
            for match in _ERROR.finditer(piece):
                key, shown = _place(match["attributes"]), (match["shown"] or _UNKNOWN).decode()
                errors[key] = shown if shown != _UNKNOWN.decode() else errors.get(key, shown)
        if b"<f" in piece or b":f" in piece:
            unsaved = (match["attributes"] for match in _UNSAVED.finditer(piece))
            errors |= {_place(attributes): _UNKNOWN.decode() for attributes in unsaved if not _IS_TEXT.search(attributes)}
        if b"mergeCell" in piece:
            merged.update((int(top) - 1, _column(left), int(bottom) - 1, _column(right))
                          for left, top, right, bottom in _MERGED.findall(piece))  # fmt: skip
        tail = piece[-_LONGEST_TAG:]
    return Oddities(errors, sorted(merged))


def _place(attributes: bytes) -> tuple[int, int]:
    """Where a cell stands. Raises ValueError when it does not say."""
    place = _PLACE.search(attributes)
    if place is None:
        raise ValueError("error-cell")
    return int(place[2]) - 1, _column(place[1])


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
