"""What the cells of a text file look like without their digits: the same few forms again and again, however many rows there are.

`tea,2026-06-18,5,--` and `coat,2026-06-19,7300,--` differ in their names and are alike in the rest. From the distinct forms one can
tell for certain, at a tenth of the cost of looking at each cell, that a column holds nothing but digits.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

_DIGITS = b"0123456789"
MOST_FORMS = 20_000
"""A file of texts has a form for each row; then it is not worth the while."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The forms of a file's cells."""

    lines: int
    is_ended: bool
    """Whether the last line has an end."""
    columns: Sequence[frozenset[str]]
    """The distinct cells of each column, quotes and digits taken off."""


def skeleton(body: bytes, delimiter: str) -> Skeleton | None:
    """The forms of a table in UTF-8; None when its lines are not alike.

    They are not when some are blank, have another number of cells, end otherwise, or hold cells with quotes or line breaks in them.
    """
    bare = body.translate(None, _DIGITS)
    ends, returns = bare.count(b"\n"), bare.count(b"\r")
    if not ends or (returns and not returns == ends == bare.count(b"\r\n")):
        return None
    forms = set(bare.splitlines())
    if b"" in forms or len(forms) > MOST_FORMS:
        return None
    rows = [_cells(form.decode(), delimiter) for form in forms]
    if any(row is None or len(row) != len(rows[0] or ()) for row in rows):
        return None
    is_ended = bare.endswith(b"\n")
    columns = [frozenset(column) for column in zip(*(row for row in rows if row is not None), strict=True)]
    return Skeleton(ends + (not is_ended), is_ended, columns)


def _cells(line: str, delimiter: str) -> list[str] | None:
    if '"' not in line:
        return line.split(delimiter)
    try:
        (row,) = csv.reader(io.StringIO(line, newline=""), delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        return None
    return None if any('"' in cell for cell in row) else row
