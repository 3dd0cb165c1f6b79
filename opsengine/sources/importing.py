"""Importing: files in, facts and a catalogue out. A file is taken in or refused as a whole; single cells and rows are listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from opsengine import faults
from opsengine.project import Project
from opsengine.sources.catalogue import History, ImportLog, ImportRecord
from opsengine.sources.cells import FUTURE
from opsengine.sources.collecting import Found, copied_sizes, find_files, keep_copy, natural_name
from opsengine.sources.covering import covered_files
from opsengine.sources.keeping import Load, write_lake
from opsengine.sources.lake import VERSION, is_current, is_whole
from opsengine.sources.names import digest_of
from opsengine.sources.preset import read_presets
from opsengine.sources.reading import Desk, Fresh, Gathered, Readings, Register, read_files
from opsengine.sources.register import Accounts, find_accounts
from opsengine.sources.rejection import Refused, Rejection
from opsengine.sources.restocking import restock
from opsengine.sources.unusual import find_unusual
from opsengine.state import sync_folder

if TYPE_CHECKING:
    from opsengine.warehouse import Engine


MOST_ROWS = 50_000
"""Where the platforms cut an export off."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of each file, in the order they were found."""

    files: tuple[ImportRecord, ...]

    def as_json(self) -> dict[str, Any]:
        """The shape that `opsengine import --format json` prints."""
        return {"files": [file.as_json() for file in self.files]}


def import_paths(  # noqa: PLR0913  what is read, where it goes, and how: all of it is the caller's to say
    project: Project, engine: Engine, log: ImportLog, paths: Sequence[Path], *, time_zone: ZoneInfo, today: date,
    account: str | None = None,
) -> ImportReport:  # fmt: skip
    """Take in these files and the files in these folders; a file that was taken in before is left alone.

    Rows about days after `today` are left out, and looked at again in every import until their day has come.

    The caller holds the project's lock. Raises UserError when a path does not exist, InvalidFiles when the register or a preset of
    the project is not understood; whatever is wrong with an imported file is in the report.
    """
    desk, history = Desk(project, engine, read_presets(project), time_zone, today), History(log)
    batch = _Batch(desk, history)
    found = find_files(project, paths, account)
    files = batch.keep_copies(found)
    restock(desk, history, batch.reading if log.is_shared else None)
    earlier = batch.kept_otherwise(files)
    readings = read_files(batch.without_known([*files, *earlier]), desk)
    batch.publish(log, readings)
    return ImportReport(tuple(batch.outcome(file) for file in (*found, *(fresh.found for fresh in earlier))))


