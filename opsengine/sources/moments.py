"""Days and moments as platforms write them.

`2026/09/07 08:55:37`, `2026-07-26 03:33:18`, `20260726`, `2026年7月26日`, an Excel serial, unix seconds, 13-digit milliseconds, or
ISO 8601 with an offset. A moment without a zone is local to the project. `01/02/2026` is refused: nobody can say which month it is.
So is `2026-W25`: a week is no day.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from opsengine.sources.numbers import has_marks

if TYPE_CHECKING:
    from opsengine.sources.numbers import Cell

_EPOCH_OF_EXCEL = datetime(1899, 12, 30)  # noqa: DTZ001  a serial counts local days; the zone is added by the reader
_NOWHERE = ZoneInfo("UTC")
"""A calendar day is the same in every zone."""
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)
"""A day outside is a damaged cell, not a day of business."""

_WRITTEN = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/.年])(?P<month>\d{1,2})(?:[-/.月])(?P<day>\d{1,2})日?"
    r"(?:[T\s]*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?)?",
    re.ASCII,
)
_ISO_LENGTHS = frozenset((10, 19, 20, 25))
"""`2026-06-18`, with a time, with `Z`, with an offset: nine tenths of all moments, and quick to read."""
_SECONDS, _MILLISECONDS, _COMPACT_DAY, _SERIAL = 10, 13, 8, 5
"""How many digits each has."""


def parse_moment(cell: Cell, zone: ZoneInfo) -> datetime | None:
    """The moment in a cell with its zone, None when the cell is empty. Raises ValueError on anything else."""
    if cell is None:
        return None
    moment = _written(cell, zone)
    if moment is not None and not _EARLIEST <= moment.date() < _LATEST:
        raise ValueError("unreadable")
    return moment


def parse_day(cell: Cell, zone: ZoneInfo) -> date | None:
    """The local day in a cell, None when the cell is empty. Raises ValueError on anything else."""
    moment = parse_moment(cell, zone)
    return None if moment is None else moment.date()


def parse_calendar_day(cell: Cell) -> date | None:
    """The day in a cell that names a day and no moment, such as a day of opening. Raises ValueError on anything else."""
    return parse_day(cell, _NOWHERE)


def _written(cell: Cell, zone: ZoneInfo) -> datetime | None:
    if isinstance(cell, str):
        text = cell.strip() if cell.isascii() else unicodedata.normalize("NFKC", cell).strip()
        if "W" in text.upper() or has_marks(cell):  # a week of ISO 8601 is seven days, and not its Monday
            raise ValueError("unreadable")
        return _from_text(text, zone) if text else None
    if isinstance(cell, datetime):
        return _local(cell, zone)
    if isinstance(cell, date):
        return datetime.combine(cell, time(), zone)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_number(float(cell), zone)
    raise ValueError(type(cell).__name__)


def _from_text(text: str, zone: ZoneInfo) -> datetime:
    if text[4:5] == "-" and len(text) in _ISO_LENGTHS:
        return _local(datetime.fromisoformat(text), zone)
    match = _WRITTEN.fullmatch(text)
    if match:
        parts = (match[name] for name in ("year", "month", "day", "hour", "minute", "second"))
        year, month, day, hour, minute, second = (int(part or 0) for part in parts)
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    if text.isascii() and text.isdigit() and len(text) == _COMPACT_DAY:
        return datetime(int(text[:4]), int(text[4:6]), int(text[6:]), tzinfo=zone)
    if re.fullmatch(r"\d+(?:\.\d+)?", text, re.ASCII):
        return _from_number(float(text), zone)
    return _local(datetime.fromisoformat(text), zone)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def _from_number(number: float, zone: ZoneInfo) -> datetime:
    whole = f"{number:.0f}"
    if len(whole) == _SERIAL:
        return (_EPOCH_OF_EXCEL + timedelta(seconds=round(number * 86400))).replace(tzinfo=zone)
    if number.is_integer() and len(whole) in (_SECONDS, _MILLISECONDS):
        seconds = number / 1000 if len(whole) == _MILLISECONDS else number
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone)
    if number.is_integer() and len(whole) == _COMPACT_DAY:
        return _from_text(whole, zone)
    raise ValueError("unreadable")
