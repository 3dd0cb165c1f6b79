"""The embedded engine: DuckDB in memory, spilling to a folder. The only file that imports duckdb."""

from __future__ import annotations

import csv
import itertools
import os
import platform
import re
import shutil
import tempfile
import weakref
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from opsengine import faults
from opsengine.errors import EngineError, disk_is_full
from opsengine.warehouse.builds import link_files
from opsengine.warehouse.engine import text_literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from opsengine.warehouse.engine import Days, Writing
    from opsengine.warehouse.models import Model

_NULL = r"\N"
_LONG = re.compile(r"DECIMAL\((?:19|[23]\d),")
"""Decimals of more than 18 digits."""
_SETTINGS = (
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    "set allow_community_extensions = false",
    "set enable_progress_bar = false",
    "set checkpoint_threshold = '1TB'",
)
"""Nothing is downloaded at run time and nothing is printed; tables in memory are not written together while rows are added."""


_PARQUET = "format parquet, compression zstd, compression_level 1, dictionary_size_limit 1000"
"""A third less processor time than the defaults, for a tenth more bytes: few columns of numbers repeat enough for a dictionary."""
_BY_DAY = f"{_PARQUET}, row_group_size 20480"
"""Small parts, so that one day of many accounts is few of them: others are passed over by their first and last day."""


_NO_ROOM = ("No space left on device", "Disk quota exceeded", "max_temp_directory_size")
"""How the engine says that the disk takes nothing more; the last one when it spills more than there is room for."""


_TABLE = re.compile(r'\b[a-z_]+\.[a-z_0-9]+\b|"[a-z_]+"\."[a-z_0-9]+"')
"""What may be the name of a table in a statement, quoted or not."""
_NUMBERS = itertools.count()
"""Tells the engines of one process apart."""
_SPILL = f"spill.{platform.node()}."
"""What folders to spill into begin with, the process next; another host may share the place."""