class _Batch:
    """The files of one import and what becomes of them."""

    def __init__(self, desk: Desk, history: History) -> None:
        self._desk, self._history = desk, history
        self.reading = f"{desk.presets.fingerprint}:{desk.zone.key}:{VERSION}:{digest_of(desk.project)}".removesuffix(":")
        self._contents: dict[Found, str] = {}
        self._done: dict[Found, ImportRecord] = {}

    def keep_copies(self, found: Iterable[Found]) -> list[Fresh]:
        """Copy every file under the hash of its bytes; those that could be copied."""
        sizes = copied_sizes(self._desk.project.inputs)
        for file in found:
            try:
                self._contents[file] = keep_copy(self._desk.project.inputs, file, sizes)
            except Refused as refused:
                self._refuse(Fresh(file, ""), refused.rejection)
        if self._contents:
            sync_folder(self._desk.project.inputs)
        return [Fresh(file, content) for file, content in self._contents.items()]

    def kept_otherwise(self, files: Iterable[Fresh]) -> list[Fresh]:
        """Files kept in another form by an earlier version, or under names that mean others now: their copies are read again."""
        there = {(file.content, file.found.given) for file in files}
        old = [
            record
            for record in self._history.live()
            if record.identity not in there and not (is_current(record) and _names_in(record.reading) == _names_in(self.reading))
        ]
        copies = [(record, self._desk.project.inputs / record.content) for record in old]
        found = [(record, Found(copy, record.path, tuple(record.given.split("/")))) for record, copy in copies if copy.is_file()]
        self._contents |= {file: record.content for record, file in found}
        return [Fresh(file, record.content) for record, file in found]

    def without_known(self, files: Iterable[Fresh]) -> list[Fresh]:
        """The files that have to be read, the same bytes once."""
        accounts = find_accounts(self._desk.project)
        whole: dict[tuple[str, str], bool] = {}
        fresh: dict[tuple[str, str], Fresh] = {}
        for file in files:
            known = self._history.find(file.content, file.found.given)
            if known and self._is_current(known, accounts) and self._has_lake(known.lake, whole):
                self._done[file.found] = replace(known, path=file.found.shown, status="unchanged")
            else:
                fresh.setdefault((file.content, file.found.given), file)
        return list(fresh.values())

    def publish(self, log: ImportLog, readings: Readings) -> None:
        """Write the facts, then the catalogue: an import counts from the moment it is listed there."""
        files = sorted(readings.gathered, key=self._turn)
        numbers = count(self._history.next_seq)
        covered = covered_files(files, self._desk.engine)
        records = [self._record(file, next(numbers), covered) for file in files]
        records = self._with_lake(files, records)
        self._done |= {file.fresh.found: record for file, record in zip(files, records, strict=True)}
        self._done |= {register.fresh.found: _of_register(register) for register in readings.registers}
        refused = [self._refuse(fresh, rejection) for fresh, rejection in readings.refused.items()]
        news = [record for record in records if self._is_news(record)]
        news += [replace(record, import_seq=next(numbers)) for record in refused if self._is_news(record)]
        if news:
            faults.point("import.add")
            log.add(record.as_entry() for record in news)
            faults.point("import.added")

    def outcome(self, file: Found) -> ImportRecord:
        """What became of a file; the second copy of the same bytes is unchanged."""
        if file in self._done:
            return self._done[file]
        same = (self._contents[file], file.given)
        twin = next(record for record in self._done.values() if record.identity == same)
        return replace(twin, path=file.shown, status="rejected" if twin.status == "rejected" else "unchanged")

    def _turn(self, file: Gathered) -> tuple[float, date, tuple[object, ...]]:
        """What was imported before keeps its order; new files follow by their last day, then by name."""
        known = self._history.taken(file.fresh.content, file.fresh.found.given)
        return known.import_seq if known else inf, file.last_day, natural_name(file.fresh.found.shown)

    def _is_current(self, known: ImportRecord, accounts: Accounts) -> bool:
        """Whether reading the file again would say the same as last time."""
        is_taken = known.status in ("imported", "superseded") and known.reading == self.reading
        today = self._desk.today.isoformat()
        is_early = any(one.code == FUTURE and str(one.fields["today"]) < today for one in known.rejections)
        return is_taken and not is_early and not any(accounts.find(name) for name in known.unknown_accounts)

    def _has_lake(self, files: Mapping[str, str], whole: dict[tuple[str, str], bool]) -> bool:
        """Whether these files of the lake are what was written; `whole` remembers, for many imports share a file."""
        for file in files.items():
            if file not in whole:
                whole[file] = is_whole(self._desk.project.lake / file[0], file[1])
        return all(whole[file] for file in files.items())

    def _with_lake(self, files: Sequence[Gathered], records: Sequence[ImportRecord]) -> list[ImportRecord]:
        """Write the entries of these files; the records of those that had any name where they are."""
        loads = [
            Load(file.name, file.preset, file.gathering, file.fresh.content, record.import_seq)
            for file, record in zip(files, records, strict=True)
            if file.gathering.accepted
        ]
        if not loads:
            return list(records)
        engine, folder = self._desk.engine, self._desk.project.lake
        lake = write_lake(engine, folder, loads)
        again = {record.identity for record in records}
        before = [record for record in self._history.live() if record.identity not in again and is_current(record)]
        whole: dict[tuple[str, str], bool] = {}
        before = [record for record in before if self._has_lake(record.lake, whole)]
        unusual = find_unusual(engine, folder, self._desk.presets, before, lake)
        return [
            replace(record, lake=lake, remarks=(*record.remarks, *unusual.get(record.import_seq, ())))
            if record.accepted
            else record
            for record in records
        ]

    def _refuse(self, fresh: Fresh, rejection: Rejection) -> ImportRecord:
        """Note that a file is refused, and let go of its copy unless something was once taken from it."""
        if fresh.content and not self._history.holds(fresh.content):
            self._desk.copy(fresh).unlink(missing_ok=True)
        record = ImportRecord(fresh.found.shown, fresh.content, fresh.found.given, "", "rejected", reading=self.reading)
        self._done[fresh.found] = replace(record, rejections=(rejection,))
        return self._done[fresh.found]

    def _is_news(self, record: ImportRecord) -> bool:
        """Whether the catalogue does not say so yet: a file that is refused every day is listed once."""
        known = self._history.find(record.content, record.given)
        is_same = known is not None and known.status == "rejected" and known.rejections == record.rejections
        return not (record.status == "rejected" and is_same)

    def _record(self, file: Gathered, import_seq: int, covered: set[Fresh]) -> ImportRecord:
        gathering = file.gathering
        days = gathering.days or (None, None)
        is_rejected = gathering.rows > 0 and not gathering.accepted
        record = ImportRecord(
            path=file.fresh.found.shown,
            content=file.fresh.content,
            given=file.fresh.found.given,
            preset=file.name,
            status="rejected" if is_rejected else "superseded" if file.fresh in covered else "imported",
            import_seq=import_seq,
            reading=self.reading,
            rows=gathering.rows,
            accepted=gathering.accepted,
            first_day=days[0],
            last_day=days[1],
            accounts=tuple(sorted(gathering.spans)),
            columns=tuple(sorted(file.columns)),
            unknown_accounts=tuple(sorted(gathering.unknown_accounts)),
            rounded=gathering.rounded,
            rejections=tuple(gathering.rejections),
            unlisted=gathering.unlisted,
            remarks=(*gathering.remarks, *_remark_on_length(gathering.rows)),
            drift=file.drift,
        )
        return replace(record, supersedes=self._history.covered_by(record))


def _remark_on_length(rows: int) -> tuple[Rejection, ...]:
    """The platforms hand out so many rows and no more, and do not say that they left the others out; or they hand out none."""
    if not rows:
        text = "this file has a header and no rows under it"
        hint = "export it again, with the days that you want"
        return (Rejection("no-rows", text, hint=hint),)
    if rows != MOST_ROWS:
        return ()
    text = "this file has exactly {rows} rows, the most that an export holds: rows may be missing"
    hint = "export shorter periods and import each of them"
    return (Rejection("row-cap", text, hint=hint, fields={"rows": rows}),)


def _names_in(reading: str) -> list[str]:
    """What `aliases.csv` said when a file was read so."""
    return reading.split(":")[3:]


def _of_register(register: Register) -> ImportRecord:
    found = register.fresh.found
    record = ImportRecord(found.shown, register.fresh.content, found.given, "accounts", "unchanged", drift=register.drift)
    if register.problems:
        return replace(record, status="rejected", rows=register.rows, rejections=register.problems)
    record = replace(record, rows=register.rows, accepted=register.rows)
    return replace(record, status="imported") if register.has_news else record
