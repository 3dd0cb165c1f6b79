"""A sheet: cells as a file holds them, before anybody has asked what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from opsengine.sources.numbers import Cell

Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet of a workbook; a CSV file is one sheet without a name."""

    name: str
    rows: Sequence[Row]
    is_turned: bool = False
    """Whether rows and columns have changed places."""
    has_cut_end: bool = False
    """Whether the file ends in the middle of a line, as a download does that broke off; many whole files do, too."""

    merged: Sequence[tuple[int, ...]] = ()
    """Cells that are one: first row and column, last row and column, counted from 0."""

    def turned(self) -> Sheet:
        """The sheet with its columns as rows: for exports that write one metric a line."""
        width = max((len(row) for row in self.rows), default=0)
        padded = [[*row, *[None] * (width - len(row))] for row in self.rows]
        merged = [(left, top, right, bottom) for top, left, bottom, right in self.merged]
        return Sheet(self.name, [list(column) for column in zip(*padded, strict=True)], is_turned=True, merged=merged)


def is_blank(cell: Cell) -> bool:
    """Whether there is nothing in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def column_name(index: int) -> str:
    """What a spreadsheet calls a column, counted from 0: A to Z, then AA."""
    name = ""
    while index >= 0:
        name = chr(ord("A") + index % 26) + name
        index = index // 26 - 1
    return name
