"""Keeping entries: what files said goes to the lake as Parquet, written once an import run and listed in the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.sources.gathering import Gathering
from opsengine.sources.lake import OTHERS, SERIES, called, entry_columns, sha256_of
from opsengine.sources.preset import Preset
from opsengine.sources.sweeping import Swept
from opsengine.sources.swept_tables import one_of
from opsengine.state import make_folder, sync_folder
from opsengine.warehouse import Model, text_literal

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

ROWS_IN_A_FILE = 100_000
"""What the engine holds at once while it writes: some 60 MB."""
Cells = tuple[object, ...]
_INCOMING, _SORTED = "incoming.rows", "incoming.sorted"


@dataclass(frozen=True, slots=True)
class Load:
    """One file's entries, ready to be written."""

    name: str
    preset: Preset
    told: Gathering | Swept
    file_sha: str
    import_seq: int


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What goes into files of one name: rows, and tables that the engine has already."""

    name: str
    columns: Mapping[str, str]
    order: Sequence[str]
    rows: Iterator[Cells]
    swept: Sequence[tuple[Load, Swept]] = ()


def write_lake(engine: Engine, lake: Path, loads: Sequence[Load]) -> dict[str, str]:
    """Write the entries of a run as Parquet files; their names and their SHA-256.

    Each table has files of its own, and each preset its own files of entries. A file is named by the run's first import that is in
    it, holds its rows in the order of their accounts and days, and counts only once the catalogue lists it.
    """
    make_folder(lake)
    written: dict[str, str] = {}
    for shelf in _shelves(loads):
        for part, _ in enumerate(_filled(engine, shelf)):
            file = lake / f"{shelf.name}-{part:02}.parquet"
            engine.save(_SORTED, file)
            written[file.name] = sha256_of(file)
    engine.put(_INCOMING, SERIES, ())
    sync_folder(lake)
    return written


def _filled(engine: Engine, shelf: _Shelf) -> Iterator[None]:
    """Make what is to be saved, once for each file."""
    for rows in _batches(shelf.rows, ROWS_IN_A_FILE):
        engine.put(_INCOMING, shelf.columns, rows)
        engine.name(_in_order(shelf))
        yield
    for load, swept in shelf.swept:
        engine.name(_swept_in_order(load, swept))
        yield
        swept.tables.drop()


def _shelves(loads: Sequence[Load]) -> Iterator[_Shelf]:
    """The files to write, and the rows of each."""
    facts = sorted((load for load in loads if load.preset.writes == "facts"), key=lambda load: (load.name, load.import_seq))
    for name, group in groupby(facts, key=lambda load: load.name):
        mine = list(group)
        gathered = [(load, load.told) for load in mine if isinstance(load.told, Gathering)]
        measures = sorted({measure for _, told in gathered for measure in told.values})
        rows = (row for load, told in gathered for row in _entries(load, told, measures))
        yield _Shelf(f"entries-{name}-{mine[0].import_seq:06}", entry_columns(measures), _ORDER, rows, _swept(mine))
    for table, (columns, order, rows_of) in _LONG.items():
        mine = [load for load in loads if load.preset.writes == table]
        if mine:
            gathered = [(load, load.told) for load in mine if isinstance(load.told, Gathering)]
            rows = (row for load, told in gathered for row in rows_of(load, told))
            yield _Shelf(called(table, mine[0].import_seq), columns, order, rows, _swept(mine))
    spans = (row for load in loads for row in _spans(load))
    yield _Shelf(f"spans-{loads[0].import_seq:06}", OTHERS["spans"], ("source", "account_id", "import_seq"), spans)


def _swept(loads: Sequence[Load]) -> Sequence[tuple[Load, Swept]]:
    return [(load, load.told) for load in loads if isinstance(load.told, Swept)]


def _in_order(shelf: _Shelf) -> Model:
    columns, order = (", ".join(f'"{name}"' for name in names) for names in (shelf.columns, shelf.order))
    select = f"select {columns} from {_INCOMING} order by {order}"  # noqa: S608  names of ours
    return Model(_SORTED, Path(__file__), "Rows in the order in which they are kept.", order, select)


def _swept_in_order(load: Load, swept: Swept) -> Model:
    """A swept table's rows as they are kept; an entry that says nothing, because all of its cells are empty, is none."""
    values = ", ".join(f'"{name}"' for name in swept.values)
    source, file_sha, sheet = (f"cast({text_literal(one)} as {one_of([one])})" for one in (load.name, load.file_sha, swept.sheet))
    trace = f"{file_sha} as file_sha, {sheet} as sheet, row_number, cast({load.import_seq} as bigint) as import_seq"
    is_series = load.preset.writes == "series"
    said = "" if is_series else f" where coalesce({values}) is not null"
    item = "item as metric" if is_series else "item"
    rows = f"select * from {swept.table}{said}"  # noqa: S608  names of ours
    select = f"select {source} as source, account_id, day, {item}, {values}, {trace} from ({rows}) as told"  # noqa: S608  as above
    return Model(_SORTED, Path(__file__), "Rows in the order in which they are kept.", "account_id, day, item", select)


def _batches(rows: Iterator[Cells], size: int) -> Iterator[Iterator[Cells]]:
    """The rows in order, in pieces of which each is read to its end before the next."""
    for first in rows:
        yield chain((first,), islice(rows, size - 1))


def _entries(load: Load, told: Gathering, measures: Sequence[str]) -> Iterator[Cells]:
    """One row an entry; an entry that says nothing, because all of its cells are empty, is none."""
    for (account, day, item), entry in told.entries.items():
        if entry.content:
            values = map(dict(entry.content).get, measures)
            yield load.name, account, day, item, *values, load.file_sha, entry.sheet, entry.row, load.import_seq


def _series(load: Load, told: Gathering) -> Iterator[Cells]:
    for (account, day, metric), entry in told.entries.items():
        ((_, value),) = entry.content
        yield load.name, account, day, metric, value, load.file_sha, entry.sheet, entry.row, load.import_seq


def _works(load: Load, told: Gathering) -> Iterator[Cells]:
    for (account, day, work), entry in told.entries.items():
        title, form, published_at, *numbers = entry.content
        yield account, work, title, form, day, published_at, *numbers, load.file_sha, entry.sheet, entry.row, load.import_seq


def _fan_events(load: Load, told: Gathering) -> Iterator[Cells]:
    for (account, day, fan, at, action), entry in told.entries.items():
        yield account, fan, day, at, action, entry.content[0], load.file_sha, entry.row, load.import_seq


def _spans(load: Load) -> Iterator[Cells]:
    """What the file covers: for a sparse export the whole file's days hold for each of its accounts."""
    whole = load.told.days if load.preset.is_sparse else None
    for account, days in sorted(load.told.spans.items()):
        yield load.name, account, *(whole or days), load.import_seq


_ORDER: Sequence[str] = ("account_id", "day", "item", "import_seq")
_LONG: Mapping[str, tuple[Mapping[str, str], Sequence[str], Callable[[Load, Gathering], Iterator[Cells]]]] = {
    "series": (SERIES, ("account_id", "day", "metric", "import_seq"), _series),
    "works": (OTHERS["works"], ("account_id", "published_on", "work_id", "import_seq"), _works),
    "fan_events": (OTHERS["fan_events"], ("account_id", "day", "at", "fan_id", "action", "import_seq"), _fan_events),
}
