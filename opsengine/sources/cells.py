"""What a cell means once its column is known; each distinct cell of a column is worked out once.

A memo maps a cell to its value, to None when it is missing, or to the complaint about it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from opsengine.project import did_you_mean
from opsengine.sources.moments import parse_moment
from opsengine.sources.numbers import MISSING, Cell, Number, parse_number, to_micro
from opsengine.sources.preset import Column
from opsengine.sources.rejection import Spoilt
from opsengine.sources.units import are_alike, factor, is_number, is_ratio

TOTALS = frozenset((
    "合计", "总计", "全部", "汇总", "小计", "总和", "共计", "汇总值", "平均值", "均值", "店铺汇总值", "店铺平均值",
    "total", "all", "sum",
))  # fmt: skip
"""Words in a key column that mark a row of totals, in lower case."""
SUMS = TOTALS - {"全部", "all"}
"""Words that do so in a first column that nobody reads; `全部` there may say only that the export was not filtered."""

MOST = Decimal(10) ** 12 - Decimal("0.0000005")
"""Larger than any measure of an account; from here on a number rounded to six decimals does not fit into the lake."""
HIGHEST_SHARE = Decimal("1.5")
"""Some shares pass 1 by the platforms' own reckoning; beyond this it is a percentage in the wrong column."""
_DIGITS = re.compile(r"\d{1,11}", re.ASCII)
_DECIMALS = re.compile(r"\d{1,11}(?:\.\d{1,6})?", re.ASCII)
_EXACT_DIGITS = 15
"""Spreadsheets keep no more."""
_ERRORS = frozenset((
    "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!", "#ERROR!",
))  # fmt: skip
"""What a spreadsheet shows where a formula failed."""
_NO_RESULT = "#ERROR!"
"""What we show where the file does not say what a formula came to."""
_MARKED = re.compile(r"\d{6,}[^\w]+|\d{6,}[万元秒次人个条件单]")
"""A number of an id with `%` or `元` behind it."""
_LOST_DIGITS = re.compile(r"[+-]?\d+(?:\.\d+)?e[+]?\d+", re.IGNORECASE | re.ASCII)

T = TypeVar("T")
Show = Callable[[Cell], str]


class Rounded(Decimal):
    """A number that was written as `1.2万` or `10万+`."""


class Memo(dict[Cell, T | Spoilt | None], Generic[T]):
    """Cells of one column and what they mean."""

    def __init__(self, parse: Callable[[Cell], T | None]) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, cell: Cell) -> T | Spoilt | None:
        value: T | Spoilt | None
        try:
            value = self._parse(cell)
        except Spoilt as spoilt:
            value = spoilt
        self[cell] = value
        return value

    def take(self, cell: Cell) -> T | None:
        """What the cell means. Raises Spoilt."""
        value = self[cell]
        if isinstance(value, Spoilt):
            raise value.with_traceback(None)  # else every raise would make its traceback longer
        return value


@dataclass(frozen=True, slots=True)
class Manner:
    """How the cells of one column of numbers are written, and how they may be shown."""

    header: str
    written: str
    """The unit without a sign in the cell."""
    show: Show
    missing: frozenset[str] = MISSING
    """What stands where there is no value, in lower case."""
    doubt: Spoilt | None = None
    """Why no cell of this column can be believed, because of what stands in others of them."""


def numbers(column: Column, manner: Manner) -> Memo[Decimal]:
    """A memo for a column of numbers; values come out in the unit that is kept, with at most six decimals."""
    exact = exactly(column, manner)
    is_plain = manner.doubt is None and is_number(manner.written) and factor(manner.written, column.unit) == 1
    if not is_plain or is_ratio(column.unit):
        return Memo(exact)
    digits, missing = (_DIGITS if column.unit == "count" else _DECIMALS), manner.missing

    def parse(cell: Cell) -> Decimal | None:
        """Most cells are short rows of digits, which mean what they say; every other one is looked at closely."""
        if isinstance(cell, str) and digits.fullmatch(cell) and cell not in missing:
            return Decimal(cell)
        return exact(cell)

    return Memo(parse)


def exactly(column: Column, manner: Manner) -> Callable[[Cell], Decimal | None]:
    """Reads any cell of a column of numbers. What it makes raises Spoilt."""
    header, show = manner.header, manner.show

    def parse(cell: Cell) -> Decimal | None:
        if isinstance(cell, str) and cell.strip().lower() in manner.missing:
            return None
        if is_error(cell):
            raise error_cell(header, cell)
        try:
            number = parse_number(cell)
        except ValueError:
            raise Spoilt("`{cell}` is not a number", code="not-a-number", column=header, cell=show(cell)) from None
        if number is None:
            return None
        if manner.doubt is not None:
            raise manner.doubt
        unit = number.unit or manner.written
        if not are_alike(unit, column.unit) or (number.is_money and not are_alike("yuan", column.unit)):
            raise Spoilt("`{cell}` is written in another unit than its column", code="wrong-unit", column=header, cell=show(cell))
        value = number.value * factor(unit, column.unit)
        if trouble := trouble_with(value, column, number):
            raise trouble.about(header, show(cell))
        return Rounded(to_micro(value)) if number.is_rounded else to_micro(value)

    return parse


def trouble_with(value: Decimal, column: Column, number: Number) -> Spoilt | None:
    """Why a number cannot be what its column says; None when it can."""
    if not -MOST < value < MOST:
        return Spoilt("`{cell}` is larger than any such number can be", code="too-large")
    if value < 0 and not column.is_signed:
        return Spoilt("`{cell}` is less than zero", code="negative")
    if column.unit == "count" and not number.is_rounded and value % 1:
        return Spoilt("`{cell}` is not a whole number", code="not-whole")
    if is_ratio(column.unit) and value > HIGHEST_SHARE:
        hint = "percentages are known by `%` in the cell, or by (%) in the header"
        return Spoilt("`{cell}` is not a share between 0 and 1", code="not-a-share", hint=hint)
    return None


