"""The distributed engine: Apache Spark, on this machine, on a cluster, or behind Spark Connect. The only file that imports pyspark.

Spark counts; every table that is made is written as Parquet in a folder that all workers see, and read again from there, so
that nothing is worked out twice and no plan grows without end. The embedded engine stands beside it with the same tables, empty:
it says of what type each column is, and writes the small tables that come from Python.
"""

from __future__ import annotations

import itertools
import os
import shutil
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from opsengine import faults
from opsengine.errors import EngineError
from opsengine.warehouse.builds import link_files
from opsengine.warehouse.duckdb_engine import DuckDBEngine
from opsengine.warehouse.models import Model
from opsengine.warehouse.spelling import quoted, spell, tables_of, type_of
from opsengine.warehouse.stepping import in_steps

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

    from opsengine.warehouse.cluster import Cluster
    from opsengine.warehouse.engine import Days, Writing

_NUMBERS = itertools.count(1)
"""Engines of one process share a session; each has names of its own."""
_REMOTE = "sc://"
_CONNECT_PORT = 15002
_PATIENCE_SECONDS = 10
_STALE_SECONDS = 24 * 60 * 60
"""No build takes that long."""
_STARTING = {
    "spark.ui.enabled": "false",
    "spark.log.level": "ERROR",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.ui.retainedExecutions": "10",
    "spark.ui.retainedJobs": "20",
    "spark.ui.retainedStages": "20",
}
"""How a session of our own begins. It remembers few of the plans it made: a thousand of hundreds of columns fill the heap."""
_UNLESS_SAID = {"spark.sql.adaptive.enabled": "true"}
"""What a session that goes on from another project of this process must not take over from it."""
_ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.crossJoin.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.constraintPropagation.enabled": "false",
    "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}
"""What results depend on is set, whatever a cluster has as its default. Constraints of hundreds of columns fill the heap."""


