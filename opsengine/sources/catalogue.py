"""The catalogue of imports: what every file was, what became of it, and in which order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from opsengine.errors import Problem
from opsengine.sources.recognising import Drift
from opsengine.sources.rejection import Rejection

ImportStatus = Literal["imported", "unchanged", "superseded", "rejected"]


class ImportLog(Protocol):
    """Where the catalogue is kept; `opsengine.state.Imports` is one."""

    @property
    def is_shared(self) -> bool:
        """Whether other hosts import into it as well."""

    def add(self, records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Keep records, all or none, in this order; each has a `sha256` of its own and a `source`."""

    def records(self) -> list[dict[str, Any]]:
        """Every record, in the order of their import."""


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """What is known about one import of one file."""

    path: str
    """As the user knows it."""
    content: str
    """SHA-256 of the file."""
    given: str
    """The account that its folder or the command named; the same bytes may come for two accounts."""
    preset: str
    status: ImportStatus
    import_seq: int = 0
    """A later import wins."""
    reading: str = ""
    """The fingerprint of the presets, the zone and the form of the lake it was read with."""
    rows: int = 0
    accepted: int = 0
    first_day: date | None = None
    last_day: date | None = None
    accounts: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    unknown_accounts: tuple[str, ...] = ()
    rounded: int = 0
    rejections: tuple[Rejection, ...] = ()
    unlisted: int = 0
    remarks: tuple[Rejection, ...] = ()
    """What was taken in and should be looked at."""
    drift: Drift = field(default_factory=Drift)
    supersedes: tuple[str, ...] = ()
    """Earlier files that this one covers completely."""
    lake: Mapping[str, str] = field(default_factory=dict)
    """The Parquet files with its entries, and their SHA-256."""

    @property
    def identity(self) -> tuple[str, str]:
        """The same bytes for the same account are the same file."""
        return self.content, self.given

    @property
    def rejected(self) -> int:
        """How many rows were left out."""
        return self.rows - self.accepted

    def as_json(self) -> dict[str, Any]:
        """The shape that `opsengine import --format json` prints for a file."""
        return {
            "path": self.path,
            "sha256": self.content,
            "preset": self.preset or None,
            "status": self.status,
            "rows": self.rows,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "first_day": self.first_day.isoformat() if self.first_day else None,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "rejections": [rejection.as_json() for rejection in self.rejections],
            "rejections_not_listed": self.unlisted,
            "remarks": [remark.as_json() for remark in self.remarks],
            "rounded_cells": self.rounded,
            "supersedes": list(self.supersedes),
            "drift": self.drift.as_json(),
        }

    def as_entry(self) -> dict[str, Any]:
        """The record as the catalogue keeps it: plain JSON values."""
        values = asdict(self)
        values |= {"first_day": _iso(self.first_day), "last_day": _iso(self.last_day), "lake": dict(self.lake)}
        for name in ("rejections", "remarks"):
            values[name] = [asdict(one) | {"fields": dict(one.fields)} for one in getattr(self, name)]
        key = hashlib.sha256(f"{self.content}\0{self.given}\0{self.import_seq}".encode()).hexdigest()
        return values | {"sha256": key, "source": self.preset or "unknown"}


def read_record(entry: Mapping[str, Any]) -> ImportRecord:
    """A record as the catalogue keeps it."""
    values = {name: value for name, value in entry.items() if name in ImportRecord.__slots__}
    for name in ("accounts", "columns", "unknown_accounts", "supersedes"):
        values[name] = tuple(values[name])
    for name in ("first_day", "last_day"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    for name in ("rejections", "remarks"):
        values[name] = tuple(Rejection(**one) for one in values.get(name, ()))
    drift = values["drift"]
    renamed, units = (tuple(tuple(one) for one in drift.get(name, ())) for name in ("renamed", "units"))
    values["drift"] = Drift(tuple(drift["missing"]), tuple(drift["new"]), renamed, units)
    return ImportRecord(**values)


class History:
    """All imports so far; of each file the newest import counts."""

    def __init__(self, log: ImportLog) -> None:
        self._all = [read_record(entry) for entry in log.records()]
        self._newest = {record.identity: record for record in self._all}
        self._live = {record.identity: record for record in self._all if record.lake}
        self.next_seq = max((record.import_seq for record in self._all), default=0) + 1

    def find(self, content: str, given: str) -> ImportRecord | None:
        """The newest import of these bytes for this account."""
        return self._newest.get((content, given))

    def taken(self, content: str, given: str) -> ImportRecord | None:
        """The newest import of these bytes for this account from which anything was taken."""
        return self._live.get((content, given))

    def holds(self, content: str) -> bool:
        """Whether anything was ever taken from these bytes."""
        return any(taken == content for taken, _ in self._live)

    def records(self) -> list[ImportRecord]:
        """Every import, in order."""
        return list(self._all)

    def live(self) -> list[ImportRecord]:
        """The imports whose entries count: of each file the newest from which anything was taken."""
        return list(self._live.values())

    def covered_by(self, new: ImportRecord) -> tuple[str, ...]:
        """The paths of earlier files of the same export that are about nothing but what the new one is about."""
        if new.first_day is None or new.last_day is None:
            return ()
        return tuple(dict.fromkeys(old.path for old in self.live() if old.identity != new.identity and _covers(new, old)))


def _covers(new: ImportRecord, old: ImportRecord) -> bool:
    if new.preset != old.preset or not (new.first_day and new.last_day and old.first_day and old.last_day):
        return False
    is_within = new.first_day <= old.first_day and old.last_day <= new.last_day
    return is_within and set(old.accounts) <= set(new.accounts) and set(old.columns) <= set(new.columns)


def problem_rejection(problem: Problem) -> Rejection:
    """A problem of a file that a person wrote, as a rejection of an imported one."""
    return Rejection(problem.code, problem.text, "", problem.place.line, None, problem.hint, problem.fields)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
