"""Doubt about a whole column: what stands in some of its cells says that the others do not mean what they seem to.

A share without its `%` looks like another share: `0.5` may be a half, or half a percent that lost its sign. One cell cannot tell;
the column can. Shares and lengths of time of which only some carry a sign, and shares of which one is far above 1, are all refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsengine.sources.cells import HIGHEST_SHARE, Manner, Show, is_error
from opsengine.sources.numbers import Cell, Number, parse_number
from opsengine.sources.recognising import Match
from opsengine.sources.rejection import Spoilt
from opsengine.sources.units import factor, is_ratio, is_time


def manner_of(match: Match, key: str, show: Show) -> Manner:
    """How the cells of a column of numbers are written."""
    unit = match.preset.columns[key].unit
    doubt = _doubt(match, key) if is_ratio(unit) or is_time(unit) else None
    return Manner(match.header(key), match.units[key], show, match.preset.missing, doubt)


def mixed_numbers(match: Match) -> Iterator[Spoilt]:
    """A remark on each column of plain numbers in which only some cells carry a `%` and are read as shares."""
    for key in match.places:
        if match.preset.columns[key].unit == "number":
            found = _found(match, key)
            if any(number.unit == "percent" for number in found) and any(not number.unit for number in found):
                yield Spoilt(
                    "some cells of this column carry a `%` and were read as shares", code="some-shares", column=match.header(key)
                )


def _doubt(match: Match, key: str) -> Spoilt | None:
    """Why no cell of this column can be believed; None when each says the same as the others."""
    written, declared = match.units[key], match.preset.columns[key].unit
    if written == "percent":
        return None  # with or without its sign, the cell says the same
    found = _found(match, key)
    plain = [number for number in found if not number.unit]
    if plain and any(number.unit not in ("", written) for number in found):
        text, hint = "some cells of this column carry a unit and others do not: none is taken", "write all of them in one way"
        return Spoilt(text, code="mixed-signs", column=match.header(key), hint=hint)
    if is_ratio(declared) and any(number.value * factor(written, declared) > HIGHEST_SHARE for number in plain):
        text = "a column of shares holds numbers far above 1: none is taken"
        hint = "percentages are known by `%` in the cell, or by (%) in the header"
        return Spoilt(text, code="not-a-share", column=match.header(key), hint=hint)
    return None


def _found(match: Match, key: str) -> Sequence[Number]:
    """The numbers of a column that are not zero, each once."""
    place = match.places[key]
    cells = {row[place] for row in match.sheet.rows[match.header_row + 1 :] if len(row) > place}
    return [number for cell in cells if (number := _read(cell, match)) is not None and number.value != 0]


def _read(cell: Cell, match: Match) -> Number | None:
    if is_error(cell) or (isinstance(cell, str) and cell.strip().lower() in match.preset.missing):
        return None
    try:
        return parse_number(cell)
    except ValueError:
        return None
