"""A stretch of days that a promise is about: a week, a month, a campaign.

A cycle is whole days, written with both ends included. As instants it is half-open, `[start, day after end)`, at the
day cut-off of an explicit zone, so that every instant lies in exactly one cycle of a kind. ISO weeks keep the ISO year:
29 December 2026 to 3 January 2027 is in `2026-W53`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from opsengine.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
ONE_DAY = timedelta(days=1)
_WAY_OUT = "write a cycle such as {examples}"
EXAMPLES = "2026-06-18, 2026-W24, 2026-06, 2026-Q2, 2026-H1, 2026, 2026-06-01..2026-06-18 or 618-2026"


class CycleKind(StrEnum):
    """How a cycle repeats."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    CAMPAIGN = "campaign"
    CUSTOM = "custom"


MONTHS_OF = {CycleKind.MONTH: 1, CycleKind.QUARTER: 3, CycleKind.HALF_YEAR: 6, CycleKind.YEAR: 12}
"""The kinds made of whole months, and of how many."""


class HasDates(Protocol):
    """A campaign, as far as a cycle needs it."""

    @property
    def days(self) -> int | None:
        """How many days it has, when it begins on any day one likes."""

    def dates(self, year: int) -> tuple[date, date] | None:
        """First and last day in that year; None where nobody has said."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """Days from `start` to `end`, both included. Raises UserError when it ends before it begins."""

    id: str
    """As it is written in a goal file, such as `2026-W24`."""
    start: date
    end: date
    kind: CycleKind

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise UserError("the cycle {cycle} ends before it begins", cycle=self.id, hint="write the earlier day first")

    @property
    def days(self) -> int:
        """How many days it has; at least one."""
        return (self.end - self.start).days + 1

    def days_elapsed(self, as_of: date) -> int:
        """How many of its days are past at the end of `as_of`, from 0 to `days`."""
        return min(max((as_of - self.start).days + 1, 0), self.days)

    def is_over(self, as_of: date) -> bool:
        """Whether its last day is past at the end of `as_of`."""
        return as_of >= self.end

    def has_begun(self, as_of: date) -> bool:
        """Whether its first day is past at the end of `as_of`."""
        return as_of >= self.start

    def instants(self, zone: ZoneInfo, cut_off: time = MIDNIGHT) -> tuple[datetime, datetime]:
        """Its first instant, and the first instant after it, in UTC; a day begins at `cut_off` local time."""
        return day_begins(self.start, zone, cut_off), day_begins(self.end + ONE_DAY, zone, cut_off)


def parse_cycle(text: str, campaigns: Mapping[str, HasDates] | None = None) -> Cycle:
    """The cycle written as `text`; `campaigns` maps every name a campaign goes by to it.

    Raises UserError when the text is no cycle, names an unknown campaign, or ends before it begins.
    """
    word = text.strip()
    for pattern, kind in _PATTERNS:
        if match := pattern.fullmatch(word):
            return _calendar_cycle(word, kind, match)
    if match := _LENGTH.fullmatch(word):
        return _custom(_day(match["start"], word), int(match["days"]), word)
    if match := _RANGE.fullmatch(word):
        return Cycle(word, _day(match["start"], word), _day(match["end"], word), CycleKind.CUSTOM)
    return _campaign_cycle(word, campaigns or {})


def week_containing(day: date, first_weekday: int) -> Cycle:
    """The week that a day lies in where weeks begin on another day than Monday: 1 is Monday, 7 Sunday; `2026-06-06+7d`."""
    start = day - timedelta(days=(day.isoweekday() - first_weekday) % 7)
    return _custom(start, 7, f"{start.isoformat()}+7d")


def cycle_containing(day: date, kind: CycleKind) -> Cycle:
    """The cycle of a calendar kind that a day lies in. Campaigns and custom cycles do not tile the calendar: ValueError."""
    if kind is CycleKind.DAY:
        return Cycle(day.isoformat(), day, day, kind)
    if kind is CycleKind.WEEK:
        year, week, weekday = day.isocalendar()
        monday = day - timedelta(days=weekday - 1)
        return Cycle(f"{year:04}-W{week:02}", monday, monday + timedelta(days=6), kind)
    if kind not in MONTHS_OF:
        raise ValueError(kind)
    months = MONTHS_OF[kind]
    number = (day.month - 1) // months
    start = date(day.year, number * months + 1, 1)
    return Cycle(_month_id(start.year, number + 1, kind), start, _month_after(start, months) - ONE_DAY, kind)


def next_cycle(cycle: Cycle, campaigns: Mapping[str, HasDates] | None = None) -> Cycle:
    """The one that follows: for a campaign next year's, for custom days as many days again."""
    if cycle.kind is CycleKind.CAMPAIGN:
        return _campaign_in(cycle, 1, campaigns or {})
    if cycle.kind is CycleKind.CUSTOM:
        return _like(cycle, cycle.end + ONE_DAY)
    return cycle_containing(cycle.end + ONE_DAY, cycle.kind)


def previous_cycle(cycle: Cycle, campaigns: Mapping[str, HasDates] | None = None) -> Cycle:
    """The one before: for a campaign last year's, for custom days as many days before."""
    if cycle.kind is CycleKind.CAMPAIGN:
        return _campaign_in(cycle, -1, campaigns or {})
    if cycle.kind is CycleKind.CUSTOM:
        return _like(cycle, cycle.start - timedelta(days=cycle.days))
    return cycle_containing(cycle.start - ONE_DAY, cycle.kind)


