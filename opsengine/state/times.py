"""Instants and JSON as texts that sort and compare: one spelling for each value."""

from __future__ import annotations

import json
from datetime import UTC, datetime


def instant(moment: datetime) -> str:
    """A moment as `2026-06-22T08:00:03+00:00`: UTC, to the second, so that texts sort like moments.

    Raises ValueError when the moment has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone", moment)
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def canonical(value: object) -> str:
    """A value as JSON with sorted keys, no spaces and no escapes: equal values give equal texts.

    Raises TypeError for what JSON cannot say, ValueError for NaN and infinity.
    """
    return _encoder.encode(value)


_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
