"""The distributed engine: Apache Spark, on this machine, a cluster of its own, or behind Spark Connect. The only file that imports pyspark.

Spark counts; every table that is made is written as Parquet in a folder that all workers see, and read again from there, so
that nothing is worked out twice and no plan grows without end. The embedded engine stands beside it with the same tables, empty:
it says of what type each column is, and writes the small tables that come from Python.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from opsengine import faults
from opsengine.errors import EngineError
from opsengine.warehouse.duckdb_engine import DuckDBEngine
from opsengine.warehouse.models import Model
from opsengine.warehouse.spelling import quoted, spell, tables_of, type_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from opsengine.warehouse.engine import Writing

_NUMBERS = itertools.count(1)
"""Engines of one process share a session; each has names of its own."""
_REMOTE = "sc://"
_STARTING = {
    "spark.ui.enabled": "false",
    "spark.log.level": "ERROR",
    "spark.sql.catalogImplementation": "in-memory",
}
"""How a session of our own begins."""
_ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.crossJoin.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}
"""What results depend on is set, whatever a cluster has as its default."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Which Spark counts, and where its tables are kept."""

    master: str
    """`local[2]`, `spark://host:7077`, or `sc://host:15002` for Spark Connect."""
    folder: Path
    """Where tables stand while a build is made: all workers see it by this name."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Further settings of Spark."""


