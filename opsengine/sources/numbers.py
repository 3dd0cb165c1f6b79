"""Numbers as platforms write them, read exactly or not at all.

`1,741.24`, `¥1,741.24`, `6.78%`, `1.2万`, `3亿`, `2.5w`, `10万+`, `１２３` and `12次` are numbers; `--`, `暂无` and an empty
cell are missing; everything else is an error that somebody must look at.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

Cell = object
"""What a file holds at one place: a text, a number, a date, or None."""

MISSING = frozenset({"", "-", "--", "---", "—", "——", "–", "－", "/", "暂无", "暂无数据", "无", "n/a", "null", "none", "\\n"})
"""What stands where there is no value, in lower case. Missing is not zero."""

_TOO_LONG = 40
"""No honest number is written with more characters."""

_PLAIN = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?", re.ASCII)
_WRITTEN = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<currency>¥|rmb|cny)?\s*(?P<late_sign>-?)"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?\s*"
    r"(?P<scale>万|亿|千|w|k)?(?P<more>\+)?\s*(?P<unit>%|元|秒|s|分钟|小时|次|人|个|条|件|单|场|篇)?(?P<late_more>\+)?",
    re.ASCII,
)
_CLOCK = re.compile(
    r"(?P<h>\d{1,4}):(?P<m>\d\d):(?P<s>\d\d)|(?=.)(?:(?P<hh>\d{1,4})小时)?(?:(?P<mm>\d{1,2})分钟?)?(?:(?P<ss>\d{1,2})秒)?", re.ASCII
)
"""A length of time: `01:23:45`, `1小时23分45秒`, `3分12秒`."""
_SCALES = {
    "": Decimal(1), "千": Decimal(1000), "k": Decimal(1000),
    "万": Decimal(10_000), "w": Decimal(10_000), "亿": Decimal(100_000_000),
}  # fmt: skip
_UNITS = {"%": "percent", "元": "yuan", "秒": "seconds", "s": "seconds", "分钟": "minutes", "小时": "hours"}
_MICRO = Decimal("0.000001")


class Number(NamedTuple):
    """A number, and what its writing said about it."""

    value: Decimal
    is_rounded: bool = False
    """Written as `1.2万` or `10万+`: the last digits were dropped before we saw them."""
    unit: str = ""
    """The unit written behind it, when there was one: percent, yuan, seconds, minutes, hours or count."""
    is_money: bool = False
    """Written with a sign of a currency in front."""


def parse_number(cell: Cell) -> Number | None:
    """The number in a cell, None when it is missing. Raises ValueError on anything else, infinity and NaN included."""
    if cell is None:
        return None
    if isinstance(cell, str):
        return _parse_text(cell)
    if isinstance(cell, timedelta | time):
        return Number(Decimal(repr(_seconds(cell))), unit="seconds")
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        raise ValueError(type(cell).__name__)  # noqa: TRY004  one error for every cell that is no number
    if not math.isfinite(cell):
        raise ValueError("unreadable")
    return Number(Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell))


def has_marks(text: str) -> bool:
    """Whether there are digits in a text that mark a footnote or count items, such as `²` and `①`: `5²` is not 52."""
    return not text.isascii() and any(character.isdigit() and not character.isdecimal() for character in text)


def to_micro(value: Decimal) -> Decimal:
    """The value with at most six decimals, half away from zero: what the lake keeps."""
    exponent = value.as_tuple().exponent
    return value.quantize(_MICRO, ROUND_HALF_UP) if isinstance(exponent, int) and exponent < -6 else value


def _parse_text(text: str) -> Number | None:
    if _PLAIN.fullmatch(text):
        return Number(Decimal(text))
    if has_marks(text):
        raise ValueError("unreadable")
    tidy = unicodedata.normalize("NFKC", text).strip().replace("−", "-").lower()
    if tidy in MISSING:
        return None
    match = _WRITTEN.fullmatch(tidy) if len(tidy) <= _TOO_LONG else None
    if match is None:
        return _parse_clock(tidy)
    if match["sign"] and match["late_sign"]:
        raise ValueError("unreadable")
    value = Decimal(f"{match['whole'].replace(',', '')}.{match['part'] or '0'}") * _SCALES[match["scale"] or ""]
    is_negative = "-" in (match["sign"], match["late_sign"])
    unit = _UNITS.get(match["unit"], "count") if match["unit"] else ""
    is_rounded = bool(match["scale"] or match["more"] or match["late_more"])
    return Number(-value if is_negative else value, is_rounded, unit, bool(match["currency"]))


def _parse_clock(text: str) -> Number:
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError("unreadable")
    hours, minutes, seconds = (int(match[name] or match[name * 2] or 0) for name in "hms")
    return Number(Decimal(hours * 3600 + minutes * 60 + seconds), unit="seconds")


def _seconds(length: timedelta | time) -> float:
    if isinstance(length, time):
        return length.hour * 3600 + length.minute * 60 + length.second
    return length.total_seconds()
