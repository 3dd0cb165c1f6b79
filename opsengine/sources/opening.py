"""Files to sheets that are recognised: what kind of file it is, and which export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.errors import EngineError
from opsengine.sources.preset import Presets
from opsengine.sources.recognising import Match, recognise
from opsengine.sources.rejection import Refused
from opsengine.sources.sheet import Sheet
from opsengine.sources.tables import read_csv
from opsengine.sources.workbooks import read_workbooks

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

_ZIP, _PARQUET, _OLE = b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"
_SERIES = ("account_id", "date", "metric", "value")
_IDS = frozenset(("VARCHAR", "BIGINT", "INTEGER", "UBIGINT", "HUGEINT"))
"""Types that keep every digit of an id."""

Opened = Sequence[Match] | Refused


def open_files(files: Mapping[str, Path], presets: Presets, engine: Engine) -> Iterator[tuple[str, Opened]]:
    """Each file's recognised sheets, or why it is refused; workbooks last, all in one child process."""
    workbooks: dict[str, Path] = {}
    for name, file in files.items():
        if _starts(file, _ZIP):
            workbooks[name] = file
        else:
            yield name, _attempt(file, presets, engine)
    for name, sheets in zip(workbooks, read_workbooks(list(workbooks.values())), strict=True):
        yield name, sheets if isinstance(sheets, Refused) else _recognised(sheets, presets)


def look_into(file: Path) -> Iterator[Sheet]:
    """Every sheet of a CSV file or a workbook, in every way of reading it, likeliest first, whether or not a preset fits.

    Raises Refused when there is no way to read it.
    """
    if _starts(file, _ZIP):
        (sheets,) = read_workbooks([file])
        if isinstance(sheets, Refused):
            raise sheets
        yield from sheets
    elif _starts(file, _OLE) or _starts(file, _PARQUET):
        raise Refused(
            "only CSV files and xlsx workbooks can be looked into", code="unknown-file", hint="save it as CSV UTF-8 first"
        )
    else:
        yield from read_csv(file.read_bytes())


def _attempt(file: Path, presets: Presets, engine: Engine) -> Opened:
    try:
        if _starts(file, _OLE):
            return Refused("this is an old .xls workbook, or one with a password", code="old-workbook",
                           hint="save it as xlsx without a password")  # fmt: skip
        if _starts(file, _PARQUET):
            return _recognised([_read_parquet(file, engine)], presets)
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


def _read_parquet(file: Path, engine: Engine) -> Sheet:
    """A series kept as Parquet. Raises Refused."""
    try:
        types = engine.read("select column_name, column_type from (describe select * from read_parquet($file))", file=str(file))
        found = {row["column_name"]: row["column_type"] for row in types}
        if not set(_SERIES) <= found.keys():
            raise Refused("a Parquet file must have the columns {columns}", code="unknown-file",
                          hint="see the reference of series files", columns=", ".join(_SERIES))  # fmt: skip
        if found["account_id"] not in _IDS:
            raise Refused("account_id must be text: as {kind} it has lost its last digits", code="id-lost-digits",
                          hint="write it as text", kind=found["account_id"])  # fmt: skip
        rows = engine.read(
            "select cast(account_id as varchar) as account_id, cast(date as varchar) as date, cast(metric as varchar) as metric,"
            " cast(value as varchar) as value from read_parquet($file)",
            file=str(file),
        )
    except EngineError:
        raise Refused("this Parquet file is damaged", code="damaged-parquet", hint="write it again") from None
    return Sheet("", [_SERIES, *(tuple(row.values()) for row in rows)])


def _starts(file: Path, mark: bytes) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(mark)) == mark
