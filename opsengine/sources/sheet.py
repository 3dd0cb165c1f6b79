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

    def turned(self) -> Sheet:
        """The sheet with its columns as rows: for exports that write one metric a line."""
        width = max((len(row) for row in self.rows), default=0)
        padded = [[*row, *[None] * (width - len(row))] for row in self.rows]
        return Sheet(self.name, [list(column) for column in zip(*padded, strict=True)], is_turned=True)


def is_blank(cell: Cell) -> bool:
    """Whether there is nothing in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())
