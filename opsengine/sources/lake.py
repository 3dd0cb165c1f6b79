"""Facts as Parquet files: written once an import run, listed in the catalogue, mounted as `raw.*`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.errors import DataError
from opsengine.sources.catalogue import ImportRecord
from opsengine.sources.gathering import WORK_MEASURES, Gathering
from opsengine.sources.preset import Preset
from opsengine.state import make_folder, sync_folder

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

_TRACE = {"file_sha": "VARCHAR", "sheet": "VARCHAR", "row_number": "INTEGER", "import_seq": "BIGINT"}
"""Where a fact comes from: the file, the sheet, the row, and the import that counts."""
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "facts": {
        "source": "VARCHAR", "account_id": "VARCHAR", "day": "DATE", "item": "VARCHAR",
        "measure": "VARCHAR", "value": "DECIMAL(18,6)", **_TRACE,
    },
    "spans": {"source": "VARCHAR", "account_id": "VARCHAR", "first_day": "DATE", "last_day": "DATE", "import_seq": "BIGINT"},
    "works": {
        "account_id": "VARCHAR", "work_id": "VARCHAR", "title": "VARCHAR", "form": "VARCHAR",
        "published_on": "DATE", "published_at": "TIMESTAMP", **dict.fromkeys(WORK_MEASURES, "DECIMAL(18,6)"), **_TRACE,
    },
    "fan_events": {
        "account_id": "VARCHAR", "fan_id": "VARCHAR", "day": "DATE", "at": "TIMESTAMP",
        "action": "VARCHAR", "value": "DECIMAL(18,6)",
        "file_sha": "VARCHAR", "row_number": "INTEGER", "import_seq": "BIGINT",
    },
}  # fmt: skip
"""The tables of the lake and their columns."""


ROWS_IN_A_FILE = 100_000
"""What the engine holds at once while it writes: some 60 MB."""


@dataclass(frozen=True, slots=True)
class Load:
    """One file's entries, ready to be written."""

    name: str
    preset: Preset
    gathering: Gathering
    file_sha: str
    import_seq: int


def write_lake(engine: Engine, lake: Path, loads: Sequence[Load]) -> dict[str, str]:
    """Write the entries of a run as Parquet files, one a table where that is not too many rows; their names and their SHA-256.

    A file is named by the run's first import, and counts only once the catalogue lists it.
    """
    make_folder(lake)
    written: dict[str, str] = {}
    for table, rows in _ROWS.items():
        mine = [load for load in loads if table == "spans" or _table(load.preset) == table]
        if mine:
            every = (row for load in mine for row in rows(load))
            for part, batch in enumerate(_batches(every)):
                file = lake / f"{table}-{loads[0].import_seq:06}-{part:02}.parquet"
                engine.put(f"incoming.{table}", COLUMNS[table], batch)
                engine.save(f"incoming.{table}", file)
                written[file.name] = _sha256(file)
            engine.put(f"incoming.{table}", COLUMNS[table], ())
    sync_folder(lake)
    return written


def mount_lake(engine: Engine, lake: Path, records: Iterable[ImportRecord]) -> None:
    """Mount `raw.facts`, `raw.spans`, `raw.works` and `raw.fan_events` over the files that these records name.

    Raises DataError when one of them is missing or is not what was written.
    """
    files: dict[str, str] = {}
    for record in records:
        files |= record.lake
    for name, sha256 in files.items():
        if not is_whole(lake / name, sha256):
            raise DataError("{file} of the lake is missing or damaged", hint="import the original files again", file=name)
    for table, columns in COLUMNS.items():
        engine.mount(f"raw.{table}", [lake / name for name in sorted(files) if name.startswith(f"{table}-")], columns)


def is_whole(file: Path, sha256: str) -> bool:
    """Whether a file of the lake is what was written."""
    return file.is_file() and _sha256(file) == sha256


def _batches(rows: Iterator[tuple[object, ...]]) -> Iterator[Iterator[tuple[object, ...]]]:
    """The rows in order, in pieces of which each is read to its end before the next."""
    for first in rows:
        yield chain((first,), islice(rows, ROWS_IN_A_FILE - 1))


def _table(preset: Preset) -> str:
    return "facts" if preset.writes == "series" else preset.writes


def _facts(load: Load) -> Iterator[tuple[object, ...]]:
    for key, entry in load.gathering.entries.items():
        account, day, item = key
        for measure, value in entry.content:
            yield load.name, account, day, item, measure, value, load.file_sha, entry.sheet, entry.row, load.import_seq


def _works(load: Load) -> Iterator[tuple[object, ...]]:
    for (account, day, work), entry in load.gathering.entries.items():
        title, form, published_at, *numbers = entry.content
        yield account, work, title, form, day, published_at, *numbers, load.file_sha, entry.sheet, entry.row, load.import_seq


def _fan_events(load: Load) -> Iterator[tuple[object, ...]]:
    for (account, day, fan, at, action), entry in load.gathering.entries.items():
        yield account, fan, day, at, action, entry.content[0], load.file_sha, entry.row, load.import_seq


def _spans(load: Load) -> Iterator[tuple[object, ...]]:
    """What the file covers: for a sparse export the whole file's days hold for each of its accounts."""
    spans: dict[str, tuple[date, date]] = {}
    for account, day, *_ in load.gathering.entries:
        first, last = spans.get(account, (day, day))
        spans[account] = (min(first, day), max(last, day))
    whole = load.gathering.days if load.preset.is_sparse else None
    for account in sorted(spans):
        yield load.name, account, *(whole or spans[account]), load.import_seq


_ROWS = {"facts": _facts, "spans": _spans, "works": _works, "fan_events": _fan_events}


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
