"""Importing: files in, facts and a catalogue out. A file is taken in or refused as a whole; single cells and rows are listed."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from opsengine import faults
from opsengine.errors import InvalidFiles
from opsengine.project import Project
from opsengine.sources.catalogue import History, ImportLog, ImportRecord, problem_rejection
from opsengine.sources.collecting import Found, find_files, keep_copy, natural_name
from opsengine.sources.gathering import Gathering, gather
from opsengine.sources.keys import Context, Pseudonyms, is_blank_row, read_pseudonyms
from opsengine.sources.lake import Load, is_whole, write_lake
from opsengine.sources.opening import open_files
from opsengine.sources.preset import Preset, Presets, read_presets
from opsengine.sources.recognising import Drift, Match
from opsengine.sources.register import Accounts, merge_register, read_accounts
from opsengine.sources.rejection import Refused, Rejection
from opsengine.sources.sheet import Sheet
from opsengine.state import sync_folder

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

_KEY = "key"
"""The file of the key for fans' and leads' pseudonyms, in the project's own folder."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of each file, in the order they were found."""

    files: tuple[ImportRecord, ...]

    def as_json(self) -> dict[str, Any]:
        """The shape that `opsengine import --format json` prints."""
        return {"files": [file.as_json() for file in self.files]}


def import_paths(  # noqa: PLR0913  what is read, where it goes, and how: all of it is the caller's to say
    project: Project, engine: Engine, log: ImportLog, paths: Sequence[Path], *, time_zone: ZoneInfo, account: str | None = None
) -> ImportReport:
    """Take in these files and the files in these folders; a file that was taken in before is left alone.

    The caller holds the project's lock. Raises UserError when a path does not exist, InvalidFiles when the register or a preset of
    the project is not understood; whatever is wrong with an imported file is in the report.
    """
    batch = _Batch(project, engine, History(log), read_presets(project), time_zone)
    found = find_files(project, paths, account)
    contents = batch.keep_copies(found)
    fresh = batch.without_known(contents)
    files = batch.gather(batch.without_registers(batch.open(fresh)))
    batch.publish(log, files)
    return ImportReport(tuple(batch.outcome(file, contents) for file in found))


@dataclass(frozen=True, slots=True)
class _Gathered:
    """A file that was read."""

    found: Found
    content: str
    name: str
    preset: Preset
    drift: Drift
    gathering: Gathering

    @property
    def last_day(self) -> date:
        """The last day it is about; the first of all days when it is about none."""
        return self.gathering.days[1] if self.gathering.days else date.min

    @property
    def columns(self) -> frozenset[str]:
        """The measures it has columns for."""
        return frozenset(self.gathering.measures)


