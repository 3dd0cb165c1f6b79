"""Which days people work in China: statutory holidays off, made-up days (调休) on, as `chinesecalendar` knows them.

The State Council names the days of a year in the autumn before it. For years that the library does not know yet, Monday to
Friday are worked, and it is said.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


def is_workday(day: date) -> bool:
    """Whether people work that day."""
    if not is_announced(day.year):
        return day.isoweekday() <= 5
    import chinese_calendar  # noqa: PLC0415  only goals that are paced by workdays need it

    return chinese_calendar.is_workday(day) is True


@cache
def is_announced(year: int) -> bool:
    """Whether the holidays of that year are known."""
    from chinese_calendar.constants import holidays  # noqa: PLC0415  as above

    return bool(min(holidays).year <= year <= max(holidays).year)
