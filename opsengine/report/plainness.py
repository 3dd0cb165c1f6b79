"""Values as plain dicts, lists, texts and numbers: what templates may see, and what the archive keeps."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from opsengine.errors import DataError


def as_plain(value: Any) -> Any:
    """A dataclass as a dict of its fields and properties, tuples as lists, days as `2026-06-21`, decimals as floats.

    Raises DataError on a number that is not finite.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float | Decimal):
        return _finite(float(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): as_plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {name: as_plain(getattr(value, name)) for name in _names(type(value))}
    return [as_plain(item) for item in value]


def as_json(value: Any) -> str:
    """The same as one JSON document, keys sorted, ending in a newline."""
    return json.dumps(as_plain(value), ensure_ascii=False, sort_keys=True, allow_nan=False, indent=1) + "\n"


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise DataError("a number of this brief is not finite", hint="run `opsengine see` for the account and look for the value")
    return value


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass, and its properties that are values of their own (`primary` repeats a goal)."""
    derived = (name for name, item in vars(kind).items() if isinstance(item, property) and name not in _REPEATS)
    return (*(item.name for item in fields(kind)), *derived)


_REPEATS = {"primary"}