def day_begins(day: date, zone: ZoneInfo, cut_off: time = MIDNIGHT) -> datetime:
    """The instant, in UTC, at which a day begins in a zone.

    Where a clock change skips that local time, the day begins when the clock jumps; where it comes twice, the first time.
    """
    return datetime.combine(day, cut_off, tzinfo=zone).astimezone(UTC)


def day_at(instant: datetime, zone: ZoneInfo, cut_off: time = MIDNIGHT) -> date:
    """The day an instant belongs to, in a zone with a day cut-off."""
    latest = instant.astimezone(zone).date() + ONE_DAY
    while day_begins(latest, zone, cut_off) > instant:
        latest -= ONE_DAY
    return latest


_YEAR = r"(?P<year>(?:19|20|21)\d\d)"
_PATTERNS = (
    (re.compile(_YEAR + r"-(?P<month>\d\d)-(?P<day>\d\d)"), CycleKind.DAY),
    (re.compile(_YEAR + r"-W(?P<number>\d\d)"), CycleKind.WEEK),
    (re.compile(_YEAR + r"-(?P<number>\d\d)"), CycleKind.MONTH),
    (re.compile(_YEAR + r"-Q(?P<number>[1-4])"), CycleKind.QUARTER),
    (re.compile(_YEAR + r"-H(?P<number>[12])"), CycleKind.HALF_YEAR),
    (re.compile(_YEAR), CycleKind.YEAR),
)
_DAY = r"(?:19|20|21)\d\d-\d\d-\d\d"
_RANGE = re.compile(rf"(?P<start>{_DAY})\s*\.\.\s*(?P<end>{_DAY})")
_LENGTH = re.compile(rf"(?P<start>{_DAY})\+(?P<days>[1-9]\d{{0,2}})d")
_FLOATING = re.compile(rf"(?P<name>.+?)-(?P<start>{_DAY})")
_CAMPAIGN = re.compile(r"(?P<name>.+?)-" + _YEAR)


def _calendar_cycle(word: str, kind: CycleKind, match: re.Match[str]) -> Cycle:
    try:
        if kind is CycleKind.DAY:
            day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        elif kind is CycleKind.WEEK:
            day = date.fromisocalendar(int(match["year"]), int(match["number"]), 1)
        else:
            number = 1 if kind is CycleKind.YEAR else int(match["number"])
            day = date(int(match["year"]), (number - 1) * MONTHS_OF[kind] + 1, 1)
    except ValueError:
        raise UserError("there is no {cycle} in the calendar", cycle=word, hint=_WAY_OUT, examples=EXAMPLES) from None
    return cycle_containing(day, kind)


def _day(text: str, word: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError("there is no {cycle} in the calendar", cycle=word, hint=_WAY_OUT, examples=EXAMPLES) from None


def _campaign_cycle(word: str, campaigns: Mapping[str, HasDates]) -> Cycle:
    floating = _FLOATING.fullmatch(word)
    if floating and floating["name"] in campaigns and (length := campaigns[floating["name"]].days):
        return _custom(_day(floating["start"], word), length, word)
    match = _CAMPAIGN.fullmatch(word)
    if word in campaigns and campaigns[word].days:
        hint = "write it with its first day, such as `launch-30d-2026-06-01`"
        raise UserError("the campaign {cycle} needs its first day", cycle=word, hint=hint)
    if word in campaigns:
        raise UserError("the campaign {cycle} needs its year", cycle=word, hint="write it with its year, such as `618-2026`")
    if match is None or match["name"] not in campaigns:
        raise UserError("{cycle} is not a cycle", cycle=word, hint=_WAY_OUT, examples=EXAMPLES)
    dates = campaigns[match["name"]].dates(int(match["year"]))
    if dates is None:
        raise UserError(
            "the dates of the campaign {cycle} are not known", cycle=word,
            hint="add the year to `goals/presets/campaigns.yaml`, or write the days, such as 2026-06-01..2026-06-18",
        )
    return Cycle(word, *dates, CycleKind.CAMPAIGN)


def _campaign_in(cycle: Cycle, years_later: int, campaigns: Mapping[str, HasDates]) -> Cycle:
    name, _, year = cycle.id.rpartition("-")
    return _campaign_cycle(f"{name}-{int(year) + years_later}", campaigns)


def _custom(start: date, days: int, word: str = "") -> Cycle:
    end = start + timedelta(days=days - 1)
    return Cycle(word or f"{start.isoformat()}..{end.isoformat()}", start, end, CycleKind.CUSTOM)


def _like(cycle: Cycle, start: date) -> Cycle:
    """As many days, written alike."""
    return _custom(start, cycle.days, "" if ".." in cycle.id else f"{start.isoformat()}+{cycle.days}d")


def _month_id(year: int, number: int, kind: CycleKind) -> str:
    tails = {
        CycleKind.MONTH: f"-{number:02}",
        CycleKind.QUARTER: f"-Q{number}",
        CycleKind.HALF_YEAR: f"-H{number}",
        CycleKind.YEAR: "",
    }
    return f"{year:04}{tails[kind]}"


def _month_after(start: date, months: int) -> date:
    count = start.year * 12 + start.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
