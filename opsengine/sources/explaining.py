"""How a file is read: its preset, where its header stands, and what becomes of each column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsengine.project import Project
from opsengine.sources.collecting import find_files
from opsengine.sources.headers import split_header
from opsengine.sources.opening import open_files
from opsengine.sources.preset import Column, Preset, read_presets
from opsengine.sources.recognising import Match
from opsengine.sources.rejection import Refused, Rejection
from opsengine.sources.sheet import is_blank
from opsengine.sources.units import are_alike, is_number

if TYPE_CHECKING:
    from opsengine.warehouse import Engine


_EXAMPLES = {"date": "2026-06-18", "datetime": "2026-06-18 20:15:00, 2026-06-18T20:15:00+08:00"}


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """What becomes of one column."""

    header: str
    role: str
    """`measure`, `key`, `account`, `advertiser`; `ignored`, `personal` or `unknown` for what is not read."""
    becomes: str = ""
    """The measure, or our name for the key; empty when it is not read."""
    written: str = ""
    """The unit of its cells."""
    kept: str = ""
    """The unit that is kept."""
    times: str = ""
    """The column it is multiplied with."""
    clock: str = ""
    """On which day its numbers are counted."""
    domain: str = ""
    """Whose traffic they are."""
    expects: str = ""
    """What its cells look like where that is not plain: a moment as it is best written, the words that are known."""


@dataclass(frozen=True, slots=True)
class SheetReading:
    """How one sheet is read."""

    sheet: str
    preset: str
    header_row: int
    """Counted from 1."""
    is_turned: bool
    grain: tuple[str, ...]
    columns: tuple[ColumnReading, ...]


@dataclass(frozen=True, slots=True)
class FileReading:
    """How a file is read, or why it is not."""

    path: str
    sheets: tuple[SheetReading, ...] = ()
    refused: Rejection | None = None

    def as_json(self) -> dict[str, Any]:
        """The shape that `opsengine import --explain --format json` prints for a file."""
        sheets = [
            {
                "sheet": sheet.sheet or None, "preset": sheet.preset, "header_row": sheet.header_row, "is_turned": sheet.is_turned,
                "grain": list(sheet.grain),
                "columns": [{name: getattr(column, name) or None for name in ColumnReading.__slots__} for column in sheet.columns],
            }
            for sheet in self.sheets
        ]  # fmt: skip
        return {"path": self.path, "sheets": sheets, "refused": self.refused.as_json() if self.refused else None}


def explain_files(project: Project, engine: Engine, paths: Sequence[Path], account: str | None = None) -> Iterator[FileReading]:
    """How each of these files is read, nothing taken in. Raises UserError when a path does not exist, InvalidFiles."""
    found = {str(number): file for number, file in enumerate(find_files(project, paths, account))}
    opened = dict(open_files({name: file.path for name, file in found.items()}, read_presets(project), engine))
    for name, file in found.items():
        matches = opened[name]
        if isinstance(matches, Refused):
            yield FileReading(file.shown, refused=matches.rejection)
        else:
            yield FileReading(file.shown, tuple(_sheet(match) for match in matches))


def _sheet(match: Match) -> SheetReading:
    columns = tuple(_columns(match))
    return SheetReading(match.sheet.name, match.name, match.header_row + 1, match.sheet.is_turned, match.preset.grain, columns)


def _columns(match: Match) -> Iterator[ColumnReading]:
    by_place = {place: key for key, place in match.places.items()}
    personal = {split_header(name).name for name in match.preset.personal}
    for place, cell in enumerate(match.sheet.rows[match.header_row]):
        if is_blank(cell):
            continue
        header = " ".join(str(cell).split())
        key = by_place.get(place)
        name = split_header(str(cell)).name
        if key is not None:
            yield _column(header, key, match)
        else:
            role = "personal" if name in personal else "ignored" if name in match.preset.known_names else "unknown"
            yield ColumnReading(header, role)


def _column(header: str, key: str, match: Match) -> ColumnReading:
    preset, column = match.preset, match.preset.columns[key]
    if column.role != "measure":
        return ColumnReading(header, column.role, key, match.units[key], column.unit, expects=_expected(column))
    becomes = ", ".join(dict.fromkeys(name for names in column.counts.values() for name in names)) or column.measure or key
    kept = "count" if column.counts else kept_unit(preset, column)
    times = column.times or ""
    clock, domain = preset.clock_of(key), preset.domain_of(key)
    return ColumnReading(header, "measure", becomes, match.units[key], kept, times, clock, domain, _expected(column))


def _expected(column: Column) -> str:
    """What cells of a column look like; nothing where everybody knows."""
    return ", ".join(column.counts) or _EXAMPLES.get(column.unit, "")


def kept_unit(preset: Preset, column: Column) -> str:
    """The unit in which a column of numbers is kept."""
    if not is_number(column.unit):
        return column.unit
    if column.times is not None and are_alike(column.unit, "ratio"):
        return preset.columns[column.times].unit
    return next(
        (unit for unit in ("yuan", "ratio", "count") if column.unit != "number" and are_alike(column.unit, unit)), column.unit
    )
