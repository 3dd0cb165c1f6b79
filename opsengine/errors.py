"""Everything that can go wrong, as one family tree.

    OpsError                       has a text, a place, a way out, and an exit code
    ├── UserError                  the reader can mend it: a wrong word on the command line, a wrong file
    │   └── InvalidFiles           all problems of all files a person wrote, at once
    ├── DataError                  data is missing, stale or unreadable: held, not guessed
    ├── DeliveryFailed             a message was refused for good
    ├── Locked                     another run holds the project
    ├── DiskFailed                 the disk takes nothing more: it is full, or broken; make room and run again
    └── EngineError                the machine failed: a damaged file, a bug

A text is an English sentence with named gaps (`no preset fits {file}`); the fields that fill it travel beside it,
so that the front door can say the same thing in the reader's language.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

Field = str | int | float


class Exit(IntEnum):
    """What the exit code of every command means."""

    SUCCESS = 0
    FINDINGS = 1
    USAGE = 2
    DATA = 3
    DELIVERY_FAILED = 4
    DELIVERY_UNKNOWN = 5
    LOCKED = 6
    BUG = 70
    DISK = 74


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a file: the path as the user knows it, line and column counted from 1."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one file: where, what, and the way out."""

    place: Place
    code: str
    """A stable name for the kind of problem, such as `unknown-key`."""
    text: str
    hint: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The text in English, filled in."""
        return self.text.format(**self.fields)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class OpsError(Exception):
    """Whatever we know how to say.

    `text` and `hint` are sentences with `{named}` gaps; `fields` fill both.
    """

    exit = Exit.BUG

    def __init__(self, text: str, *, where: Place | str | None = None, hint: str = "", **fields: Field) -> None:
        super().__init__(text)
        self.text = text
        self.where = str(where) if where is not None else ""
        self.hint = hint
        self.fields = fields

    def __str__(self) -> str:
        said = self.text.format(**self.fields)
        return f"{self.where}: {said}" if self.where else said


class UserError(OpsError):
    """The reader can mend it."""

    exit = Exit.USAGE


class Unfit(ValueError):
    """A value that no schema takes; raised inside schemas, where pydantic gathers it. Text, hint and fields as of an OpsError."""

    def __init__(self, text: str, *, hint: str = "", **fields: Field) -> None:
        super().__init__(text.format(**fields))
        self.text, self.hint, self.fields = text, hint, fields


class InvalidFiles(UserError):
    """Files a person wrote that we do not understand; carries every problem found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("{count} problems in the files of this project", count=len(problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class DataError(OpsError):
    """Data is missing, stale or unreadable."""

    exit = Exit.DATA


class DeliveryFailed(OpsError):
    """A message was refused for good, or every attempt is used up."""

    exit = Exit.DELIVERY_FAILED


class Locked(OpsError):
    """Another run is at work in this project."""

    exit = Exit.LOCKED


class DiskFailed(OpsError):
    """The disk takes nothing more. Nothing is half-published; once there is room the same command ends as if nothing had been."""

    exit = Exit.DISK


class EngineError(OpsError):
    """The machine failed, or we did."""

    exit = Exit.BUG


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_BROKEN = frozenset({errno.EIO, errno.EROFS})


def disk_is_full(reason: str) -> DiskFailed:
    """There is no room; `reason` is what the system, the engine or the database said."""
    return DiskFailed("the disk is full: {reason}", hint="make room and run the same command again", reason=reason)


def disk_refused(reason: str) -> DiskFailed:
    """There may be room, and yet the disk does not take or give what it should."""
    return DiskFailed("the disk refused: {reason}", hint="look at the disk, then run the same command again", reason=reason)


def disk_failed(error: OSError) -> DiskFailed | None:
    """What the system said as a failure of the disk; None when the trouble is another."""
    if error.errno in _FULL:
        return disk_is_full(str(error))
    return disk_refused(str(error)) if error.errno in _BROKEN else None
