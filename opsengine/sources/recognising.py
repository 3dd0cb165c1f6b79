"""Which export is this? Told by its headers, never by the name of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from opsengine.project import did_you_mean
from opsengine.sources.headers import split_header
from opsengine.sources.moments import parse_calendar_day
from opsengine.sources.numbers import Cell
from opsengine.sources.preset import Column, Preset, Presets
from opsengine.sources.rejection import Refused
from opsengine.sources.sheet import Row, Sheet, is_blank
from opsengine.sources.units import are_alike, factor, is_number

HEADER_WITHIN = 10
"""Notes and titles stand above the header of some exports; it is never further down than this."""
_BY_DAY = "export it again by day (分天), so that it has a column {column}"
_LIKE = 0.5
"""With this share of a signature we say which column is missing instead of not knowing the file."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How the header differs from what the preset expects."""

    missing: tuple[str, ...] = ()
    """Columns that we would read and that are not there."""
    new: tuple[str, ...] = ()
    """Columns that we do not know."""
    renamed: tuple[tuple[str, str], ...] = ()
    """A missing column and a new one that looks like it; not read until the preset says so."""
    units: tuple[tuple[str, str, str], ...] = ()
    """A header that names another unit than the preset expects, that unit, and the header's own, which is believed."""

    def as_json(self) -> dict[str, Any]:
        """The shape that `opsengine import --format json` prints."""
        renamed = [{"from": old, "to": new} for old, new in self.renamed]
        units = [{"column": column, "from": old, "to": new} for column, old, new in self.units]
        return {"missing": list(self.missing), "new": list(self.new), "renamed": renamed, "units": units}


@dataclass(frozen=True, slots=True)
class Match:
    """A sheet, and how to read it."""

    sheet: Sheet
    name: str
    preset: Preset
    header_row: int
    """Index of the header in the sheet's rows."""
    places: Mapping[str, int]
    """Index of each of the preset's columns that is there."""
    units: Mapping[str, str]
    """How each of them is written, the header's own unit first."""
    drift: Drift = field(default_factory=Drift)
    day: str | None = None
    """The day of the whole sheet, when its name says it and no column does."""

    def header(self, key: str) -> str:
        """A column's header as the file writes it, on one line."""
        return " ".join(str(self.sheet.rows[self.header_row][self.places[key]]).split()) if key in self.places else key


def recognise(sheet: Sheet, presets: Presets) -> Match | None:
    """How to read a sheet; None when no preset fits it, not even nearly. A sheet may also lie on its side.

    Raises Refused when a preset nearly fits: a column that it needs is missing, or there twice.
    """
    if match := first_fit(sheet, presets):
        return match
    turned = sheet.turned() if len(sheet.rows) <= _WIDEST else None
    if turned is not None and (match := first_fit(turned, presets)):
        return match
    _complain_if_near(sheet, presets)
    return None


_WIDEST = 2000
"""A sheet on its side has a column for each day; nobody has this many."""


def first_fit(sheet: Sheet, presets: Presets) -> Match | None:
    """How to read a sheet by the first of its rows that is a header; None when none of them is. Raises Refused."""
    for index in range(min(HEADER_WITHIN, len(sheet.rows))):
        joined = with_one_header(sheet, index)
        candidates = [(sheet, index), (joined, index + 1)] if joined else [(sheet, index)]
        fits = [(fit, candidate, row) for candidate, row in candidates if (fit := _best_fit(candidate.rows[row], presets))]
        if fits:
            (_, _, name), candidate, row = max(fits, key=lambda one: one[0])
            return _match(candidate, row, name, presets.by_name[name])
    return None


def _best_fit(row: Row, presets: Presets) -> tuple[int, int, str] | None:
    """How many columns of the best preset stand in a row, how long its signature is, and its name."""
    fits = [(len(preset.columns.keys() & found.keys()), len(preset.signature), name)
            for name, preset, found in _finds(row, presets) if set(preset.signature) <= found.keys()]  # fmt: skip
    return max(fits, default=None)


def with_one_header(sheet: Sheet, index: int) -> Sheet | None:
    """The sheet with a header of two levels made one: `引流能力` above `曝光-观看率` becomes `引流能力 曝光-观看率`.

    None when the row holds no name above several others: such a name leaves blank cells beside it.
    """
    if index + 1 >= len(sheet.rows):
        return None
    above, below = sheet.rows[index], sheet.rows[index + 1]
    width = max(len(above), len(below))
    upper, lower = ([*row, *[None] * (width - len(row))] for row in (above, below))
    if not any(is_blank(one) and not is_blank(other) for one, other in zip(upper, lower, strict=True)):
        return None
    names: list[Cell] = []
    group = ""
    for one, other in zip(upper, lower, strict=True):
        group = ("" if is_blank(other) else str(one)) if not is_blank(one) else group if not is_blank(other) else ""
        names.append(one if is_blank(other) else f"{group} {other}".strip())
    return replace(sheet, rows=[*sheet.rows[:index], (), names, *sheet.rows[index + 2 :]])


