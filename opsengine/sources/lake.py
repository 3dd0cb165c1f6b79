"""The lake: what its tables are, and mounting them as `raw.*`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.errors import DataError
from opsengine.sources.catalogue import ImportRecord
from opsengine.sources.gathering import WORK_MEASURES
from opsengine.warehouse import Model

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

VERSION = "lake3"
"""Of the form in which entries are kept. What was kept in another form is read again from the copies of the files."""
NUMBER = "DECIMAL(18,6)"
TRACE = {"file_sha": "VARCHAR", "sheet": "VARCHAR", "row_number": "INTEGER", "import_seq": "BIGINT"}
"""Where an entry comes from: the file, the sheet, the row, and the import that counts."""
ENTRY = {"source": "VARCHAR", "account_id": "VARCHAR", "day": "DATE", "item": "VARCHAR"}
"""What an entry is about; its measures follow, a column each."""
SERIES = {"source": "VARCHAR", "account_id": "VARCHAR", "day": "DATE", "metric": "VARCHAR", "value": NUMBER, **TRACE}
OTHERS: Mapping[str, Mapping[str, str]] = {
    "spans": {"source": "VARCHAR", "account_id": "VARCHAR", "first_day": "DATE", "last_day": "DATE", "import_seq": "BIGINT"},
    "works": {
        "account_id": "VARCHAR", "work_id": "VARCHAR", "title": "VARCHAR", "form": "VARCHAR",
        "published_on": "DATE", "published_at": "TIMESTAMP", **dict.fromkeys(WORK_MEASURES, NUMBER), **TRACE,
    },
    "fan_events": {
        "account_id": "VARCHAR", "fan_id": "BIGINT", "day": "DATE", "at": "TIMESTAMP",
        "action": "VARCHAR", "value": NUMBER,
        "file_sha": "VARCHAR", "row_number": "INTEGER", "import_seq": "BIGINT",
    },
}  # fmt: skip
"""The other tables of the lake and their columns."""
_CALLED = {table: table for table in ("entries", "series", *OTHERS)} | {"fan_events": "fans"}
"""What the files of each table are called; another form of a table has another name, so that nobody mistakes the old one for it."""


def entry_columns(measures: Iterable[str]) -> dict[str, str]:
    """The columns of a table of entries with these measures."""
    return {**ENTRY, **dict.fromkeys(sorted(measures), NUMBER), **TRACE}


def mount_lake(engine: Engine, lake: Path, records: Iterable[ImportRecord]) -> None:
    """Mount `raw.entries`, `raw.series`, `raw.spans`, `raw.works` and `raw.fan_events` over the files that these records name.

    `raw.measures_told` names the measures that are columns of `raw.entries`, and the sources whose files have them; `raw.facts` is
    entries and series as one long table, a row a number, worked out when somebody reads it. Raises DataError when a file is
    missing, or is not what was written.
    """
    files = _files(lake, records)
    measures = [name for name in engine.columns_of(files["entries"]) if name not in ENTRY and name not in TRACE]
    engine.mount("raw.entries", files["entries"], entry_columns(measures))
    engine.mount("raw.series", files["series"], SERIES)
    for table, columns in OTHERS.items():
        engine.mount(f"raw.{table}", files[table], columns)
    engine.put("raw.measures_told", {"source": "VARCHAR", "measure": "VARCHAR"}, _told(engine, files["entries"]))
    engine.name(_facts(measures))


def called(table: str, import_seq: int) -> str:
    """What the file of a table is called that an import wrote."""
    return f"{_CALLED[table]}-{import_seq:06}"


def is_current(record: ImportRecord) -> bool:
    """Whether what was taken from a file is kept in the form of today."""
    return all(name.startswith(tuple(f"{word}-" for word in _CALLED.values())) for name in record.lake)


def is_whole(file: Path, sha256: str) -> bool:
    """Whether a file of the lake is what was written."""
    return file.is_file() and sha256_of(file) == sha256


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files(lake: Path, records: Iterable[ImportRecord]) -> dict[str, list[Path]]:
    """The whole files of each table. Raises DataError."""
    named: dict[str, str] = {}
    for record in records:
        if not is_current(record):
            raise DataError(
                "{file} was imported by an earlier version, which kept it in another form",
                hint="run `opsengine import data`: whatever was imported before is read again from the copies that were kept",
                file=record.path,
            )
        named |= record.lake
    for name, sha256 in named.items():
        if not is_whole(lake / name, sha256):
            raise DataError("{file} of the lake is missing or damaged", hint="import the original files again", file=name)
    return {table: [lake / name for name in sorted(named) if name.startswith(f"{word}-")] for table, word in _CALLED.items()}


def _told(engine: Engine, files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Each source with the measures that any of its files has a column for."""
    by_source: dict[str, list[Path]] = {}
    for file in files:
        by_source.setdefault(file.name.removeprefix("entries-").rsplit("-", 2)[0], []).append(file)
    for source, own in sorted(by_source.items()):
        for name in engine.columns_of(own):
            if name not in ENTRY and name not in TRACE:
                yield source, name


def _facts(measures: Sequence[str]) -> Model:
    """Entries and series as one long table."""
    trace = ", ".join(TRACE)
    series = f"select source, account_id, day, metric as item, metric as measure, value, {trace} from raw.series"  # noqa: S608  names of ours
    names, columns = ", ".join(f"'{name}'" for name in measures), ", ".join(f'"{name}"' for name in measures)
    long = (
        f"select source, account_id, day, item, unnest([{names}]) as measure, unnest([{columns}]) as value, {trace}"  # noqa: S608  as above
        " from raw.entries"
    )
    entries = f"select * from ({long}) as told where value is not null union all "  # noqa: S608  as above
    sql = (entries if measures else "") + series
    return Model("raw.facts", Path(__file__), "One row a number that a file told.", "source, account_id, day, item, measure", sql)
