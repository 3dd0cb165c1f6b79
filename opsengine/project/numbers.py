"""Numbers as people write them in files of this project."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

_AMOUNT = re.compile(r"(?P<number>[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d+(?:\.\d+)?)\s*(?P<scale>万|亿|%)?")
_SCALES = {None: Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000), "%": Decimal("0.01")}


def parse_amount(text: str) -> Decimal:
    """The number in `1200000`, `1,200,000`, `120万`, `1.2亿` or `35%`; raises ValueError on anything else."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    return Decimal(match["number"].replace(",", "")) * _SCALES[match["scale"]]


def _amount(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return parse_amount(value)
        except ValueError:
            raise ValueError("write a number, such as 1200000, 1,200,000, 120万 or 35%") from None
    return value


_TOO_MUCH = 10**15
"""A thousand times what a single cell of an export may say, and few enough digits for every table."""
Amount = Annotated[Decimal, BeforeValidator(_amount), Field(gt=-_TOO_MUCH, lt=_TOO_MUCH)]
"""A number in a file: plain, with thousands commas, in 万 or 亿, or in percent; exact."""
