"""Doubt about a whole column: what stands in some of its cells says that the others do not mean what they seem to.

A share without its `%` looks like another share: `0.5` may be a half, or half a percent that lost its sign. One cell cannot tell;
the column can. Shares of which only some carry a sign, or of which one is far above 1, are all refused.
"""

from __future__ import annotations

from opsengine.sources.cells import HIGHEST_SHARE, Manner, Show, is_error
from opsengine.sources.numbers import Cell, Number, parse_number
from opsengine.sources.recognising import Match
from opsengine.sources.rejection import Spoilt
from opsengine.sources.units import factor, is_ratio


def manner_of(match: Match, key: str, show: Show) -> Manner:
    """How the cells of a column of numbers are written."""
    manner = Manner(match.header(key), match.units[key], show, match.preset.missing)
    if not is_ratio(match.preset.columns[key].unit):
        return manner
    return Manner(manner.header, manner.written, show, manner.missing, _doubt(match, key))


def _doubt(match: Match, key: str) -> Spoilt | None:
    """Why no share of this column can be believed; None when each says the same as the others."""
    place, written, declared = match.places[key], match.units[key], match.preset.columns[key].unit
    if written == "percent":
        return None  # with or without its sign, the cell says the same
    cells = {row[place] for row in match.sheet.rows[match.header_row + 1 :] if len(row) > place}
    found = [number for cell in cells if (number := _read(cell, match)) is not None and number.value != 0]
    plain = [number for number in found if not number.unit]
    signed = [number for number in found if number.unit]
    if plain and signed:
        text, hint = "some cells of this column carry a `%` and others do not: none is taken", "write all of them in one way"
        return Spoilt(text, code="mixed-signs", column=match.header(key), hint=hint)
    if any(number.value * factor(written, declared) > HIGHEST_SHARE for number in plain):
        text = "a column of shares holds numbers far above 1: none is taken"
        hint = "percentages are known by `%` in the cell, or by (%) in the header"
        return Spoilt(text, code="not-a-share", column=match.header(key), hint=hint)
    return None


def _read(cell: Cell, match: Match) -> Number | None:
    if is_error(cell) or (isinstance(cell, str) and cell.strip().lower() in match.preset.missing):
        return None
    try:
        return parse_number(cell)
    except ValueError:
        return None