class SparkEngine:
    """Tables as Parquet in a folder, made by Spark; they go when the engine is closed, and are kept with `save`."""

    wants_pieces = False
    """Spark parts the work itself."""

    def __init__(self, cluster: Cluster, *, is_telling: bool = False) -> None:
        """An engine without tables. Raises EngineError when there is no such Spark; `is_telling` shows its own words."""
        self._is_telling = is_telling
        self._number = next(_NUMBERS)
        self._folder = cluster.folder / f".spark-{self._number}.{os.getpid()}"
        self._writes = itertools.count(1)
        self._types = DuckDBEngine(threads=1, is_telling=is_telling)
        self._files: dict[str, Path] = {}
        self._views: dict[str, str] = {}
        self._named: set[str] = set()
        try:
            self._session = _session(cluster)
        except (PySparkException, RuntimeError, OSError) as error:
            raise EngineError(
                "Spark cannot be reached at {master}: {kind}",
                hint="see that Java 17 is installed and the master runs",
                master=cluster.master, kind=type(error).__name__,
            ) from (error if is_telling else None)  # fmt: skip

    def put(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Make or replace a table from rows."""
        self._types.put(table, columns, rows)
        self._take_over(table)

    def mount(self, table: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make a table over Parquet files."""
        self._types.mount(table, files, columns)
        if files:
            self._forget(table)
            self._show(table, files)
        else:
            self._take_over(table)

    def mount_parts(self, table: str, parts: Sequence[tuple[Path, date | None]], columns: Sequence[str]) -> None:
        """Make a table over Parquet files of which each counts for the days before a day, the last for all."""
        self._types.mount_parts(table, parts, columns)
        self._forget(table)
        frames = [
            self._frame(table, [file]).where(f"day < date '{until.isoformat()}'" if until else "true") for file, until in parts
        ]
        whole = frames[0]
        for frame in frames[1:]:
            whole = whole.unionAll(frame)
        whole.createOrReplaceTempView(self._view(table))
        self._files[table] = parts[0][0]

    def mount_text(self, table: str, file: Path, columns: Mapping[str, str], writing: Writing) -> None:
        """Make a table of a text file, read strictly, once."""
        self._types.mount_text(table, file, columns, writing)
        self._take_over(table)

    def columns_of(self, files: Sequence[Path]) -> list[str]:
        """The names of all columns that any of these Parquet files has, in the order of the alphabet."""
        return self._types.columns_of(files)

    def columns_in_order(self, file: Path) -> list[str]:
        """The names of the columns of a Parquet file, as they stand in it."""
        return self._types.columns_in_order(file)

    def columns(self, table: str) -> list[str]:
        """The names of the columns of a table, in order."""
        return self._types.columns(table)

    def name(self, model: Model) -> None:
        """Give a model's select the name of its table: it is worked out each time somebody reads it."""
        self._forget(model.table)
        self._views[model.table] = model.sql
        self._types.name(model)

    def make(self, model: Model, as_of: date) -> None:
        """Make or replace a model's table, or its view."""
        if model.is_view:
            self.name(model)
            return
        file = self._written(model, as_of)
        self._forget(model.table)
        self._files[model.table] = file
        self._show(model.table, [file])

    def add(self, model: Model, as_of: date) -> None:
        """Add the rows of a model's select to its table, which is there."""
        more = self._written(replace(model, table=f"{model.table}_more"), as_of)
        before = self._files[model.table]
        for part in sorted(more.glob("*.parquet")):
            part.rename(before / f"more-{more.name}-{part.name}")
        self._types.drop(f"{model.table}_more")
        self._show(model.table, [before])

    def read(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of a query as dicts."""
        return [row.asDict() for row in self._collected(self._select(sql, parameters))]

    def save(self, table: str, file: Path) -> None:
        """Give a table's files another name beside them, then make sure that they are on the disk."""
        if table not in self._files or self._files[table].parent != self._folder:
            self.make(Model(table, file, "", "", f"select * from {table}"), date.min)  # noqa: S608  a table of our own
        faults.point("lake.write")
        _link(self._files[table], file)
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

    def _written(self, model: Model, as_of: date) -> Path:
        """The rows of a model's select as a new folder of Parquet files; its columns are of the types that DuckDB gives them."""
        self._types.shape(model, as_of)
        frame = self._select(model.sql, {"as_of": as_of} if model.needs_as_of else {})
        kinds = self._types.types(model.table)
        typed = frame.selectExpr(*(f"cast({quoted(name)} as {type_of(kind)}) as {quoted(name)}" for name, kind in kinds.items()))
        file = self._folder / f"{model.table}-{next(self._writes)}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            typed.write.parquet(str(file))
        except PySparkException as error:
            raise self._stopped(error) from (error if self._is_telling else None)
        return file

    def _take_over(self, table: str) -> None:
        """Show Spark a table that the embedded engine holds."""
        folder = self._folder / f"{table}-{next(self._writes)}.parquet"
        self._types.save(table, folder / "rows.parquet")
        self._forget(table)
        self._files[table] = folder
        self._show(table, [folder])

    def _forget(self, table: str) -> None:
        """Forget what a name stood for, and the views that may read it."""
        self._files.pop(table, None)
        is_known = table in self._named or self._views.pop(table, None) is not None
        if is_known:
            self._named -= self._views.keys() | {table}

    def _show(self, table: str, files: Sequence[Path]) -> None:
        self._frame(table, files).createOrReplaceTempView(self._view(table))
        self._named.add(table)

    def _frame(self, table: str, files: Sequence[Path]) -> DataFrame:
        """Parquet files as Spark reads them; a file without a column that the table has is NULL there."""
        kinds = self._types.types(table)
        schema = ", ".join(f"{quoted(name)} {type_of(kind)}" for name, kind in kinds.items())
        return self._session.read.schema(schema).parquet(*(str(file) for file in files))

    def _view(self, table: str) -> str:
        return f"e{self._number}_{table.replace('.', '_')}"

    def _select(self, sql: str, parameters: Mapping[str, object]) -> DataFrame:
        """A query in Spark's own words."""
        for table in sorted(tables_of(sql)):
            self._resolve(table)
        try:
            return self._session.sql(spell(sql, self._view, parameters))
        except PySparkException as error:
            raise self._stopped(error) from (error if self._is_telling else None)

    def _resolve(self, table: str) -> None:
        """See that Spark knows a view; views are spelled for it only when somebody reads them."""
        if table in self._views and table not in self._named:
            self._select(self._views[table], {}).createOrReplaceTempView(self._view(table))
            self._named.add(table)

    def _collected(self, frame: DataFrame) -> list[Any]:
        try:
            return frame.collect()
        except PySparkException as error:
            raise self._stopped(error) from (error if self._is_telling else None)

    @staticmethod
    def _stopped(error: PySparkException) -> EngineError:
        kind = error.getCondition() or type(error).__name__
        return EngineError("the engine stopped: {kind}", kind=kind)


def _session(cluster: Cluster) -> SparkSession:
    """The session of this process, begun when there is none."""
    builder = SparkSession.builder.appName("opsengine")
    if cluster.master.startswith(_REMOTE):
        builder = builder.remote(cluster.master)
    else:
        builder = builder.master(cluster.master)
        for name, value in (_STARTING | {"spark.sql.warehouse.dir": str(cluster.folder)}).items():
            builder = builder.config(name, value)
    for name, value in cluster.options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    for name, value in _ALWAYS.items():
        session.conf.set(name, value)
    return session


def _link(folder: Path, target: Path) -> None:
    """The Parquet files of a folder in another one: a second name for each, or a copy where the disk knows no such thing."""
    for part in sorted(folder.rglob("*.parquet")):
        new = target / part.relative_to(folder)
        new.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(part, new)
        except OSError:
            shutil.copyfile(part, new)
        with new.open("rb") as written:
            os.fsync(written.fileno())
