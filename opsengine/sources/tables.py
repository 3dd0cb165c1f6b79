"""CSV files to sheets: our own decoding, the standard library's csv."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from opsengine.sources.decoding import decodings
from opsengine.sources.rejection import Refused
from opsengine.sources.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

DELIMITERS = (",", "\t", ";")
"""What separates cells; Excel's "Unicode text" is separated by tabs."""
_LONGEST_CELL = 1 << 20
"""The title and body of a work are long; a cell of a megabyte is an unclosed quote."""
_HEAD = 1 << 16
"""Whatever separates the cells is found in so many first characters."""


def read_csv(raw: bytes) -> Iterator[Sheet]:
    """Each way to read these bytes as a table, likeliest first. The caller takes the first with a header that it knows.

    When none is taken, raises Refused if the bytes are no text, or if a reading broke off inside a quoted cell.
    """
    csv.field_size_limit(_LONGEST_CELL)
    broken: csv.Error | None = None
    is_text = False
    for decoded in decodings(raw):
        is_text = True
        for delimiter in DELIMITERS:
            if delimiter == "," or delimiter in decoded.text[:_HEAD]:
                try:
                    rows = list(csv.reader(io.StringIO(decoded.text, newline=""), delimiter=delimiter, strict=True))
                except csv.Error as error:
                    broken = broken or error
                else:
                    yield Sheet("", rows, has_cut_end=not decoded.text.endswith(("\n", "\r")))
    if not is_text:
        raise Refused("this is neither UTF-8, UTF-16 nor GB18030 text, or it was cut off inside a character", code="undecodable",
                      hint="export the file again, or save it as CSV UTF-8")  # fmt: skip
    if broken:
        raise Refused("the quotes around a cell are not closed, or do not stand as in CSV", code="damaged-csv",
                      hint="export the file again; it may have been cut off")  # fmt: skip
