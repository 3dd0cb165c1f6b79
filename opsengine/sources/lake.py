"""Facts as Parquet files: written once an import run, listed in the catalogue, mounted as `raw.*`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from opsengine.warehouse import Model

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
ENTRIES_IN_A_FILE = 5_000
"""Rows of an export with its twenty measures: about as many facts."""
Cells = tuple[object, ...]

_ENTRIES = {
    "source": "VARCHAR", "account_id": "VARCHAR", "day": "DATE", "item": "VARCHAR",
    "measures": "VARCHAR[]", "numbers": "DECIMAL(18,6)[]", **_TRACE,
}  # fmt: skip
_FACTS_OF_ENTRIES = Model(
    "incoming.facts",
    Path(__file__),
    "One row a fact, from one row an entry.",
    "source, account_id, day, item, measure",
    "select source, account_id, day, item, unnest(measures) as measure, unnest(numbers) as value,"
    " file_sha, sheet, row_number, import_seq from incoming.entries",
)


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
            for part, _ in enumerate(_filled(engine, table, mine, rows)):
                file = lake / f"{table}-{loads[0].import_seq:06}-{part:02}.parquet"
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


def _filled(engine: Engine, table: str, loads: Sequence[Load], rows: Callable[[Load], Iterator[Cells]]) -> Iterator[None]:
    """Fill `incoming.<table>` again and again, until every row of these loads has been in it."""
    wide = [load for load in loads if table == "facts" and load.preset.writes == "facts"]
    for batch in _batches((row for load in wide for row in _entries(load)), ENTRIES_IN_A_FILE):
        engine.put("incoming.entries", _ENTRIES, batch)
        engine.make(_FACTS_OF_ENTRIES, date.min)
        yield
    for batch in _batches((row for load in loads if load not in wide for row in rows(load)), ROWS_IN_A_FILE):
        engine.put(f"incoming.{table}", COLUMNS[table], batch)
        yield
    engine.put("incoming.entries", _ENTRIES, ())


def _batches(rows: Iterator[Cells], size: int) -> Iterator[Iterator[Cells]]:
    """The rows in order, in pieces of which each is read to its end before the next."""
    for first in rows:
        yield chain((first,), islice(rows, size - 1))


def _table(preset: Preset) -> str:
    return "facts" if preset.writes == "series" else preset.writes


def _facts(load: Load) -> Iterator[Cells]:
    for key, entry in load.gathering.entries.items():
        account, day, item = key
        for measure, value in entry.content:
            yield load.name, account, day, item, measure, value, load.file_sha, entry.sheet, entry.row, load.import_seq


def _entries(load: Load) -> Iterator[Cells]:
    """One row an entry, its measures and their values as lists: a wide report has a twentieth of the rows that it has facts."""
    names: dict[tuple[str, ...], str] = {}
    for (account, day, item), entry in load.gathering.entries.items():
        measures = tuple(measure for measure, _ in entry.content)
        if measures:
            listed = names.setdefault(measures, f"[{','.join(measures)}]")
            values = f"[{','.join([format(value, 'f') for _, value in entry.content])}]"
            yield load.name, account, day, item, listed, values, load.file_sha, entry.sheet, entry.row, load.import_seq


def _works(load: Load) -> Iterator[Cells]:
    for (account, day, work), entry in load.gathering.entries.items():
        title, form, published_at, *numbers = entry.content
        yield account, work, title, form, day, published_at, *numbers, load.file_sha, entry.sheet, entry.row, load.import_seq


def _fan_events(load: Load) -> Iterator[Cells]:
    for (account, day, fan, at, action), entry in load.gathering.entries.items():
        yield account, fan, day, at, action, entry.content[0], load.file_sha, entry.row, load.import_seq


def _spans(load: Load) -> Iterator[Cells]:
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