class DuckDBEngine:
    """An engine that lives as long as this process; its tables are kept with `save`."""

    wants_pieces = True
    """What is made some accounts at a time keeps within memory."""

    def __init__(self, *, threads: int = 2, memory_limit: str = "2GB", spill: Path | None = None, is_telling: bool = False) -> None:
        """An empty engine.

        What does not fit its memory goes into a folder of its own within `spill`, made when it is needed and gone with the engine.
        `is_telling` shows the engine's own words when it stops, which may quote a row of data.
        """
        self._is_telling = is_telling
        self._kinds: dict[str, str] = {}
        self._schemas: set[str] = set()
        self._unmade: dict[str, str] = {}
        self._aside: dict[str, Path] = {}
        self._spill = spill
        self._connection = duckdb.connect(":memory:")
        for setting in _SETTINGS:
            self._connection.execute(setting)
        self._threads = int(threads)
        self.expect(little=False)
        self._connection.execute("set memory_limit = $limit", {"limit": memory_limit})
        own = ""
        if spill:
            _clear_away(spill)
            own = str(spill / f"{_SPILL}{os.getpid()}.{next(_NUMBERS)}")  # a shared one would be overwritten
        self._connection.execute("set temp_directory = $folder", {"folder": own})

    def expect(self, *, little: bool) -> None:
        """Work with one thread, or with all that it was given."""
        self._connection.execute(f"set threads = {1 if little else self._threads}")

    def put(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Make or replace a table from rows; values travel as text and are cast exactly, decimals included."""
        file = self._desk / "rows.csv"
        try:
            with file.open("w", encoding="utf-8", newline="") as lines:
                writer = csv.writer(lines, lineterminator="\n")
                writer.writerows([_NULL if value is None else value for value in row] for row in rows)
            longs = {name: _long_decimal(name, kind) for name, kind in columns.items() if _LONG.match(kind)}
            kinds = {**columns, **dict.fromkeys(longs, "VARCHAR")}
            types = ", ".join(f"{text_literal(name)}: {text_literal(kind)}" for name, kind in kinds.items())
            told = ", ".join(longs.get(name, f'"{name}"') for name in columns)
            self._create(
                table,
                f"select {told} from read_csv({text_literal(str(file))}, columns = {{{types}}}, auto_detect = false,"  # noqa: S608  names of our own; values travel in the file
                f" header = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', nullstr = {text_literal(_NULL)})",
            )
        finally:
            file.unlink(missing_ok=True)

    @cached_property
    def _desk(self) -> Path:
        """A folder through which rows travel, gone with the engine."""
        folder = Path(tempfile.mkdtemp(prefix="opsengine-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    def mount(self, table: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make a table over Parquet files."""
        if files:
            names = ", ".join('"' + name.replace('"', '""') + '"' for name in columns)
            by_name = ", union_by_name = true" if len(files) > 1 else ""
            self._create(table, f"select {names} from read_parquet({_listed(files)}{by_name})", kind="view")  # noqa: S608  as above
        else:
            self.put(table, columns, [])

    def mount_parts(self, table: str, parts: Sequence[tuple[Path, date | None]], columns: Sequence[str]) -> None:
        """Make a table over Parquet files of which each counts for the days before a day, the last for all."""
        names = ", ".join(f'"{name}"' for name in columns)
        selects = []
        for file, until in parts:
            before = f" where day < date '{until.isoformat()}'" if until else ""
            selects.append(f"select {names} from read_parquet({_listed([file])}){before}")  # noqa: S608  names of our own
        self._create(table, " union all ".join(selects), kind="view")

    def mount_text(self, table: str, file: Path, columns: Mapping[str, str], writing: Writing) -> None:
        """Make a table over a text file, read strictly whenever the table is."""
        types = ", ".join(f"{text_literal(name)}: {text_literal(kind)}" for name, kind in columns.items())
        missing = ", ".join(text_literal(word) for word in writing.missing)
        self._create(
            table,
            f"select * from read_csv({text_literal(str(file))}, columns = {{{types}}}, auto_detect = false, header = false,"  # noqa: S608  as above
            f" skip = {int(writing.skipped)}, delim = {text_literal(writing.delimiter)}, quote = '\"', escape = '\"',"
            f" nullstr = [{missing}])",
            kind="view",
        )

    def columns_of(self, files: Sequence[Path]) -> list[str]:
        """The names of all columns that any of these Parquet files has, in the order of the alphabet."""
        if not files:
            return []
        found = f"select distinct name from parquet_schema({_listed(files)}) where type is not null order by name"  # noqa: S608  as above
        return [row["name"] for row in self.read(found)]

    def columns(self, table: str) -> list[str]:
        """The names of the columns of a table, in order."""
        return list(self.types(table))

    def types(self, table: str) -> dict[str, str]:
        """The columns of a table in order, and of what type each is."""
        found = self.read(f"select column_name, column_type from (describe {_quoted(table)})")  # noqa: S608  as above
        return {row["column_name"]: row["column_type"] for row in found}

    def shape(self, model: Model, as_of: date) -> None:
        """Make or replace a model's table without its rows."""
        parameters = {"as_of": as_of} if model.needs_as_of else {}
        self._create(model.table, f"select * from ({model.sql}\n) as made limit 0", parameters=parameters)  # noqa: S608  as above

    def name(self, model: Model) -> None:
        """Give a model's select the name of its table: it is worked out each time somebody reads it.

        It is made when a statement first speaks of it: to make one of many columns takes long, and few are asked for.
        """
        if self._kinds.get(model.table, "view") != "view":
            self.drop(model.table)
        self._unmade[model.table], self._kinds[model.table] = model.sql, "view"

    def settle(self, table: str) -> None:
        """Work out once what a name stands for, and keep its rows."""
        if self._kinds.get(table) == "view":
            rows = f"{table}_rows"
            self._create(rows, f"select * from {_quoted(table)}")  # noqa: S608  as above
            self.drop(table)
            self._run(f'alter table {_quoted(rows)} rename to "{table.partition(".")[2]}"', {})
            self._kinds[table] = self._kinds.pop(rows)

    def make(self, model: Model, as_of: date) -> None:
        """Make or replace a model's table, or its view."""
        if model.is_view:
            self.name(model)
        elif model.is_in_files:
            self._put_aside(model, as_of, is_more=False)
        else:
            self._create(model.table, model.sql, parameters={"as_of": as_of} if model.needs_as_of else {})

    def add(self, model: Model, as_of: date) -> None:
        """Add the rows of a model's select to its table, which is there."""
        if model.table in self._aside:
            self._put_aside(model, as_of, is_more=True)
            return
        parameters = {"as_of": as_of} if model.needs_as_of else {}
        self._run(f"insert into {_quoted(model.table)} {model.sql}", parameters)

    def read(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of a query as dicts."""
        cursor = self._run(sql, parameters)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def save(self, table: str, file: Path, days: Days | None = None) -> None:
        """Write a table, or some days of it, to one Parquet file, then make sure that it is on the disk."""
        file.parent.mkdir(parents=True, exist_ok=True)
        faults.point("lake.write")
        if folder := self._aside.get(table):
            link_files(folder, file)
            faults.point("lake.written")
            return
        if days is None:
            self._run(f"copy {_quoted(table)} to {text_literal(str(file))} ({_PARQUET})", {})
        else:
            order, form = "order by day, account_id" if days.since else "", _PARQUET if days.before else _BY_DAY
            rows = f"select * from {_quoted(table)} where {days.condition} {order}"  # noqa: S608  as above
            self._run(f"copy ({rows}) to {text_literal(str(file))} ({form})", {})
        with file.open("rb") as written:
            os.fsync(written.fileno())
        faults.point("lake.written")

    def drop(self, table: str) -> None:
        """Forget a table, if there is one."""
        self._unmade.pop(table, None)
        if kind := self._kinds.pop(table, None):
            self._run(f"drop {kind} if exists {_quoted(table)}", {})
        if folder := self._aside.pop(table, None):
            shutil.rmtree(folder, ignore_errors=True)

    def has(self, table: str) -> bool:
        """Whether there is such a table or view."""
        return table in self._kinds

    def _create(self, table: str, select: str, *, kind: str = "table", parameters: Mapping[str, object] | None = None) -> None:
        schema = table.partition(".")[0]
        self._unmade.pop(table, None)
        if schema not in self._schemas:
            self._run(f'create schema if not exists "{schema}"', {})
            self._schemas.add(schema)
        if self._kinds.get(table, kind) != kind:
            self.drop(table)
        self._run(f"create or replace {kind} {_quoted(table)} as {select}", parameters or {})
        self._kinds[table] = kind

    def _put_aside(self, model: Model, as_of: date, *, is_more: bool) -> None:
        """Write what a model selects to a file in a folder that goes with the engine; the table is a view over its files."""
        if not is_more:
            self.drop(model.table)
            if self._spill:
                self._spill.mkdir(parents=True, exist_ok=True)
            self._aside[model.table] = folder = Path(tempfile.mkdtemp(prefix=f"{_SPILL}{os.getpid()}.", dir=self._spill))
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        folder = self._aside[model.table]
        file = folder / f"{len(list(folder.iterdir())):03}.parquet"
        self._run(f"copy ({model.sql}\n) to {text_literal(str(file))} ({_PARQUET})", {"as_of": as_of} if model.needs_as_of else {})
        self._create(model.table, f"select * from read_parquet({_listed([folder])})", kind="view")  # noqa: S608  a folder of our own

    def _make_views_of(self, sql: str) -> None:
        """Make the views that a statement speaks of, and those that they speak of."""
        spoken_of = {found.replace('"', "") for found in _TABLE.findall(sql)} if self._unmade else ()
        for table in [table for table in self._unmade if table in spoken_of]:
            if select := self._unmade.pop(table, None):
                self._create(table, select, kind="view")

    def _run(self, sql: str, parameters: Mapping[str, object]) -> duckdb.DuckDBPyConnection:
        self._make_views_of(sql)
        try:
            return self._connection.execute(sql, dict(parameters)) if parameters else self._connection.execute(sql)
        except duckdb.Error as error:
            if is_full := next((words for words in _NO_ROOM if words in str(error)), ""):
                raise disk_is_full(is_full) from (error if self._is_telling else None)
            raise EngineError("the engine stopped: {kind}", kind=type(error).__name__) from (error if self._is_telling else None)


def _clear_away(folder: Path) -> None:
    """Remove what processes of this host left that were killed while they spilled."""
    for left in folder.glob(f"{_SPILL}*"):
        process = left.name.removeprefix(_SPILL).partition(".")[0]
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            shutil.rmtree(left, ignore_errors=True)
        except (PermissionError, ValueError):
            continue


def _long_decimal(name: str, kind: str) -> str:
    """A column of text as a long decimal: the engine reads those a hundred times as slowly as short ones, so only where it must."""
    short = _LONG.sub("DECIMAL(18,", kind)
    return f'coalesce(cast(try_cast("{name}" as {short}) as {kind}), cast("{name}" as {kind})) as "{name}"'


def _listed(files: Sequence[Path]) -> str:
    """Files, and folders of files, which may stand in a folder for each day."""
    listed = f"[{', '.join(text_literal(str(file / '**' / '*.parquet' if file.is_dir() else file)) for file in files)}]"
    is_by_day = any(file.is_dir() and next(file.glob("day=*"), None) for file in files)
    return f"{listed}, hive_partitioning = true, hive_types = {{'day': date}}" if is_by_day else listed


def _quoted(table: str) -> str:
    return ".".join(f'"{part}"' for part in table.split("."))