def _finds(row: Row, presets: Presets) -> list[tuple[str, Preset, dict[str, int]]]:
    headers = [(index, split_header(str(cell))) for index, cell in enumerate(row) if not is_blank(cell)]
    if len(headers) < 2:
        return []
    return [
        (name, preset, {preset.by_name[header.name]: index for index, header in headers if header.name in preset.by_name})
        for name, preset in presets.by_name.items()
    ]


def _match(sheet: Sheet, header_row: int, name: str, preset: Preset) -> Match:
    places: dict[str, int] = {}
    units: dict[str, str] = {}
    new: list[str] = []
    for index, cell in enumerate(sheet.rows[header_row]):
        header = split_header("" if cell is None else str(cell))
        key = preset.by_name.get(header.name)
        if key is not None and _fits_unit(header.unit, preset.columns[key].unit):
            if key in places:
                raise Refused("{preset}: column {column} is there twice", code="duplicate-column", sheet=sheet.name,
                              hint="keep one of the two", preset=name, column=_shown(cell))  # fmt: skip
            places[key] = index
            declared = preset.columns[key].unit
            units[key] = header.unit if header.unit and is_number(declared) else declared
        elif header.name and header.name not in preset.known_names:
            new.append(_shown(cell))
    drift = _drift(preset, places, new, _other_units(preset, units))
    match = Match(sheet, name, preset, header_row, places, units, drift, _day_of_sheet(sheet, preset, places))
    _refuse_without_columns(match, new)
    return match


def _fits_unit(written: str, declared: str) -> bool:
    return not written or not is_number(declared) or are_alike(written, declared) or (written, declared) == ("count", "count")


def _other_units(preset: Preset, units: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """The columns whose headers name a unit that makes their numbers others than the preset expects."""
    return tuple(
        (column.names[0], column.unit, units[key])
        for key, column in preset.columns.items()
        if key in units and units[key] != column.unit and not _is_expected(column, units[key])
    )


def _is_expected(column: Column, written: str) -> bool:
    """Whether one of the column's names says this unit, or its numbers are the same in it."""
    named = {split_header(name).unit for name in column.names}
    return written in named or factor(written, column.unit) == factor(column.unit, column.unit)


def _drift(preset: Preset, places: Mapping[str, int], new: Sequence[str], units: tuple[tuple[str, str, str], ...]) -> Drift:
    missing = [
        column.names[0]
        for key, column in preset.columns.items()
        if key not in places and column.role == "measure" and not column.is_extra
    ]
    guesses = [(name, did_you_mean(name, new)) for name in missing]
    return Drift(tuple(missing), tuple(new), tuple((name, guess) for name, guess in guesses if guess), units)


def _day_of_sheet(sheet: Sheet, preset: Preset, places: Mapping[str, int]) -> str | None:
    """Workbooks with a sheet for each day say the day in the sheet's name."""
    if preset.day is None or preset.day in places or not sheet.name:
        return None
    try:
        return sheet.name if parse_calendar_day(sheet.name) else None
    except (ValueError, OverflowError):
        return None


def _refuse_without_columns(match: Match, new: Sequence[str]) -> None:
    preset = match.preset
    for key, column in preset.columns.items():
        if key not in preset.needed or key in match.places or (key == preset.day and match.day):
            continue
        if key == preset.day:
            raise Refused("{preset}: no column says the day", code="no-day", hint=_BY_DAY,
                          sheet=match.sheet.name, preset=match.name, column=column.names[0])  # fmt: skip
        raise _missing(match.name, column.names[0], new, match.sheet.name)


def _missing(preset: str, wanted: str, found: Sequence[str], sheet: str) -> Refused:
    guess = did_you_mean(wanted, found)
    hint = "export the file again with all columns"
    if guess:
        hint = "did somebody rename it to {guess}? `opsengine import --new-preset FILE` takes the new name into a preset of yours"
    return Refused("this looks like {preset}, but its column {column} is missing", code="missing-column", hint=hint, sheet=sheet,
                   preset=preset, column=wanted, guess=guess)  # fmt: skip


def _complain_if_near(sheet: Sheet, presets: Presets) -> None:
    best: tuple[float, int, str, Row] | None = None
    for row in sheet.rows[:HEADER_WITHIN]:
        for name, preset, found in _finds(row, presets):
            share = len(found.keys() & set(preset.signature)) / len(preset.signature)
            least = 3 if preset.writes == "series" else 2  # 指标 and 数值 stand above many a table of notes
            if share >= _LIKE and len(found) >= least and (best is None or (share, len(found)) > best[:2]):
                best = (share, len(found), name, row)
    if best is None:
        return
    _, _, name, row = best
    preset = presets.by_name[name]
    there = {preset.by_name.get(split_header(str(cell)).name) for cell in row}
    unknown = [_shown(cell) for cell in row if not is_blank(cell) and split_header(str(cell)).name not in preset.by_name]
    wanted = next(preset.columns[key].names[0] for key in preset.signature if key not in there)
    raise _missing(name, wanted, unknown, sheet.name)


def _shown(cell: Cell) -> str:
    """A header on one line, as a listing shows it."""
    return " ".join(str(cell).split())[:60]