FUTURE = "future-day"
"""The code of the complaint about a day that has not come: the file is read again when it is imported on another day."""


def past_moments(zone: ZoneInfo, header: str, show: Show, today: date) -> Memo[datetime]:
    """A memo for a column of days or moments until `today`, local to `zone`: nothing has happened yet on a later day."""
    any_moment = moments(zone, header, show)

    def parse(cell: Cell) -> datetime | None:
        moment = any_moment.take(cell)
        if moment is not None and moment.date() > today:
            text, hint = "`{cell}` is after {today}, the day of this import", "is the clock of this machine right, and the year?"
            raise Spoilt(text, code=FUTURE, column=header, hint=hint, cell=show(cell), today=today.isoformat())
        return moment

    return Memo(parse)


def moments(zone: ZoneInfo, header: str, show: Show) -> Memo[datetime]:
    """A memo for a column of days or moments, local to `zone`."""

    def parse(cell: Cell) -> datetime | None:
        if is_error(cell):
            raise error_cell(header, cell)
        if isinstance(cell, str) and cell.strip().lower() in TOTALS:
            raise total(header)
        if isinstance(cell, str) and cell.strip().lower() in MISSING:
            return None
        try:
            return parse_moment(cell, zone)
        except (ValueError, OverflowError):
            text = "`{cell}` is no day that can be told for certain"
            hint = "write days as 2026-06-18, and moments as 2026-06-18 20:15:00 or 2026-06-18T20:15:00+08:00"
            raise Spoilt(text, code="not-a-day", column=header, hint=hint, cell=show(cell)) from None

    return Memo(parse)


def ids(header: str) -> Memo[str]:
    """A memo for a column of ids, which are texts."""

    def parse(cell: Cell) -> str | None:
        if is_error(cell):
            raise error_cell(header, cell)
        text = _whole(_id_text(cell, header), header)
        if _MARKED.fullmatch(text):
            raise Spoilt("this id ends in a sign that no id has", code="not-an-id", column=header)
        return None if text.lower() in MISSING else text

    return Memo(parse)


def texts(totals: frozenset[str], header: str) -> Memo[str]:
    """A memo for a column of words that name an item; a word for a total spoils its row."""

    def parse(cell: Cell) -> str | None:
        if is_error(cell):
            raise error_cell(header, cell)
        text = _whole(word(cell), header)
        if text.lower() in totals:
            raise total(header)
        return text or None

    return Memo(parse)


def words(known: Mapping[str, tuple[str, ...]], header: str, show: Show) -> Memo[str]:
    """A memo for a column that holds one of a few words."""
    by_word = {name.lower(): name for name in known}

    def parse(cell: Cell) -> str | None:
        text = word(cell)
        if text.lower() in MISSING:
            return None
        if text.lower() not in by_word:
            guess = did_you_mean(text.lower(), by_word)
            hint = "did you mean `{guess}`? Known here: {known}" if guess else "known here: {known}"
            raise Spoilt("`{cell}` is not one of the words known here", code="unknown-word", hint=hint,
                         column=header, cell=show(cell), guess=guess, known=", ".join(known))  # fmt: skip
        return by_word[text.lower()]

    return Memo(parse)


def is_error(cell: Cell) -> bool:
    """Whether a spreadsheet could not work this cell out."""
    return isinstance(cell, str) and cell[:1] == "#" and cell.strip().upper() in _ERRORS


def error_cell(header: str, cell: Cell) -> Spoilt:
    """The complaint about a cell that a spreadsheet could not work out: an error, and not a missing value."""
    hint = "mend it in the spreadsheet, or take the file as it was exported"
    if str(cell).strip() == _NO_RESULT:
        hint = "open the file in a spreadsheet and save it there, so that it holds results, or take it as it was exported"
    return Spoilt("`{cell}`: a formula that could not be worked out", code="error-cell", column=header, hint=hint,
                  cell=str(cell).strip())  # fmt: skip


def word(cell: Cell) -> str:
    """A cell as a word: codes that a spreadsheet kept as numbers get no decimals."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell).strip()


def total(header: str) -> Spoilt:
    """The remark about a row of totals."""
    text = "a row of totals, or a row that does not say its {header}: not a fact"
    return Spoilt(text, code="totals-row", column=header, header=header)


def _id_text(cell: Cell, header: str) -> str:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if float(cell).is_integer() and abs(cell) < 10**_EXACT_DIGITS:
            return str(int(cell))
        raise _lost(header)
    text = "" if cell is None else str(cell).strip().removeprefix("'")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    if _LOST_DIGITS.fullmatch(text):
        raise _lost(header)
    return text


def _whole(text: str, header: str) -> str:
    """The text, unless a wrong encoding has already put a stand-in for a character that it could not read. Raises Spoilt."""
    if "\ufffd" in text:
        hint = "export the file again, or save it as CSV UTF-8"
        raise Spoilt(
            "this name holds characters that were lost in another encoding", code="lost-characters", column=header, hint=hint
        )
    return text


def _lost(header: str) -> Spoilt:
    return Spoilt("this id has lost its last digits: a spreadsheet kept it as a number", code="id-lost-digits", column=header,
                  hint="export again as CSV without opening it in a spreadsheet, or format the column as text first")  # fmt: skip