class _Batch:
    """The files of one import, on their way in."""

    def __init__(self, project: Project, engine: Engine, history: History, presets: Presets, zone: ZoneInfo) -> None:
        self._project, self._engine, self._history, self._presets, self._zone = project, engine, history, presets, zone
        self._reading = f"{presets.fingerprint}:{zone.key}"
        self._accounts = Accounts(read_accounts(project))
        self._whole: dict[str, bool] = {}
        self._done: dict[Found, ImportRecord] = {}
        self._pseudonyms: Pseudonyms | None = None

    def keep_copies(self, found: Iterable[Found]) -> dict[Found, str]:
        """Copy every file under the hash of its bytes; those hashes."""
        contents: dict[Found, str] = {}
        for file in found:
            try:
                contents[file] = keep_copy(self._project.inputs, file)
            except Refused as refused:
                self._refuse(file, "", refused.rejection)
        if contents:
            sync_folder(self._project.inputs)
        return contents

    def without_known(self, contents: dict[Found, str]) -> dict[str, tuple[Found, str]]:
        """The files that have to be read, each bytes once, under a name of their own."""
        fresh: dict[str, tuple[Found, str]] = {}
        for file, content in contents.items():
            known = self._history.find(content, file.given)
            if known and self._is_current(known):
                self._done[file] = replace(known, path=file.shown, status="unchanged")
            else:
                fresh.setdefault(f"{content}/{file.given}", (file, content))
        return fresh

    def open(self, fresh: dict[str, tuple[Found, str]]) -> list[tuple[Found, str, Sequence[Match]]]:
        """The sheets of each file that is recognised."""
        copies = {name: self._project.inputs / content for name, (_, content) in fresh.items()}
        opened = []
        for name, sheets in open_files(copies, self._presets, self._engine):
            file, content = fresh[name]
            if isinstance(sheets, Refused):
                self._refuse(file, content, sheets.rejection)
            else:
                opened.append((file, content, sheets))
        return opened

    def without_registers(self, opened: list[tuple[Found, str, Sequence[Match]]]) -> list[tuple[Found, str, Sequence[Match]]]:
        """Take registers of accounts into the project's own first, so that the rest finds its accounts; that rest."""
        rest = []
        for file, content, matches in opened:
            if matches[0].preset.writes == "accounts":
                self._merge(file, content, matches[0])
            else:
                rest.append((file, content, matches))
        self._accounts = Accounts(read_accounts(self._project))
        return rest

    def gather(self, opened: list[tuple[Found, str, Sequence[Match]]]) -> list[_Gathered]:
        """What the files say, in the order in which the later one wins: by their last day, then by name."""
        files = []
        while opened:  # a file's cells are let go once they are read
            file, content, matches = opened.pop()
            gathering = Gathering()
            context = Context(self._zone, self._accounts, self._key(), file.named)
            try:
                for match in matches:
                    gather(match, context, gathering)
            except Refused as refused:
                self._refuse(file, content, refused.rejection)
            else:
                first = matches[0]
                files.append(_Gathered(file, content, first.name, first.preset, first.drift, gathering))
        return sorted(files, key=lambda file: (file.last_day, natural_name(file.found.shown)))

    def publish(self, log: ImportLog, files: Sequence[_Gathered]) -> None:
        """Write the facts, then the catalogue: an import counts from the moment it is listed there."""
        records = self._records(files)
        loads = [
            Load(file.name, file.preset, file.gathering, file.content, record.import_seq)
            for file, record in zip(files, records, strict=True)
            if file.gathering.entries
        ]
        lake = write_lake(self._engine, self._project.lake, loads) if loads else {}
        taken = {load.import_seq for load in loads}
        records = [replace(record, lake=lake) if record.import_seq in taken else record for record in records]
        self._done |= {file.found: record for file, record in zip(files, records, strict=True)}
        news = [*(record for record in records if self._is_news(record)), *self._refused(self._history.next_seq + len(records))]
        if news:
            faults.point("import.add")
            log.add(record.as_entry() for record in news)
            faults.point("import.added")

    def outcome(self, file: Found, contents: dict[Found, str]) -> ImportRecord:
        """What became of a file; the second copy of the same bytes is unchanged."""
        if file in self._done:
            return self._done[file]
        twin = next(record for other, record in self._done.items()
                    if contents.get(other) == contents[file] and other.given == file.given)  # fmt: skip
        return replace(twin, path=file.shown, status="rejected" if twin.status == "rejected" else "unchanged")

    def _is_current(self, known: ImportRecord) -> bool:
        """Whether reading the file again would say the same as last time."""
        is_taken = known.status in ("imported", "superseded") and known.reading == self._reading
        return is_taken and not any(self._accounts.find(name) for name in known.unknown_accounts) and self._has_lake(known)

    def _has_lake(self, known: ImportRecord) -> bool:
        for name, sha256 in known.lake.items():
            if name not in self._whole:
                self._whole[name] = is_whole(self._project.lake / name, sha256)
        return all(self._whole[name] for name in known.lake)

    def _key(self) -> Pseudonyms:
        if self._pseudonyms is None:
            self._pseudonyms = read_pseudonyms(self._project.home / _KEY)
        return self._pseudonyms

    def _merge(self, file: Found, content: str, match: Match) -> None:
        sheet = Sheet(match.sheet.name, match.sheet.rows[match.header_row :])
        rows = sum(not is_blank_row(row) for row in sheet.rows[1:])
        record = ImportRecord(file.shown, content, file.given, "accounts", "unchanged", rows=rows, accepted=rows, drift=match.drift)
        try:
            is_changed = merge_register(self._project, sheet, file.shown)
            self._done[file] = replace(record, status="imported") if is_changed else record
        except InvalidFiles as error:
            rejections = tuple(problem_rejection(problem) for problem in error.problems)
            self._done[file] = replace(record, status="rejected", accepted=0, rejections=rejections)

    def _refuse(self, file: Found, content: str, rejection: Rejection) -> None:
        if content and not self._history.holds(content):
            (self._project.inputs / content).unlink(missing_ok=True)
        record = ImportRecord(file.shown, content, file.given, "", "rejected", reading=self._reading)
        self._done[file] = replace(record, rejections=(rejection,))

    def _refused(self, first: int) -> list[ImportRecord]:
        """The files that were refused whole and that the catalogue does not list yet, numbered from `first`."""
        whole = [record for record in self._done.values() if record.import_seq == 0 and record.status == "rejected"]
        return [replace(record, import_seq=first + index) for index, record in enumerate(filter(self._is_news, whole))]

    def _is_news(self, record: ImportRecord) -> bool:
        """Whether the catalogue does not say so yet: a file that is refused every day is listed once."""
        known = self._history.find(record.content, record.given)
        is_same = known is not None and known.status == "rejected" and known.rejections == record.rejections
        return bool(record.content) and not (record.status == "rejected" and is_same)

    def _records(self, files: Sequence[_Gathered]) -> list[ImportRecord]:
        covered = _covered(files)
        numbers = itertools.count(self._history.next_seq)
        return [self._record(file, next(numbers), file.found in covered) for file in files]

    def _record(self, file: _Gathered, import_seq: int, is_covered: object) -> ImportRecord:
        gathering = file.gathering
        days = gathering.days or (None, None)
        is_rejected = gathering.rows > 0 and not gathering.entries
        record = ImportRecord(
            path=file.found.shown,
            content=file.content,
            given=file.found.given,
            preset=file.name,
            status="rejected" if is_rejected else "superseded" if is_covered else "imported",
            import_seq=import_seq,
            reading=self._reading,
            rows=gathering.rows,
            accepted=gathering.accepted,
            first_day=days[0],
            last_day=days[1],
            accounts=tuple(sorted({key[0] for key in gathering.entries})),
            columns=tuple(sorted(file.columns)),
            unknown_accounts=tuple(sorted(gathering.unknown_accounts)),
            rounded=gathering.rounded,
            rejections=tuple(gathering.rejections),
            unlisted=gathering.unlisted,
            drift=file.drift,
        )
        return replace(record, supersedes=self._history.covered_by(record))


def _covered(files: Sequence[_Gathered]) -> set[Found]:
    """The files of which every row is about something that later files of the same export, with all its columns, are about too."""
    covered: set[Found] = set()
    later: dict[str, list[_Gathered]] = {}
    for file in reversed(files):
        keys = file.gathering.entries.keys()
        rivals = [rival.gathering.entries.keys() for rival in later.get(file.name, ()) if rival.columns >= file.columns]
        if keys and all(any(key in rival for rival in rivals) for key in keys):
            covered.add(file.found)
        later.setdefault(file.name, []).append(file)
    return covered
