"""When a brief is due: at a time of day, by the clock on the wall, on the first day that is right for it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

from opsengine.errors import Unfit
from opsengine.goals import Cycle, day_begins, is_workday

LONGEST_HOLIDAY = 31
"""Days after which a workday must have come; no holiday is longer."""


class Schedule(BaseModel):
    """From which moment on a brief about a period may be written. A run that comes later makes up for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "00:00"
    """The time of day, such as `08:30`."""
    days: Literal["every_day", "workdays"] = "every_day"
    """On any day, or only on days when people work in China: no statutory holidays, but made-up days (调休)."""
    after: Annotated[int, Field(ge=1, le=60)] = 1
    """So many days after the period's last day at the earliest; later numbers (refunds, attribution) need a few."""
    time_zone: str = ""
    """The zone of `at`; the project's when not said. Days of data begin and end in the project's zone in any case."""

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        if name and name not in available_timezones():
            raise Unfit("there is no time zone {zone}", hint="write one such as Asia/Shanghai", zone=name)
        return name

    def due_at(self, period: Cycle, zone: ZoneInfo) -> datetime:
        """The moment, in UTC, from which on the brief about a period is due; `zone` is the project's.

        Where the clock skips that time of day it is the moment the skipped time would have been; where it comes twice, the first.
        """
        day = period.end + timedelta(days=self.after)
        if self.days == "workdays":
            day = next(later for number in range(LONGEST_HOLIDAY) if is_workday(later := day + timedelta(days=number)))
        return day_begins(day, ZoneInfo(self.time_zone) if self.time_zone else zone, time.fromisoformat(self.at))

    def is_due(self, period: Cycle, as_of: date, now: datetime, zone: ZoneInfo) -> bool:
        """Whether a period is over at the end of `as_of` and its moment has come; a day that is looked at is over by itself."""
        return period.is_over(as_of) and self.due_at(period, zone) <= max(now, day_begins(as_of + timedelta(days=1), zone))
