"""Reading export files in plain Python, never through our importer."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import openpyxl

ENCODINGS = {"企业号日报": "utf-8-sig", "千川标准推广": "gb18030"}


@cache
def rows_of_csv(path: Path) -> list[dict[str, str]]:
    encoding = next((encoding for name, encoding in ENCODINGS.items() if path.name.startswith(name)), "utf-8")
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


@cache
def rows_of_xlsx(path: Path) -> list[dict[str, object]]:
    book = openpyxl.load_workbook(path, read_only=True)
    header, *lines = book.active.iter_rows(values_only=True)
    book.close()
    return [dict(zip(header, line, strict=True)) for line in lines]


def number(text: object) -> float:
    return float(str(text).replace(",", ""))
