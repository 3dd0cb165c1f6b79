"""The cells of a swept sheet as a table of the engine: plain numbers as numbers, and beside them what else stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest

from opsengine.sources.cells import SUMS, Memo, Rounded, numbers, trouble_with
from opsengine.sources.doubting import manner_of
from opsengine.sources.keys import shower
from opsengine.sources.numbers import Cell, Number
from opsengine.sources.preset import Column, Preset
from opsengine.sources.recognising import Match
from opsengine.sources.rejection import Spoilt
from opsengine.sources.sheet import Sheet, is_blank
from opsengine.sources.swept_tables import MOST_SAID, SweptTables, SweptText
from opsengine.sources.units import factor, is_number
from opsengine.warehouse import text_literal

NUMBER = "decimal(18, 6)"
_PLACES = 6
"""Decimals of a plain number and of a factor that the engine multiplies with; their product is exact."""
_WHOLE, _DECIMALS = r"-?[0-9]{1,11}", rf"-?[0-9]{{1,11}}(\.[0-9]{{1,{_PLACES}}})?"
"""Plain numbers: those that the engine's own cast reads as our rules do."""
_NONE = "[^\\\\s\\\\S]"
"""Fits nothing: every cell of the column is looked at."""


def number_keys(preset: Preset) -> frozenset[str]:
    """The columns of numbers that bring measures, or are multiplied with one that does."""
    columns = {key: column for key, column in preset.columns.items() if column.role == "measure" and not column.counts}
    times = {column.times for column in columns.values() if column.times}
    return frozenset(key for key, column in preset.columns.items() if is_number(column.unit) and (key in columns or key in times))


@dataclass(frozen=True, slots=True)
class Value:
    """The number of a row: SQL, and between what it lies."""

    sql: str
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(0)
    is_rounded: bool = False
    is_computed: bool = False
    """Whether the engine multiplies or adds, which may go wrong."""
    is_spoilt: bool = False
    """Whether it is missing where a cell cannot be read."""


