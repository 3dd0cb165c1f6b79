"""`monitor.yaml`: how surprise is measured, which days are special, and who is told when."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from opsengine.project import Declared, Name, check, read_document
from opsengine.sources import Group

if TYPE_CHECKING:
    from opsengine.project import Project

SHIPPED = Path(__file__).parent / "monitor.yaml"
Severity = Literal["info", "warning", "critical"]
ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
DAYS_OF_A_QUARTER = 91


class _Piece(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Anomaly(_Piece):
    """From where on a day of a metric is a surprise worth a word."""

    alarms_per_quarter: Annotated[float, Field(gt=0, le=30)] = 1
    """False alarms that one account may cost in a quarter, counted over single days of one metric."""
    least_limit: Annotated[float, Field(ge=0)] = 3
    """No day below so many standard deviations is an alarm, however quiet the group is."""
    least_peers: Annotated[int, Field(ge=3)] = 8
    """A group with fewer known accounts does not say how the field moved."""
    least_days: Annotated[int, Field(ge=14, le=56)] = 28
    """Days that must be known before a day can surprise."""

    @property
    def budget(self) -> float:
        """The share of days that may be false alarms."""
        return self.alarms_per_quarter / DAYS_OF_A_QUARTER


class Notices(_Piece):
    """How often people may be told, and when not."""

    most_per_day: Annotated[int, Field(ge=1, le=100)] = 6
    """Messages that one person gets in a day at the most; what is left waits for the next day's first."""
    quiet_from: ClockTime = "22:00"
    """From when on nothing but critical alerts is told, in the project's zone; the same as `quiet_to` for never."""
    quiet_to: ClockTime = "08:00"
    """Until when."""

    @property
    def quiet(self) -> tuple[time, time]:
        """When quiet begins and when it ends."""
        return time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_to)


class Person(_Piece):
    """Somebody who is told."""

    name: Name
    """By what name an alert's `route` calls them."""
    to: Annotated[str, Field(pattern=r"^(chat:[a-z0-9][a-z0-9_-]{0,63}|[^\s@,;<>]+@[^\s@,;<>]+)$")]
    """One mail address, or `chat:NAME`: a chat of `opsengine.yaml`."""
    where: Group = Group()
    """The accounts they care for; all when empty. Alerts that are about no account go to those who care for all."""
    least: Severity = "warning"
    """The least severity they are told of."""
    most_per_day: Annotated[int, Field(ge=1, le=100)] | None = None
    """Their own limit; else that of `notices`."""
    quiet_from: ClockTime | None = None
    """Their own quiet hours; else those of `notices`."""
    quiet_to: ClockTime | None = None
    """Until when."""
    locale: Literal["zh-CN", "en"] | None = None
    """Their language; the project's when not said."""

    @property
    def cares_for_all(self) -> bool:
        """Whether no account is left out."""
        return self.where == Group()

    @model_validator(mode="after")
    def _quiet_has_both_ends(self) -> Person:
        if (self.quiet_from is None) != (self.quiet_to is None):
            raise ValueError("`quiet_from` and `quiet_to` belong together")
        return self


class MonitorFile(Declared):
    """How a project is watched, and who is told."""

    kind: Literal["monitor"] = "monitor"
    anomaly: Anomaly = Anomaly()
    """From where on a day of a metric is a surprise."""
    special_days: tuple[Literal["campaigns", "holidays"], ...] = ("campaigns", "holidays")
    """Days that say nothing about usual ones: those of campaigns, public holidays."""
    notices: Notices = Notices()
    """How often people may be told, and when not."""
    people: tuple[Person, ...] = ()
    """Who is told; with nobody named each digest is left in the outbox folder."""

    @field_validator("people")
    @classmethod
    def _names_are_different(cls, people: tuple[Person, ...]) -> tuple[Person, ...]:
        names = [person.name for person in people]
        if len(names) != len(set(names)):
            raise ValueError("two people have the same name")
        return people

    def quiet_of(self, person: Person) -> tuple[time, time]:
        """When a person's quiet begins and ends, on the clock of the project's zone."""
        if person.quiet_from is None or person.quiet_to is None:
            return self.notices.quiet
        return time.fromisoformat(person.quiet_from), time.fromisoformat(person.quiet_to)

    def most_for(self, person: Person) -> int:
        """Messages that a person gets in a day at the most."""
        return person.most_per_day or self.notices.most_per_day


def read_monitor(project: Project) -> MonitorFile:
    """The project's own `monitor.yaml`, or the shipped one. Raises InvalidFiles."""
    own = project.root / "monitor.yaml"
    document = read_document(*((own, project.shown(own)) if own.is_file() else (SHIPPED, "opsengine/monitor/monitor.yaml")))
    return check(document, MonitorFile)


def as_row(anomaly: Anomaly) -> tuple[Any, ...]:
    """The settings of surprise as a row."""
    return anomaly.least_peers, anomaly.least_days, anomaly.budget, anomaly.least_limit
