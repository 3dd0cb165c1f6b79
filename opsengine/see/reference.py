"""The frozen reference: the days whose distribution places are read from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsengine.see.scorecard import Scorecard

MIN_REFERENCE_DAYS = 28
"""A distribution over fewer days than four weeks would freeze a mood, not a market."""


def reference_period(as_of: date, first_day: date) -> tuple[date, date]:
    """First and last day of the frozen reference that `auto` means.

    The calendar quarter before the one of `as_of`, or what is there of it, if that is at least 28 days; otherwise all
    days from the first to `as_of`.
    """
    this_quarter = date(as_of.year, 3 * ((as_of.month - 1) // 3) + 1, 1)
    last_day = this_quarter - timedelta(days=1)
    begin = max(date(last_day.year, 3 * ((last_day.month - 1) // 3) + 1, 1), first_day)
    if (last_day - begin).days + 1 >= MIN_REFERENCE_DAYS:
        return begin, last_day
    return first_day, as_of


def reference_days(card: Scorecard, as_of: date, first_day: date) -> tuple[date, date]:
    """First and last day of a scorecard's reference as of a day."""
    return reference_period(as_of, first_day) if card.reference.period == "auto" else card.reference.period
