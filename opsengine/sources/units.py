"""Units: how a file writes a measure, and what the lake keeps."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

Unit = Literal[
    "number", "count", "yuan", "fen", "milli_fen", "ratio", "percent", "seconds", "minutes", "hours",
    "text", "id", "hashed_id", "date", "datetime",
]  # fmt: skip
"""How a column is written. Money is kept in yuan, shares as ratios, times in the unit that their column declares."""

_SIZES: dict[str, tuple[str, Decimal]] = {
    "number": ("number", Decimal(1)),
    "count": ("count", Decimal(1)),
    "ten_thousand": ("count", Decimal(10_000)),
    "yuan": ("money", Decimal(1)),
    "ten_thousand_yuan": ("money", Decimal(10_000)),
    "fen": ("money", Decimal("0.01")),
    "milli_fen": ("money", Decimal("0.00001")),
    "ratio": ("ratio", Decimal(1)),
    "percent": ("ratio", Decimal("0.01")),
    "seconds": ("time", Decimal(1)),
    "minutes": ("time", Decimal(60)),
    "hours": ("time", Decimal(3600)),
}

IN_HEADERS = {
    "元": "yuan", "¥": "yuan", "rmb": "yuan", "yuan": "yuan", "万元": "ten_thousand_yuan", "千分之一分": "milli_fen",
    "%": "percent", "秒": "seconds", "s": "seconds", "分钟": "minutes", "min": "minutes", "小时": "hours", "h": "hours",
    **dict.fromkeys(("次", "人", "个", "条", "件", "单", "场", "篇"), "count"), "万": "ten_thousand",
}  # fmt: skip
"""Units that stand in brackets behind a header. 人数 and 次数 are none: they tell two columns apart."""


def is_number(unit: str) -> bool:
    """Whether cells of this unit are numbers."""
    return unit in _SIZES


def is_ratio(unit: str) -> bool:
    """Whether cells of this unit are shares of something."""
    return unit in _SIZES and _SIZES[unit][0] == "ratio"


def is_time(unit: str) -> bool:
    """Whether cells of this unit are lengths of time."""
    return unit in _SIZES and _SIZES[unit][0] == "time"


def are_alike(one: str, other: str) -> bool:
    """Whether a number written in one unit can be kept in the other: 分钟 in seconds, not 元 in a count."""
    if other == "number":
        return one in ("number", "percent", "count", "yuan")
    return one in _SIZES and other in _SIZES and _SIZES[one][0] == _SIZES[other][0]


def factor(written: str, declared: str) -> Decimal:
    """What a number written in one unit is multiplied with to be kept in what `declared` is kept in."""
    dimension, size = _SIZES[written]
    return size / _SIZES[declared][1] if dimension == "time" else size
