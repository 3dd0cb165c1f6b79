"""Files to sheets that are recognised: what kind of file it is, and which export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from opsengine.errors import EngineError
from opsengine.sources import parquet
from opsengine.sources.preset import Presets
from opsengine.sources.recognising import Match, recognise
from opsengine.sources.rejection import Refused
from opsengine.sources.sheet import Sheet
from opsengine.sources.tables import read_csv
from opsengine.sources.workbooks import read_workbooks

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

_ZIP, _PARQUET, _OLE = b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"

Opened = Sequence[Match] | Refused


def open_files(files: Mapping[str, Path], presets: Presets, engine: Engine) -> Iterator[tuple[str, Opened]]:
    """Each file's recognised sheets, or why it is refused; workbooks last, all in one child process."""
    workbooks: dict[str, Path] = {}
    for name, file in files.items():
        if kind_of(file) == "workbook":
            workbooks[name] = file
        else:
            yield name, _attempt(file, presets, engine)
    for name, sheets in zip(workbooks, read_workbooks(list(workbooks.values())), strict=True):
        yield name, sheets if isinstance(sheets, Refused) else _recognised(sheets, presets)


def kind_of(file: Path) -> Literal["workbook", "parquet", "old-workbook", "text"]:
    """What a file's first bytes say it is; what has no mark is a text."""
    with file.open("rb") as stream:
        head = stream.read(4)
    return "workbook" if head == _ZIP else "parquet" if head == _PARQUET else "old-workbook" if head == _OLE else "text"


def look_into(file: Path) -> Iterator[Sheet]:
    """Every sheet of a CSV file or a workbook, in every way of reading it, likeliest first, whether or not a preset fits.

    Raises Refused when there is no way to read it.
    """
    if kind_of(file) == "workbook":
        (sheets,) = read_workbooks([file])
        if isinstance(sheets, Refused):
            raise sheets
        yield from sheets
    elif kind_of(file) != "text":
        raise Refused(
            "only CSV files and xlsx workbooks can be looked into", code="unknown-file", hint="save it as CSV UTF-8 first"
        )
    else:
        yield from read_csv(file.read_bytes())


def _attempt(file: Path, presets: Presets, engine: Engine) -> Opened:
    try:
        kind = kind_of(file)
        if kind == "old-workbook":
            return Refused("this is an old .xls workbook, or one with a password", code="old-workbook",
                           hint="save it as xlsx without a password")  # fmt: skip
        if kind == "parquet":
            return _read_parquet(file, presets, engine)
        raw = file.read_bytes()
        if not raw.strip():
            return Refused("this file is empty", code="empty-file", hint="export it again")
        return _first_known(raw, presets)
    except Refused as refused:
        return refused


def _first_known(raw: bytes, presets: Presets) -> Opened:
    """The first way of reading these bytes in which a header is known; else the best complaint."""
    refused: Refused | None = None
    for sheet in read_csv(raw):
        opened = _recognised([sheet], presets)
        if not isinstance(opened, Refused):
            return opened
        refused = refused if refused and refused.rejection.code != "unknown-file" else opened
    return refused or _unknown(presets)


def _recognised(sheets: Sequence[Sheet], presets: Presets) -> Opened:
    """The sheets that a preset fits. A workbook may have sheets of notes beside them; one that nearly fits refuses the file."""
    try:
        matches = [match for sheet in sheets if (match := recognise(sheet, presets))]
    except Refused as refused:
        return refused
    names = {match.name for match in matches}
    if len(names) > 1:
        return Refused("this workbook holds several exports: {presets}", code="mixed-workbook",
                       hint="save each sheet as a file of its own", presets=", ".join(sorted(names)))  # fmt: skip
    return matches or _unknown(presets)


def _unknown(presets: Presets) -> Refused:
    return Refused("no preset fits this file: none of its first ten rows is a header that we know", code="unknown-file",
                   hint="known exports: {known}; teach another one with `opsengine import --new-preset FILE`",
                   known=", ".join(presets.by_name))  # fmt: skip


def _read_parquet(file: Path, presets: Presets, engine: Engine) -> Opened:
    """The table of a Parquet file, its cells as the text that a CSV file would have. Raises Refused."""
    try:
        columns = parquet.columns_of(engine, file)
        opened = _recognised([Sheet("", [list(columns)])], presets)
        if isinstance(opened, Refused):
            return opened
        parquet.refuse_lost_ids(opened[0], columns)
        parquet.mount_as_text(engine, file, columns)
        rows = engine.read(f"select * from {parquet.TEXT}")  # noqa: S608  a name of ours
    except EngineError:
        raise Refused("this Parquet file is damaged", code="damaged-parquet", hint="write it again") from None
    return [replace(opened[0], sheet=Sheet("", [list(columns), *(list(row.values()) for row in rows)]))]
