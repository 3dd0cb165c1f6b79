"""Sentences with numbers in them, kept apart until a reader's language is known.

A template speaks of numbers by name, `{roi_7d} against {roi_7d_p50}`; the numbers travel beside it, unrounded, and so do
names of things that differ between languages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Locale = Literal["zh-CN", "en"]
Label = Mapping[Locale, str]
LOCALES: tuple[Locale, ...] = ("zh-CN", "en")

NOT_KNOWN = "—"
"""Stands where a number is missing."""

_SMALL_SHARE = Decimal("0.01")
"""Below one in a hundred a second decimal tells shares apart."""
_SCALES = ((100_000_000, "亿"), (10_000, "万"))
_GAP = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of an account, by its name."""

    value: float
    unit: str
    """One of the units in `Names.units`."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A number, and what it was held against."""

    name: str
    value: float
    unit: str
    benchmark: float | None
    benchmark_name: str = ""
    """The name of the benchmark; empty when it is a plain number."""

    def as_json(self) -> dict[str, object]:
        """The evidence with plain numbers."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "benchmark": self.benchmark,
            "benchmark_name": self.benchmark_name or None,
        }


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in every language and the numbers that fill it."""

    template: Label
    numbers: Mapping[str, Number]
    words: Mapping[str, Label] = field(default_factory=dict)
    """What fills gaps that are no numbers."""

    def said(self, locale: Locale) -> str:
        """The sentence in one language; what is not known is a dash."""
        return _GAP.sub(lambda gap: self._filled(gap[1], locale), self.template[locale])

    @property
    def label(self) -> Label:
        """The sentence in every language."""
        return {locale: self.said(locale) for locale in LOCALES}

    def _filled(self, name: str, locale: Locale) -> str:
        if name in self.words:
            return self.words[name][locale]
        return shown(self.numbers[name], locale) if name in self.numbers else NOT_KNOWN


def gaps(template: Label) -> frozenset[str]:
    """The names that a template speaks of, in any language."""
    return frozenset(name for text in template.values() for name in _GAP.findall(text))


def shown(number: Number, locale: Locale) -> str:
    """A number as a reader would write it, rounded half up."""
    value, unit = Decimal(repr(number.value)), number.unit
    if unit in ("ratio", "change"):
        places = 2 if unit == "ratio" and abs(value) < _SMALL_SHARE else 1
        return f"{_rounded(value * 100, places):{'+' if unit == 'change' else ''}}%"
    if unit == "share_change":
        return f"{_rounded(value * 100, 1):+}" + (" 个百分点" if locale == "zh-CN" else " points")
    if unit in ("times", "minutes", "seconds"):
        return f"{_rounded(value, 2)}"
    money = "¥" if unit == "yuan" else ""
    sign = "-" if value < 0 else ""
    return sign + money + _counted(abs(value), locale, 2 if money and abs(value) < 100 else 0)


def _counted(value: Decimal, locale: Locale, places: int) -> str:
    for scale, word in _SCALES if locale == "zh-CN" else ():
        if value >= scale:
            return f"{_rounded(value / scale, 1):,}{word}"
    return f"{_rounded(value, places):,}"


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
