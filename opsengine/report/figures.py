"""Numbers and days as a reader of one language writes them.

Chinese counts in 万 and 亿, English in K, M and B; the minus is U+2212 so that it is as wide as the plus; a range says
its unit once; what is missing says so.
"""

from __future__ import annotations

import math
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from opsengine.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opsengine.report.labels import Unit

Value = float | None
MINUS = "\u2212"
_SCALES = {
    "zh-CN": ((100_000_000, "亿"), (10_000, "万")),
    "en": ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")),
}
_COMPACT_FROM = {"count": 100_000, "yuan": 10_000}
"""Below this a number is written out: people compare 48,620 fans with 47,910, but nobody reads fen of millions."""


@cache
def figures(locale: str) -> Figures:
    """The one `Figures` of a locale in this process."""
    return Figures(locale)


class Figures:
    """Formats values of the brief in one language. Every method takes None and says `no data`."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._babel = Locale.parse(locale, sep="-")
        self._words = Words(locale)
        self._decimal = lru_cache(maxsize=4096)(self._format_decimal)

    @property
    def missing(self) -> str:
        """What stands where a value is not known."""
        return self._words("no data")

    def number(self, value: Value, digits: int = 0) -> str:
        """A plain number with exactly so many digits after the point: `48,620`, `711.4`."""
        return self.missing if value is None else self._signed(value, self._decimal(abs(value), digits, digits))

    def compact(self, value: Value) -> str:
        """At most four telling digits and a scale: `876.4万`, `8.76M`."""
        if value is None:
            return self.missing
        scale, unit = self._scale(abs(value))
        return self._signed(value, self._mantissa(abs(value) / scale) + unit)

    def amount(self, value: Value, unit: Unit = "count") -> str:
        """A value in its unit, as short as a reader likes it: `¥803.4万`, `48,620`, `5.3%`, `12.4 秒`, `711.4`."""
        if value is None:
            return self.missing
        if unit in _COMPACT_FROM:
            is_long = abs(value) >= _COMPACT_FROM[unit]
            text = self.compact(abs(value)) if is_long else self._decimal(abs(value), 0, self._small_digits(value))
            return self._signed(value, f"¥{text}" if unit == "yuan" else text)
        if unit == "ratio":
            return self.percent(value)
        if unit in ("score", "times"):
            return self.number(value, 1 if unit == "score" else 2)
        said = "{number} s" if unit == "seconds" else "{number} min"
        return self._words(said, number=self.number(value, 1 if unit == "seconds" else 0))

    def percent(self, value: Value, digits: int = 1) -> str:
        """A share or ratio: `5.3%`; small ones get one digit more, so that 0.04% is not 0.0%."""
        if value is None:
            return self.missing
        digits = digits + 1 if 0 < abs(value) < 0.01 else digits
        return self._signed(value, self._decimal(abs(value) * 100, digits, digits) + "%")

    def delta(self, value: Value, unit: Unit = "count") -> str:
        """A difference with its sign: `+4.8`, `−1,210`; of ratios in percentage points: `+1.2 pp`."""
        if value is None:
            return self.missing
        if unit == "ratio":
            said = self._words("{number} pp", number=self._decimal(abs(value) * 100, 0, 1))
        else:
            said = self.amount(abs(value), unit)
        return _sign(value, said) + said

    def growth(self, value: Value, before: Value) -> str:
        """The relative change from `before`: `+3.1%`; missing when there was nothing before."""
        if value is None or before is None or before <= 0:
            return self.missing
        change = value / before - 1
        said = self._decimal(abs(change) * 100, 1, 1) + "%"
        return _sign(change, said) + said

    def relative(self, change: Value) -> str:
        """A relative change with its sign: `+3.1%`, `−0.4%`."""
        if change is None:
            return self.missing
        said = self._decimal(abs(change) * 100, 0 if abs(change) >= 10 else 1, 0 if abs(change) >= 10 else 1) + "%"
        return _sign(change, said) + said

    def span(self, low: Value, high: Value, unit: Unit = "count") -> str:
        """A range that says its unit once: `¥1148–1301万`, `7,050–7,930`, `4.1–5.2%`."""
        if low is None or high is None:
            return self.missing
        if unit == "ratio":
            return f"{self._decimal(low * 100, 0, 1)}–{self._decimal(high * 100, 0, 1)}%"
        sign = "¥" if unit == "yuan" else ""
        if unit in _COMPACT_FROM and abs(high) >= _COMPACT_FROM[unit]:
            scale, name = self._scale(abs(high))
            text = "–".join(self._signed(end, self._mantissa(abs(end) / scale)) for end in (low, high)) + name
        else:
            text = "–".join(self.number(end, {"score": 1, "times": 2}.get(unit, 0)) for end in (low, high))
        if unit in ("seconds", "minutes"):
            return self._words("{number} s" if unit == "seconds" else "{number} min", number=text)
        return sign + text

    def day(self, day: date | str | None) -> str:
        """A day of this year: `6月21日`, `Jun 21`."""
        return self._day(_as_date(day), "M月d日" if self._is_chinese else "MMM d") if day else self.missing

    def full_day(self, day: date | str | None) -> str:
        """A day with its year: `2026年6月21日`, `Jun 21, 2026`."""
        return self._day(_as_date(day), "y年M月d日" if self._is_chinese else "MMM d, y") if day else self.missing

    def month(self, day: date | str) -> str:
        """The month of a day: `2026年6月`, `June 2026`."""
        return self._day(_as_date(day), "y年M月" if self._is_chinese else "MMMM y")

    def tick_day(self, day: date | str) -> str:
        """A day as short as an axis needs it: `6/21`, `Jun 21`."""
        return self._day(_as_date(day), "M/d" if self._is_chinese else "MMM d")

    def days(self, start: date | str, end: date | str) -> str:
        """A period with its year, both ends included: `2026年6月15日–21日`, `Jun 15–21, 2026`."""
        first, last = _as_date(start), _as_date(end)
        if first == last:
            return self.full_day(first)
        if first.year != last.year:
            return f"{self.full_day(first)} – {self.full_day(last)}"
        if self._is_chinese:
            return f"{self.full_day(first)}–{self._day(last, 'd日' if first.month == last.month else 'M月d日')}"
        return f"{self.day(first)}–{self._day(last, 'd, y' if first.month == last.month else 'MMM d, y')}"

    def said(self, label: Mapping[str, str] | None) -> str:
        """A label in this language, in English where it is not translated."""
        return self.missing if label is None else label.get(self.locale) or label.get("en") or next(iter(label.values()), "")

    @property
    def _is_chinese(self) -> bool:
        return self.locale == "zh-CN"

    def _day(self, day: date, pattern: str) -> str:
        return _formatted_day(day, pattern, self._babel)

    def _scale(self, size: float) -> tuple[float, str]:
        """The largest scale that leaves at least 1 before the point once rounded."""
        for scale, name in _SCALES[self.locale]:
            if round(size / scale, 3) >= 1:
                return scale, name
        return 1, ""

    def _mantissa(self, number: float) -> str:
        digits = 2 if number < 10 else 1 if number < 1000 else 0
        return self._decimal(number, 0, digits).replace(",", "")

    def _small_digits(self, value: float) -> int:
        return 0 if float(value).is_integer() or abs(value) >= 100 else 2 if abs(value) < 10 else 1

    def _signed(self, value: float, text: str) -> str:
        return MINUS + text if value < 0 and any(digit in text for digit in "123456789") else text

    def _format_decimal(self, number: float, least: int, most: int) -> str:
        pattern = "#,##0" + ("." + "0" * least + "#" * (most - least) if most else "")
        return format_decimal(_half_up(number, most), format=pattern, locale=self._babel)


def _sign(value: float, said: str) -> str:
    """`+`, `−`, or `±` when nothing is left after rounding."""
    if not any(digit in said for digit in "123456789"):
        return "±"
    return "+" if value > 0 else MINUS


def _half_up(number: float, digits: int) -> float:
    """Rounded as people round, 0.25 to 0.3: to the nearest, halves up; on the shortest text of the number."""
    scaled = float(f"{number}e{digits}") if "e" not in f"{number}" else number * 10.0**digits
    return math.floor(scaled + 0.5) / 10.0**digits


def _as_date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


@lru_cache(maxsize=4096)
def _formatted_day(day: date, pattern: str, locale: Locale) -> str:
    return format_date(day, pattern, locale=locale)
