"""Sample files with the headers of real exports: three days of plausible cells, and what must come of them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import yaml

from opsengine.sources import read_presets
from opsengine.sources.recognising import recognise
from opsengine.sources.sheet import Sheet
from opsengine.sources.units import is_number

HEADERS = yaml.safe_load((Path(__file__).parent / "data" / "headers.yaml").read_text(encoding="utf-8"))
PRESETS = read_presets()
DAYS = (16, 17, 18)
_WRITTEN = {
    "count": ("1,2{nth}0", "12{nth}0"), "number": ("4.{nth}", "4.{nth}"), "yuan": ("1,234.{nth}5", "1234.{nth}5"),
    "fen": ("1234{nth}5", "1234.{nth}5"), "milli_fen": ("1234{nth}5000", "1234.{nth}5"),
    "ratio": ("0.{nth}5", "0.{nth}5"), "percent": ("{nth}5", "0.{nth}5"),
    "seconds": ("1{nth}", "1{nth}"), "minutes": ("2{nth}.5", "2{nth}.5"),
    "id": ("712345678901234567{nth}", ""), "hashed_id": ("somebody{nth}", ""), "text": ("词{nth}", ""),
    "date": ("2026-06-1{day}", ""), "datetime": ("2026/06/1{day} 08:55:37", ""),
}  # fmt: skip
"""For each unit a cell as files write it, and the value that is kept."""
PERSONAL = "13912345678"


class Sample:
    """One export: its header, its rows, and the measures that they say."""

    def __init__(self, export: str) -> None:
        self.header = HEADERS[export]
        match = recognise(Sheet("", [self.header]), PRESETS)
        self.name, self.preset, self._match = match.name, match.preset, match
        self.rows = [self._row(nth) for nth in range(1, len(DAYS) + 1)]

    @property
    def all_rows(self) -> list[list[str]]:
        """The header and the rows."""
        return [list(self.header), *self.rows]

    @property
    def numbers(self) -> set[int]:
        """The places of columns of numbers."""
        columns = self.preset.columns
        return {
            place for key, place in self._match.places.items() if columns[key].role == "measure" and is_number(columns[key].unit)
        }

    def expected(self, nth: int) -> dict[str, Decimal]:
        """The measures of row `nth`, counted from 1."""
        found: dict[str, Decimal] = {self.preset.row_counts_as: Decimal(1)} if self.preset.row_counts_as else {}
        for key in self._match.places:
            column = self.preset.columns[key]
            if column.role == "measure" and column.counts:
                words = next(iter(column.counts.values()))
                found |= {name: Decimal(name in words) for names in column.counts.values() for name in names}
            elif column.role == "measure" and (column.times is None or column.times in self._match.places):
                base = self._value(column.times, nth) if column.times else Decimal(1)
                name = column.measure or key
                found[name] = found.get(name, Decimal()) + self._value(key, nth) * base
        return found

    def _value(self, key: str, nth: int) -> Decimal:
        return Decimal(_WRITTEN[self._match.units[key]][1].format(nth=nth))

    def _row(self, nth: int) -> list[str]:
        by_place = {place: key for key, place in self._match.places.items()}
        return [self._cell(by_place.get(place), nth) for place in range(len(self.header))]

    def _cell(self, key: str | None, nth: int) -> str:
        if key is None:
            return PERSONAL
        column = self.preset.columns[key]
        if column.role == "account":
            return "tea"
        if column.role == "advertiser":
            return "1700000000000001"
        if column.counts:
            return next(iter(column.counts))
        return _WRITTEN[self._match.units[key]][0].format(nth=nth, day=DAYS[nth - 1] - 10)
