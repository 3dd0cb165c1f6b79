"""The measures that one row brings, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from opsengine.sources.cells import MOST, Memo, Rounded, Show, numbers, words
from opsengine.sources.doubting import manner_of
from opsengine.sources.numbers import to_micro
from opsengine.sources.recognising import Match
from opsengine.sources.rejection import Spoilt
from opsengine.sources.sheet import Row
from opsengine.sources.units import is_number

Values = Sequence[tuple[str, Decimal]]
"""Measures and their values; what is missing is not there."""


class Measuring(Protocol):
    """Something in a row that brings measures."""

    names: Sequence[str]
    """The measures that it can bring."""

    def values(self, row: Row) -> Values:
        """The measures of the row. Raises Spoilt."""


class Plain:
    """A column whose cells are the measure."""

    def __init__(self, measure: str, index: int, memo: Memo[Decimal]) -> None:
        self.names: Sequence[str] = (measure,)
        self._measure, self._index, self._memo = measure, index, memo

    def values(self, row: Row) -> Values:
        """The cell's value."""
        value = self._memo.take(row[self._index])
        return () if value is None else ((self._measure, value),)


class Product:
    """A mean or a rate, multiplied with what it is a mean or a rate of."""

    def __init__(self, measure: str, header: str, rate: tuple[int, Memo[Decimal]], base: tuple[int, Memo[Decimal]]) -> None:
        self.names: Sequence[str] = (measure,)
        self._measure, self._header, self._rate, self._base = measure, header, rate, base

    def values(self, row: Row) -> Values:
        """The numerator, missing when either is."""
        rate, base = (memo.take(row[index]) for index, memo in (self._rate, self._base))
        if rate is None or base is None:
            return ()
        return ((self._measure, _as_rounded(_within(to_micro(rate * base), self._header), (rate, base))),)


class Flags:
    """A column of words: of some measures such a row is one, of the others it is none."""

    def __init__(self, index: int, memo: Memo[str], counts: Mapping[str, tuple[str, ...]]) -> None:
        measures = sorted({measure for named in counts.values() for measure in named})
        self.names: Sequence[str] = measures
        self._index, self._memo = index, memo
        self._values = {word: tuple((name, Decimal(name in named)) for name in measures) for word, named in counts.items()}

    def values(self, row: Row) -> Values:
        """One or zero for each measure; nothing when the cell is empty."""
        word = self._memo.take(row[self._index])
        return () if word is None else self._values[word]


class Total:
    """Several columns of one row that bring the same measure."""

    def __init__(self, measure: str, header: str, parts: Sequence[Measuring]) -> None:
        self.names: Sequence[str] = (measure,)
        self._measure, self._header, self._parts = measure, header, parts

    def values(self, row: Row) -> Values:
        """The sum of those that are there."""
        found = [value for part in self._parts for _, value in part.values(row)]
        return ((self._measure, _as_rounded(_within(sum(found, Decimal()), self._header), found)),) if found else ()


def _within(value: Decimal, header: str) -> Decimal:
    """The value, unless there is no room for it. Raises Spoilt."""
    if not -MOST < value < MOST:
        text = "with the other columns that it is put together with, this number is larger than any such number can be"
        raise Spoilt(text, code="too-large", column=header)
    return value


def _as_rounded(value: Decimal, parts: Sequence[Decimal]) -> Decimal:
    """The value, marked when one of the numbers it is made of was written as `1.2万`."""
    return Rounded(value) if any(isinstance(part, Rounded) for part in parts) else value


def plan(match: Match, show: Show) -> list[Measuring]:
    """Everything in the rows of this sheet that brings measures."""
    memos: dict[str, Memo[Decimal]] = {}
    for key, column in match.preset.columns.items():
        if key in match.places and is_number(column.unit):
            memos[key] = numbers(column, manner_of(match, key, show))
    by_measure: dict[str, list[Measuring]] = {}
    flags: list[Measuring] = []
    for key, index in match.places.items():
        column = match.preset.columns[key]
        if column.role != "measure":
            continue
        if column.counts:
            flags.append(Flags(index, words(column.counts, match.header(key), show), column.counts))
        elif column.times is None:
            by_measure.setdefault(column.measure or key, []).append(Plain(column.measure or key, index, memos[key]))
        elif column.times in match.places:
            product = Product(
                column.measure or key, match.header(key), (index, memos[key]), (match.places[column.times], memos[column.times])
            )
            by_measure.setdefault(column.measure or key, []).append(product)
    headers = {match.preset.columns[key].measure or key: match.header(key) for key in match.places}
    sums = [parts[0] if len(parts) == 1 else Total(measure, headers[measure], parts) for measure, parts in by_measure.items()]
    return [*sums, *flags]