class SweptCells:
    """The rows below the header, their numbers by the keys of their columns. Raises Spoilt, EngineError."""

    def __init__(self, match: Match, text: SweptText, tables: SweptTables) -> None:
        self._match, self._text, self._tables = match, text, tables
        self._places = {key: place for key, place in match.places.items() if key in number_keys(match.preset)}
        self._width = 1 + max(place for place, cell in enumerate(match.sheet.rows[match.header_row]) if not is_blank(cell))
        if len(text.columns) < self._width:
            raise Spoilt("these rows have fewer cells than the header", code="ragged-row")
        tables.make("cells", self._select())
        (self._told,) = tables.read(self._summary())
        if self._told.get("totals"):
            raise Spoilt("some rows begin with a word for a total, in a column that is not read", code="not-plain")
        if any(self._told[f"c{place}"] for place in self._beyond()):
            raise Spoilt("cells stand beside the columns that have a header", code="ragged-row")
        odd = {key: self._odd(place) for key, place in self._places.items() if self._told.get(f"k{place}")}
        self.digest = self._digested(odd)
        self.joins: list[str] = []
        self.rounded = 0
        self.spoilt: list[str] = []
        """Conditions, each true of rows in which a cell cannot be read."""
        self.values = {key: self._value(key, place, odd.get(key, {})) for key, place in self._places.items()}

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self._told["rows"])

    def _select(self) -> str:
        columns: list[str] = []
        first = {0} if self._is_first_unread() else set()
        used = sorted({*self._match.places.values(), *self._beyond(), *first} - set(self._places.values()))
        columns += [f"c{place}" for place in used]
        for key, place in self._places.items():
            if self._text.columns[place]:
                columns.append(f"cast(c{place} as {NUMBER}) as m{place}")
            else:
                plain = f"regexp_full_match(c{place}, '{self._pattern(key)}')"
                columns.append(f"case when {plain} then cast(c{place} as {NUMBER}) end as m{place}")
                columns.append(f"case when not {plain} then c{place} end as o{place}")
        return f"select {', '.join(columns)} from {self._text.table}"  # noqa: S608  names and patterns of ours

    def _summary(self) -> str:
        columns = ["count(*) as rows", *(f"count(c{place}) as c{place}" for place in self._beyond())]
        if self._is_first_unread():
            words = ", ".join(text_literal(word) for word in sorted(SUMS))
            columns.append(f"count(*) filter (lower(trim(c0)) in ({words})) as totals")
        for place in self._places.values():
            columns += [f"min(m{place}) as l{place}", f"max(m{place}) as h{place}"]
            if not self._text.columns[place]:
                columns.append(f"count(o{place}) as k{place}")
        return f"select {', '.join(columns)} from {self._tables['cells']}"  # noqa: S608  as above

    def _is_first_unread(self) -> bool:
        """Whether the first column holds words that nobody reads: a word for a total may stand there."""
        return 0 not in self._match.places.values() and not self._text.columns[0]

    def _beyond(self) -> range:
        """The columns behind the last that has a header."""
        return range(self._width, len(self._text.columns))

    def _pattern(self, key: str) -> str:
        if self._factor(key) is None:
            return _NONE
        return _WHOLE if self._match.preset.columns[key].unit == "count" else _DECIMALS

    def _factor(self, key: str) -> Decimal | None:
        """What plain numbers are multiplied with; None when that has more decimals than the engine keeps."""
        exact = factor(self._match.units[key], self._match.preset.columns[key].unit)
        return exact if exact == exact.quantize(Decimal(1).scaleb(-_PLACES)) else None

    def _odd(self, place: int) -> Mapping[str, int]:
        """The cells that are no plain numbers, and how often each of them is there."""
        rows = self._tables.read(
            f"select o{place} as cell, count(*) as n from {self._tables['cells']} where o{place} is not null group by o{place}"  # noqa: S608  as above
        )
        return {row["cell"]: row["n"] for row in rows}

    def _digested(self, odd: Mapping[str, Mapping[str, int]]) -> Match:
        """The match with a sheet of few rows, in which every kind of cell stands: what is said about columns is true of both."""
        header = self._match.sheet.rows[: self._match.header_row + 1]
        columns: list[Sequence[Cell]] = [()] * len(self._text.columns)
        for key, place in self._places.items():
            ends = (self._told[f"{end}{place}"] for end in "lh")
            columns[place] = [*odd.get(key, ()), *(format(number, "f") for number in ends if number is not None)]
        sheet = Sheet(self._match.sheet.name, [*header, *(list(row) for row in zip_longest(*columns))])
        return Match(sheet, self._match.name, self._match.preset, self._match.header_row, self._match.places, self._match.units)

    def _value(self, key: str, place: int, odd: Mapping[str, int]) -> Value:
        column = self._match.preset.columns[key]
        manner = manner_of(self.digest, key, shower(self._match))
        if manner.doubt is not None:
            raise manner.doubt
        memo = numbers(column, manner)
        meant, spoilt = _meant(memo, odd)
        if spoilt:
            self.spoilt.append(f"cells.o{place} in ({', '.join(text_literal(cell) for cell in spoilt)})")
        plain = self._plain(key, place, column)
        plain = replace(plain, is_spoilt=plain.is_spoilt or bool(spoilt))
        self.rounded += sum(odd[cell] for cell, value in meant.items() if type(value) is Rounded)
        known = [value for value in meant.values() if value is not None]
        if not known:
            return plain
        table = self._tables.put(f"odd{place}", {"cell": "VARCHAR", "value": NUMBER}, list(meant.items()))
        self.joins.append(f"left join {table} as odd{place} on odd{place}.cell = cells.o{place}")
        ends = [*known, *([plain.lowest, plain.highest] if self._told[f"l{place}"] is not None else ())]
        is_rounded = any(type(value) is Rounded for value in known)
        sql = f"coalesce(odd{place}.value, {plain.sql})"
        return replace(plain, sql=sql, lowest=min(ends), highest=max(ends), is_rounded=is_rounded)

    def _plain(self, key: str, place: int, column: Column) -> Value:
        """The plain numbers of a column, in the unit that is kept. Raises Spoilt when one cannot be what its column says."""
        times = self._factor(key)
        if times is None:
            if self._text.columns[place]:
                raise Spoilt("these numbers are divided without end", code="not-plain")
            return Value(f"cells.m{place}")
        sql, is_computed = f"cells.m{place}", times != 1
        if is_computed:
            sql = f"cast(round({sql} * cast({times:f} as decimal(12, 6)), 6) as {NUMBER})"
        if self._told[f"l{place}"] is None:
            return Value(sql, is_computed=is_computed)
        lowest, highest = self._told[f"l{place}"] * times, self._told[f"h{place}"] * times
        has_negative = lowest < 0 <= highest and not column.is_signed
        if has_negative:
            self.spoilt.append(f"cells.m{place} < 0")
            sql, lowest = f"case when cells.m{place} >= 0 then {sql} end", Decimal(0)
        for end in (lowest, highest):
            if trouble := trouble_with(end, column, Number(end)):
                raise trouble
        return Value(sql, lowest, highest, is_computed=is_computed, is_spoilt=has_negative)


def _meant(memo: Memo[Decimal], cells: Iterable[str]) -> tuple[dict[str, Decimal | None], list[str]]:
    """What each cell means, and those that cannot be read. Raises Spoilt when these are many."""
    meant: dict[str, Decimal | None] = {}
    spoilt: list[str] = []
    for cell in cells:
        try:
            meant[cell] = memo.take(cell)
        except Spoilt:
            spoilt.append(cell)
            if len(spoilt) > MOST_SAID:
                raise
    return meant, spoilt
