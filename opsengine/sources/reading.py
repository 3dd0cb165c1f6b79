"""Reading a batch of files: registers of accounts are taken in, every other file becomes entries or is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from opsengine.errors import InvalidFiles
from opsengine.project import Project
from opsengine.sources import swept_files
from opsengine.sources.catalogue import problem_rejection
from opsengine.sources.collecting import Found
from opsengine.sources.gathering import Gathering, gather
from opsengine.sources.keys import Context, Pseudonyms, is_blank_row, read_pseudonyms
from opsengine.sources.opening import open_files
from opsengine.sources.preset import Preset, Presets
from opsengine.sources.recognising import Drift, Match
from opsengine.sources.register import find_accounts, merge_register
from opsengine.sources.rejection import Refused, Rejection
from opsengine.sources.sheet import Sheet
from opsengine.sources.sweeping import Swept
from opsengine.sources.swept_files import Sweeper, sweep_files

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

_KEY = "key"
"""The file of the key for fans' and leads' pseudonyms, in the project's own folder."""
_BLIND = frozenset(("unknown-account", "no-account"))
"""Why a file may read better once a register in the same batch was taken in."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A file that has to be read, and the hash of its bytes."""

    found: Found
    content: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """A file that was read."""

    fresh: Fresh
    name: str
    """Its preset's name."""
    preset: Preset
    drift: Drift
    gathering: Gathering | Swept

    @property
    def last_day(self) -> date:
        """The last day it is about; the first of all days when it is about none."""
        return self.gathering.days[1] if self.gathering.days else date.min

    @property
    def columns(self) -> frozenset[str]:
        """The measures it has columns for."""
        return frozenset(self.gathering.measures)


@dataclass(frozen=True, slots=True)
class Register:
    """A register of accounts that was taken in, or was not because of these problems."""

    fresh: Fresh
    rows: int
    drift: Drift
    has_news: bool
    problems: tuple[Rejection, ...] = ()


@dataclass(slots=True)
class Readings:
    """What a batch of files says."""

    gathered: list[Gathered] = field(default_factory=list)
    refused: dict[Fresh, Rejection] = field(default_factory=dict)
    registers: list[Register] = field(default_factory=list)

    def forget_blind(self) -> list[Fresh]:
        """Take out the files in which accounts were unknown, so that they can be read again."""
        unknown = [file for file in self.gathered if file.gathering.unknown_accounts]
        for file in unknown:
            if isinstance(file.gathering, Swept):
                file.gathering.tables.drop()
        refused = [fresh for fresh, rejection in self.refused.items() if rejection.code in _BLIND]
        self.gathered = [file for file in self.gathered if not file.gathering.unknown_accounts]
        for fresh in refused:
            del self.refused[fresh]
        return [*(file.fresh for file in unknown), *refused]


@dataclass(frozen=True)
class Desk:
    """What reading needs beside the files."""

    project: Project
    engine: Engine
    presets: Presets
    zone: ZoneInfo
    today: date
    """The day of the import, in the project's zone."""

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        """Names for fans and leads; the key is made when the first file needs it."""
        return read_pseudonyms(self.project.home / _KEY)

    def copy(self, fresh: Fresh) -> Path:
        """Our copy of a file."""
        return self.project.inputs / fresh.content


def read_files(files: Sequence[Fresh], desk: Desk) -> Readings:
    """Read files one after the other, each let go before the next.

    When one of them was a register with news, those whose accounts nobody knew before are read once more.
    """
    readings = Readings()
    _read(files, desk, readings)
    if any(register.has_news for register in readings.registers):
        _read(readings.forget_blind(), desk, readings)
    return readings


def _read(files: Sequence[Fresh], desk: Desk, readings: Readings) -> None:
    accounts = find_accounts(desk.project)
    contexts = {fresh: Context(desk.zone, desk.today, accounts, desk.pseudonyms, fresh.found.named) for fresh in files}
    large = {fresh: desk.copy(fresh) for fresh in files if desk.copy(fresh).stat().st_size >= swept_files.LEAST_BYTES}
    swept = {
        large_file: Gathered(large_file, match.name, match.preset, match.drift, told)
        for large_file, (match, told) in sweep_files(large, lambda fresh: Sweeper(desk.presets, contexts[fresh], desk.engine))
    }
    readings.gathered += swept.values()
    by_name = {f"{fresh.content}/{fresh.found.given}": fresh for fresh in files if fresh not in swept}
    for name, opened in open_files({name: desk.copy(fresh) for name, fresh in by_name.items()}, desk.presets, desk.engine):
        fresh = by_name[name]
        if isinstance(opened, Refused):
            readings.refused[fresh] = opened.rejection
        elif opened[0].preset.writes == "accounts":
            readings.registers.append(_merge(fresh, opened[0], desk))
        else:
            _gather(fresh, opened, contexts[fresh], readings)


def _gather(fresh: Fresh, matches: Sequence[Match], context: Context, readings: Readings) -> None:
    gathering = Gathering()
    try:
        for match in matches:
            gather(match, context, gathering)
    except Refused as refused:
        readings.refused[fresh] = refused.rejection
    else:
        first = matches[0]
        readings.gathered.append(Gathered(fresh, first.name, first.preset, first.drift, gathering))


def _merge(fresh: Fresh, match: Match, desk: Desk) -> Register:
    sheet = Sheet(match.sheet.name, match.sheet.rows[match.header_row :])
    rows = sum(not is_blank_row(row) for row in sheet.rows[1:])
    try:
        return Register(fresh, rows, match.drift, merge_register(desk.project, sheet, fresh.found.shown))
    except InvalidFiles as error:
        problems = tuple(problem_rejection(problem) for problem in error.problems)
        return Register(fresh, rows, match.drift, has_news=False, problems=problems)
