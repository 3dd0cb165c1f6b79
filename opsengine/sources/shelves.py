"""What feeds are pulled from: tables through their drivers, which hand over columns whole, and folders of Parquet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlsplit

from opsengine.errors import DataError, UserError
from opsengine.sources.feed import LOCAL, Feed

if TYPE_CHECKING:
    from opsengine.secret import Secret

_PLAIN = re.compile(r"[0-9T:. +-]+")
"""What a day, a moment or a number is written with: nothing in it ends a text in SQL."""


class Shelf(Protocol):
    """Something that grows; every value is handed over as text, exactly."""

    def newest(self) -> str:
        """The highest watermark; empty when there is no row."""

    def days_since(self, watermark: str) -> dict[str, int]:
        """The days of rows at or beyond a watermark, or of all rows when it is empty, and how many rows each has in all."""

    def rows(self, days: Sequence[str]) -> Any:
        """All rows of these days as an Arrow table of texts under the headers of the feed, in an order of their own."""


def open_shelf(feed: Feed, root: Path, password: Secret | None, zone: str) -> Shelf:
    """The shelf of a feed. Raises UserError when its driver is not installed."""
    try:
        import pyarrow  # noqa: F401, ICN001, PLC0415  only who has feeds pays for it

        if feed.reads == "parquet":
            return _Dataset(feed, root)
        return _Table(feed, _speak_postgresql(feed, password, zone) if feed.reads == "postgresql" else _speak_mysql(feed, password))
    except ImportError as error:
        hint = "run `pip install 'opsengine[feeds]'` in the environment that opsengine runs in"
        raise UserError("feeds need {package}", hint=hint, package=error.name or "pyarrow") from None


class _Speech(Protocol):
    """One way of asking a server."""

    @property
    def quotes(self) -> str:
        """What names stand between."""

    @property
    def text_type(self) -> str:
        """The type of texts."""

    def ask(self, sql: str) -> Any:
        """The answer as an Arrow table."""


@dataclass(frozen=True, slots=True)
class _Postgresql:
    address: str
    zone: str
    quotes: str = '"'
    text_type: str = "TEXT"

    def ask(self, sql: str) -> Any:
        from adbc_driver_postgresql import dbapi  # noqa: PLC0415  as above

        with closing(dbapi.connect(self.address)) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(f"SET TIME ZONE '{self.zone}'")
            cursor.execute(sql)
            return cursor.fetch_arrow_table()


@dataclass(frozen=True, slots=True)
class _Mysql:
    address: str
    quotes: str = "`"
    text_type: str = "CHAR"

    def ask(self, sql: str) -> Any:
        import connectorx  # noqa: PLC0415  as above

        return connectorx.read_sql(self.address, sql, return_type="arrow")


def _speak_postgresql(feed: Feed, password: Secret | None, zone: str) -> _Postgresql:
    import adbc_driver_postgresql  # noqa: F401, PLC0415  as above

    is_here = urlsplit(feed.url).hostname in (*LOCAL, None)
    manner = "sslmode=prefer" if is_here else "sslmode=verify-full&sslrootcert=system"
    return _Postgresql(f"{_with_password(feed.url, password)}?{manner}", zone)


def _speak_mysql(feed: Feed, password: Secret | None) -> _Mysql:
    import connectorx  # noqa: F401, PLC0415  as above

    return _Mysql(_with_password(feed.url, password))


def _with_password(url: str, password: Secret | None) -> str:
    parts = urlsplit(url)
    user, _, place = parts.netloc.rpartition("@")
    who = f"{user}:{quote(password.reveal(), safe='')}@" if password else f"{user}@" if user else ""
    return f"{parts.scheme}://{who}{place}{parts.path}"


class _Table:
    """A table on a server. Names are checked when the feed is read, values here; nothing else is put into a statement."""

    def __init__(self, feed: Feed, speech: _Speech) -> None:
        self._feed, self._speech = feed, speech
        self._table = ".".join(self._name(part) for part in feed.table.split("."))
        self._day = f"CAST({self._name(feed.day)} AS DATE)"

    def newest(self) -> str:
        """See `Shelf`."""
        highest = self._text(f"max({self._name(self._feed.watermark)})")
        return self._first(f"SELECT {highest} AS newest FROM {self._table}", "newest")  # noqa: S608  as below

    def days_since(self, watermark: str) -> dict[str, int]:
        """See `Shelf`."""
        new = f"WHERE {self._name(self._feed.watermark)} >= '{_checked(watermark)}'" if watermark else ""
        among = f"{self._day} IN (SELECT {self._day} FROM {self._table} {new})"  # noqa: S608  names and values are checked
        told = f"{self._text(self._day)} AS told_day, {self._text('count(*)')} AS told"
        counted = f"SELECT {told} FROM {self._table} WHERE {among}"  # noqa: S608  as above
        found = self._ask(f"{counted} GROUP BY {self._day} ORDER BY {self._day}").to_pydict()
        return {day: int(told) for day, told in zip(found["told_day"], found["told"], strict=True)}

    def rows(self, days: Sequence[str]) -> Any:
        """See `Shelf`."""
        named = list(self._feed.columns.values())
        wanted = ", ".join(f"{self._text(self._name(name))} AS c{at}" for at, name in enumerate(named))
        listed = ", ".join(f"'{_checked(day)}'" for day in days)
        order = ", ".join(str(at) for at in range(1, len(named) + 1))
        told = f"SELECT {wanted} FROM {self._table} WHERE {self._day} IN ({listed}) ORDER BY {order}"  # noqa: S608  as above
        return self._ask(told).rename_columns(list(self._feed.columns))

    def _first(self, sql: str, name: str) -> str:
        (value,) = self._ask(sql).to_pydict()[name]
        return value or ""

    def _ask(self, sql: str) -> Any:
        try:
            return self._speech.ask(sql)
        except Exception as error:  # noqa: BLE001  drivers of two makers share no family of errors
            raise DataError(
                "{table} cannot be read: {reason}",
                hint="check its address, its names and what the user may read",
                table=self._feed.table,
                reason=type(error).__name__,
            ) from None

    def _name(self, name: str) -> str:
        return f"{self._speech.quotes}{name}{self._speech.quotes}"

    def _text(self, value: str) -> str:
        return f"CAST({value} AS {self._speech.text_type})"


class _Dataset:
    """A folder of Parquet files; columns may stand in the names of its folders: `day=2026-06-21/`."""

    def __init__(self, feed: Feed, root: Path) -> None:
        from pyarrow import dataset  # noqa: PLC0415  as above

        folder = root / feed.folder
        if not folder.is_dir():
            raise DataError("there is no folder {folder}", hint="check `folder` in the feed", folder=feed.folder)
        self._feed = feed
        self._data = dataset.dataset(folder, format="parquet", partitioning="hive")

    def newest(self) -> str:
        """See `Shelf`."""
        import pyarrow.compute as pc  # noqa: PLC0415  as above

        found = pc.max(self._data.to_table(columns=[self._feed.watermark])[self._feed.watermark]).as_py()
        return "" if found is None else str(found)

    def days_since(self, watermark: str) -> dict[str, int]:
        """See `Shelf`."""
        import pyarrow as pa  # noqa: PLC0415  as above

        kind = self._data.schema.field(self._feed.watermark).type
        new = self._field(self._feed.watermark) >= pa.scalar(_checked(watermark)).cast(kind) if watermark else None
        days = self._data.to_table(columns={"day": self._day()}, filter=new)["day"].unique()
        told = self._data.to_table(columns={"day": self._day()}, filter=self._day().isin(days)).group_by("day")
        return {line["day"]: line["day_count"] for line in told.aggregate([("day", "count")]).sort_by("day").to_pylist()}

    def rows(self, days: Sequence[str]) -> Any:
        """See `Shelf`."""
        import pyarrow as pa  # noqa: PLC0415  as above

        wanted: Mapping[str, Any] = {header: self._field(name).cast(pa.string()) for header, name in self._feed.columns.items()}
        told = self._data.to_table(columns=dict(wanted), filter=self._day().isin(list(days)))
        return told.sort_by([(header, "ascending") for header in wanted])

    def _day(self) -> Any:
        import pyarrow as pa  # noqa: PLC0415  as above

        return self._field(self._feed.day).cast(pa.date32()).cast(pa.string())

    def _field(self, name: str) -> Any:
        import pyarrow.compute as pc  # noqa: PLC0415  as above

        return pc.field(name)


def _checked(value: str) -> str:
    """A day, a moment or a number, as it is. Raises DataError for anything else."""
    if not _PLAIN.fullmatch(value):
        raise DataError("{value} is neither a moment nor a number", hint="name another column as `watermark` or `day`", value=value)
    return value
