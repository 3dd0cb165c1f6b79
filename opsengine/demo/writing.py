"""Writing files as the platforms' export buttons do: the same bytes for the same rows."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

Cell = str | int | float
UTF8_WITH_MARK = "utf-8-sig"
CHINESE = "gb18030"
UTF8 = "utf-8"
MISSING = "-"
"""What the platforms print where there is nothing to say."""


def write_csv(path: Path, encoding: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Path:
    """A CSV file with the line ends that the platforms use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        lines = csv.writer(file)
        lines.writerow(header)
        lines.writerows(rows)
    return path


def write_xlsx(path: Path, sheet: str, made_at: datetime, rows: Iterable[Sequence[Cell]]) -> Path:
    """A workbook of one sheet, header first; texts stay texts, numbers numbers. `made_at` is written inside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    workbook.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None), "author": ""})
    page = workbook.add_worksheet(sheet)
    for number, line in enumerate(rows):
        for column, cell in enumerate(line):
            if isinstance(cell, str):
                page.write_string(number, column, cell)
            else:
                page.write_number(number, column, cell)
    workbook.close()
    return path


def stamp(path: Path, made_at: datetime) -> None:
    """Give a file the time at which it was exported."""
    seconds = made_at.timestamp()
    os.utime(path, (seconds, seconds))


def rate(part: float, whole: float, places: int = 4) -> str:
    """A share between 0 and 1 as decimal text, or the sign for missing when there is no whole."""
    return f"{part / whole:.{places}f}" if whole else MISSING


def yuan(amount: float) -> str:
    """Yuan with thousands commas and two places."""
    return f"{amount:,.2f}"