class SparkEngine:
    """Tables as Parquet in a folder, made by Spark; they go when the engine is closed, and are kept with `save`."""

    wants_pieces = False
    """Spark parts the work itself."""

    def __init__(self, cluster: Cluster, *, is_telling: bool = False) -> None:
        """An engine without tables; `is_telling` shows Spark's own words.

        Raises EngineError when there is no such Spark, ImportError when a package that Spark Connect needs is missing.
        """
        self._is_telling = is_telling
        self._number = next(_NUMBERS)
        self._folder = _own_folder(cluster.folder, self._number)
        self._writes = itertools.count(1)
        self._types = DuckDBEngine(threads=1, is_telling=is_telling)
        self._files: dict[str, Path] = {}
        self._views: dict[str, str] = {}
        self._named: set[str] = set()
        try:
            self._session = _session(cluster)
        except ImportError:
            raise
        except (PySparkException, Py4JError, RuntimeError, OSError) as error:
            raise EngineError(
                "Spark cannot be reached at {master}: {kind}",
                hint="see that Java 17 is installed and the master runs",
                master=cluster.master, kind=type(error).__name__,
            ) from (error if is_telling else None)  # fmt: skip

    def expect(self, *, little: bool) -> None:
        """Nothing to do: how many threads there are is the master's to say."""

    def put(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Make or replace a table from rows."""
        self._types.put(table, columns, rows)
        self._take_over(table)

    def mount(self, table: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make a table over Parquet files."""
        self._types.mount(table, files, columns)
        if files:
            self._forget(table)
            self._show(table, files, self._schema(table))
            if len(files) == 1 and set(self.columns_of(files)) == set(columns):
                self._files[table] = files[0]
        else:
            self._take_over(table)

    def mount_parts(self, table: str, parts: Sequence[tuple[Path, date | None]], columns: Sequence[str]) -> None:
        """Make a table over Parquet files of which each counts for the days before a day, the last for all."""
        self._types.mount_parts(table, parts, columns)
        self._forget(table)
        read = self._session.read.schema(self._schema(table))
        frames = [
            read.parquet(str(file)).where(f"day < date '{until.isoformat()}'" if until else "true").select(*map(quoted, columns))
            for file, until in parts
        ]
        reduce(lambda one, other: one.unionAll(other), frames).createOrReplaceTempView(self._view(table))
        self._named.add(table)

    def mount_text(self, table: str, file: Path, columns: Mapping[str, str], writing: Writing) -> None:
        """Make a table of a text file, read strictly, once."""
        self._types.mount_text(table, file, columns, writing)
        self._take_over(table)

    def columns_of(self, files: Sequence[Path]) -> list[str]:
        """The names of all columns that any of these Parquet files has, in the order of the alphabet."""
        return self._types.columns_of(files)

    def columns(self, table: str) -> list[str]:
        """The names of the columns of a table, in order."""
        return self._types.columns(table)

    def name(self, model: Model) -> None:
        """Give a model's select the name of its table: it is worked out each time somebody reads it."""
        self._forget(model.table)
        self._views[model.table] = model.sql
        self._types.name(model)

    def settle(self, table: str) -> None:
        """Nothing: what a build made here is read by the embedded engine."""

    def make(self, model: Model, as_of: date) -> None:
        """Make or replace a model's table, or its view."""
        if model.is_view:
            self.name(model)
            return
        *steps, whole = in_steps(model)
        for step in steps:
            self._make_step(step, as_of)
        frame = self._typed(whole, as_of)
        self._keep(model.table, self._written(frame, model), frame.schema)
        for step in steps:
            self.drop(step.table)

    def add(self, model: Model, as_of: date) -> None:
        """Add the rows of a model's select to its table, which is there."""
        frame = self._typed(replace(model, table=f"{model.table}_more"), as_of)
        self._types.drop(f"{model.table}_more")
        more, before = self._written(frame, model), self._files[model.table]
        for part in sorted(more.rglob("*.parquet")):
            target = before / part.relative_to(more)
            target.parent.mkdir(parents=True, exist_ok=True)
            part.rename(target.with_name(f"{more.stem}-{part.name}"))
        self._show(model.table, [before], frame.schema)

    def read(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of a query as dicts."""
        return [row.asDict() for row in self._collected(self._select(sql, parameters))]

    def save(self, table: str, file: Path, days: Days | None = None) -> None:
        """Give a table's files another name beside them, then make sure that they are on the disk."""
        if days is not None:
            some = Model(f"{table}_days", file, "", "", f"select * from {table} where {days.condition}", is_in_pieces=True)  # noqa: S608  as above
            self.make(some, date.min)
            table = some.table
        found = self._files.get(table) or self._written_anew(table)
        faults.point("lake.write")
        link_files(found, file)
        faults.point("lake.written")

    def drop(self, table: str) -> None:
        """Forget a table, if there is one."""
        file = self._files.get(table)
        self._forget(table)
        self._types.drop(table)
        if file is not None and file.parent == self._folder:
            shutil.rmtree(file, ignore_errors=True)

    def has(self, table: str) -> bool:
        """Whether there is such a table or view."""
        return self._types.has(table)

    def close(self) -> None:
        """Remove everything that was not saved; the session stays for the next engine of this process."""
        for view in self._named:
            self._session.catalog.dropTempView(self._view(view))
        shutil.rmtree(self._folder, ignore_errors=True)

    def _make_step(self, step: Model, as_of: date) -> None:
        """Make a step of a model; of what types its columns are is Spark's business, but one of nothing needs some to be kept."""
        self._types.shape(step, as_of)
        frame = self._select(step.sql, {"as_of": as_of} if step.needs_as_of else {})
        empty = {name for name, kind in frame.dtypes if kind == "void"}
        names = [quoted(name) for name in frame.columns]
        frame = frame.selectExpr(*(f"cast({name} as string) as {name}" if name.strip("`") in empty else name for name in names))
        self._keep(step.table, self._written(frame, replace(step, is_in_pieces=False)), frame.schema)

    def _typed(self, model: Model, as_of: date) -> DataFrame:
        """The rows of a model's select; its columns are of the types that DuckDB gives them."""
        self._types.shape(model, as_of)
        frame = self._select(model.sql, {"as_of": as_of} if model.needs_as_of else {})
        kinds = self._types.types(model.table)
        return frame.selectExpr(*(f"cast({quoted(name)} as {type_of(kind)}) as {quoted(name)}" for name, kind in kinds.items()))

    def _written(self, frame: DataFrame, model: Model) -> Path:
        """Rows as a new folder of Parquet files; of a large table with a row a day, in a folder for each day."""
        file = self._folder / f"{model.table}-{next(self._writes)}.parquet"
        try:
            if model.is_in_pieces and "day" in frame.columns:
                frame.repartition("day").sortWithinPartitions("account_id").write.partitionBy("day").parquet(str(file))
            else:
                frame.write.parquet(str(file))
        except (PySparkException, Py4JError) as error:
            raise self._stopped(error) from (error if self._is_telling else None)
        return file

    def _written_anew(self, table: str) -> Path:
        """The rows of a table that is no file of its own, a view or a part of files, as a new folder."""
        copy = Model(f"{table}_saved", self._folder, "", "", f"select * from {table}")  # noqa: S608  a table of our own
        frame = self._typed(copy, date.min)
        self._types.drop(copy.table)
        return self._written(frame, copy)

    def _keep(self, table: str, file: Path, schema: StructType | str) -> None:
        self._forget(table)
        self._files[table] = file
        self._show(table, [file], schema)

    def _take_over(self, table: str) -> None:
        """Show Spark a table that the embedded engine holds."""
        folder = self._folder / f"{table}-{next(self._writes)}.parquet"
        self._types.save(table, folder / "rows.parquet")
        self._keep(table, folder, self._schema(table))

    def _forget(self, table: str) -> None:
        """Forget what a name stood for, and the views that may read it."""
        self._files.pop(table, None)
        is_known = table in self._named or self._views.pop(table, None) is not None
        if is_known:
            self._named -= self._views.keys() | {table}

    def _show(self, table: str, files: Sequence[Path], schema: StructType | str) -> None:
        """Let Spark read Parquet files as a table; a file without a column that the table has is NULL there."""
        self._session.read.schema(schema).parquet(*(str(file) for file in files)).createOrReplaceTempView(self._view(table))
        self._named.add(table)

    def _schema(self, table: str) -> str:
        """The columns of a table that the embedded engine knows, in Spark's words."""
        return ", ".join(f"{quoted(name)} {type_of(kind)}" for name, kind in self._types.types(table).items())

    def _view(self, table: str) -> str:
        return f"e{self._number}_{table.replace('.', '_')}"

    def _select(self, sql: str, parameters: Mapping[str, object]) -> DataFrame:
        """A query in Spark's own words."""
        for table in sorted(tables_of(sql)):
            self._resolve(table)
        try:
            return self._session.sql(spell(sql, self._view, parameters))
        except (PySparkException, Py4JError) as error:
            raise self._stopped(error) from (error if self._is_telling else None)

    def _resolve(self, table: str) -> None:
        """See that Spark knows a view; views are spelled for it only when somebody reads them."""
        if table in self._views and table not in self._named:
            self._select(self._views[table], {}).createOrReplaceTempView(self._view(table))
            self._named.add(table)

    def _collected(self, frame: DataFrame) -> list[Any]:
        try:
            rows: list[Any] = frame.collect()
        except (PySparkException, Py4JError) as error:
            raise self._stopped(error) from (error if self._is_telling else None)
        return rows

    @staticmethod
    def _stopped(error: Exception) -> EngineError:
        kind = (error.getCondition() if isinstance(error, PySparkException) else None) or type(error).__name__
        return EngineError("the engine stopped: {kind}", kind=kind)


def _session(cluster: Cluster) -> SparkSession:
    """The session of this process, begun when there is none."""
    builder = SparkSession.builder.appName("opsengine")
    if cluster.master.startswith(_REMOTE):
        _knock(cluster.master)
        builder = builder.remote(cluster.master)
    else:
        builder = builder.master(cluster.master)
        few = {"spark.sql.shuffle.partitions": "8"} if cluster.master.startswith("local") else {}
        for name, value in (_STARTING | few | {"spark.sql.warehouse.dir": str(cluster.folder)}).items():
            builder = builder.config(name, value)
    for name, value in (_UNLESS_SAID | dict(cluster.options)).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    for name, value in _ALWAYS.items():
        session.conf.set(name, value)
    return session


def _knock(address: str) -> None:
    """See that something listens: the client of Spark Connect would ask again for many minutes. Raises OSError."""
    asked = urlsplit(address)
    socket.create_connection((asked.hostname or "", asked.port or _CONNECT_PORT), timeout=_PATIENCE_SECONDS).close()


def _own_folder(folder: Path, number: int) -> Path:
    """A new folder for the tables of one engine; folders that crashed engines left more than a day ago are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    own = folder / f"{os.uname().nodename}.{os.getpid()}.{number}"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir()
    today = own.stat().st_mtime
    for other in folder.iterdir():
        if other.is_dir() and other.stat().st_mtime < today - _STALE_SECONDS:
            shutil.rmtree(other, ignore_errors=True)
    return own
