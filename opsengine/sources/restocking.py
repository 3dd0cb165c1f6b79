"""Filling the lake of this host with what the catalogue lists: another host imported it, or the folder was deleted.

The catalogue says of every file of the lake which imports are in it, and the hash of its bytes. The same exports, read by the same
version with the same presets, register and key, give the same bytes again; whatever does not is not kept.
"""

from __future__ import annotations

from opsengine.errors import DataError
from opsengine.sources.catalogue import History, ImportRecord
from opsengine.sources.collecting import Found
from opsengine.sources.keeping import Load, write_lake
from opsengine.sources.lake import is_current, is_whole
from opsengine.sources.reading import Desk, Fresh, read_files

Files = tuple[tuple[str, str], ...]
"""The files of the lake that one import run wrote, and the SHA-256 of each."""


def restock(desk: Desk, history: History, shared_reading: str | None) -> None:
    """Write again the files of the lake that count and are not there, from the copies of what was imported.

    A run of which a copy is missing or reads otherwise is left as it is: its files are imported anew. Where hosts share
    the catalogue and all of them read by `shared_reading`, hosts that read otherwise would answer each other for ever: raises
    DataError.
    """
    runs: dict[Files, list[ImportRecord]] = {}
    for record in history.records():
        if record.lake and is_current(record):
            runs.setdefault(tuple(sorted(record.lake.items())), []).append(record)
    counting = {tuple(sorted(record.lake.items())) for record in history.live()}
    for files, told in runs.items():
        is_there = files not in counting or all((desk.project.lake / name).is_file() for name, _ in files)
        if is_there or not all((desk.project.inputs / record.content).is_file() for record in told):
            continue
        if not _write(desk, files, told) and told[0].reading == shared_reading:
            hint = "give every host the same version, accounts.csv, sources/ and .opsengine/key, then import again"
            raise DataError("{file} reads otherwise here than on the host that imported it", hint=hint, file=told[0].path)


def _write(desk: Desk, files: Files, told: list[ImportRecord]) -> bool:
    """Write the files of one run again; whether they are what they were."""
    lake = desk.project.lake
    fresh = [Fresh(Found(desk.project.inputs / one.content, one.path, _named(one)), one.content) for one in told]
    gathered = {(one.fresh.content, one.fresh.found.given): one for one in read_files(fresh, desk).gathered}
    loads = [
        Load(file.name, file.preset, file.gathering, record.content, record.import_seq)
        for record in sorted(told, key=lambda one: one.import_seq)
        if (file := gathered.get(record.identity)) is not None and file.gathering.accepted
    ]
    written = write_lake(desk.engine, lake, loads)
    expected = dict(files)
    is_same = written == expected
    for name in () if is_same else written:
        if not is_whole(lake / name, expected.get(name, "")):
            (lake / name).unlink()
    return is_same


def _named(record: ImportRecord) -> tuple[str, ...]:
    return tuple(name for name in record.given.split("/") if name)
