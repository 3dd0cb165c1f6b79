"""The state as a SQLite file: the only file that speaks to sqlite3, but for the shape of its rows.

Every commit is on the disk before it is acknowledged (`synchronous=FULL`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from opsengine import faults
from opsengine.errors import EngineError, Locked, UserError, disk_is_full, disk_refused
from opsengine.state.line import Refused, Value

_MIGRATIONS = ("schema.sql", "tasks.sql", "benefits.sql", "delivery.sql", "monitor.sql")
"""Applied in this order; the database's `user_version` says how many it has had. Never edited, only added to."""
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)
"""What SQLite says on a full disk: for its file, and for the shared index of its log."""
_BUSY_SECONDS = 5
"""How long we wait for a reader that is in the way."""


class SqliteLine:
    """An open SQLite database."""

    is_shared: ClassVar[bool] = False

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def begin(self) -> None:
        """See `Line`."""
        self.run("BEGIN IMMEDIATE")

    def run(self, statement: str, values: Sequence[Value] = ()) -> int:
        """See `Line`."""
        with _translated():
            return self._connection.execute(statement, values).rowcount

    def run_many(self, statement: str, rows: Iterable[Sequence[Value]]) -> None:
        """See `Line`."""
        with _translated():
            self._connection.executemany(statement, rows)

    def read(self, query: str, values: Sequence[Value] = ()) -> list[sqlite3.Row]:
        """See `Line`."""
        with _translated():
            rows: list[sqlite3.Row] = self._connection.execute(query, values).fetchall()
        return rows

    def stream(self, query: str, values: Sequence[Value] = ()) -> Iterator[sqlite3.Row]:
        """See `Line`."""
        with _translated():
            yield from self._connection.execute(query, values)

    def undo(self, savepoint: str) -> None:
        """See `Line`. A full disk has already done it for us, and must not be hidden by a second error."""
        if not self._connection.in_transaction:
            return
        if savepoint:
            self._connection.execute(f"ROLLBACK TO {savepoint}")
            self._connection.execute(f"RELEASE {savepoint}")
        else:
            self._connection.execute("ROLLBACK")

    @contextmanager
    def unruled(self, tables: Sequence[str]) -> Iterator[None]:
        """See `Line`."""
        found = self.read("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        rules = [row for row in found if row["tbl_name"] in tables]
        for rule in rules:
            self.run(f"DROP TRIGGER {rule['name']}")
        yield
        for rule in rules:
            self.run(rule["sql"])

    def damage(self, table: str) -> str:
        """See `Line`."""
        found = [str(row[0]) for row in self.read(f"PRAGMA integrity_check('{table}')")]
        return "" if found == ["ok"] else found[0]

    def close(self) -> None:
        """See `Line`."""
        self._connection.close()


def open_file(file: Path) -> SqliteLine:
    """The database at `file` for reading and writing, made when it does not exist. Raises EngineError, UserError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with _translated():
        connection = _connect(str(file))
        connection.execute(f"PRAGMA journal_mode = {storage()[1]}")
        _migrate(connection, str(file))
    return SqliteLine(connection)


def read_file(file: Path) -> SqliteLine:
    """The database at `file` for reading only; an empty one when there is none yet. Raises EngineError, UserError."""
    with _translated():
        connection = _connect(str(file) if file.exists() else ":memory:")
        if _version(connection, str(file)) < len(_MIGRATIONS):  # not there, just being made, or of an older opsengine
            connection = _brought_up_to_date(connection, str(file))
        connection.execute("PRAGMA query_only = ON")
    return SqliteLine(connection)


def nothing() -> SqliteLine:
    """A state in which nothing has happened yet, for reading only."""
    connection = _connect(":memory:")
    _migrate(connection, ":memory:")
    connection.execute("PRAGMA query_only = ON")
    return SqliteLine(connection)


def storage() -> tuple[str, str]:
    """The version of this machine's SQLite, and the journal it can be trusted with: `WAL` or `DELETE`."""
    return sqlite3.sqlite_version, "WAL" if has_wal_fix(sqlite3.sqlite_version_info) else "DELETE"


def has_wal_fix(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is free of the race that can lose a commit when a write-ahead log is reset."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)

def _connect(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=_BUSY_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    for pragma in (
        "synchronous = FULL",
        "fullfsync = ON",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # else `replace` would delete rows without asking the triggers
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "cache_size = -65536",  # KiB: a large transaction stays in memory until it is committed
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _brought_up_to_date(connection: sqlite3.Connection, shown: str) -> sqlite3.Connection:
    """A copy in memory with today's schema: a reader never changes the file."""
    copy = _connect(":memory:")
    if _version(connection, shown):
        connection.backup(copy)
    connection.close()
    _migrate(copy, shown)
    return copy


def _migrate(connection: sqlite3.Connection, shown: str) -> None:
    """Bring the schema up to date, each step in a transaction of its own."""
    version = _version(connection, shown)
    for number, name in enumerate(_MIGRATIONS[version:], start=version + 1):
        script = Path(__file__).with_name(name).read_text(encoding="utf-8")
        faults.point("state.migrate")
        connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")


def _version(connection: sqlite3.Connection, shown: str) -> int:
    """How many migrations the database has had. Raises UserError when they are more than we know."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(_MIGRATIONS):
        raise UserError("{file} was made by a newer opsengine", hint="upgrade opsengine", file=shown)
    return version


@contextmanager
def _translated() -> Iterator[None]:
    """Say what SQLite says in the words of our own family of errors."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise Refused("the state database refused a change: {reason}", reason=str(error)) from error
    except sqlite3.OperationalError as error:
        if _is_busy(error):
            raise Locked("the state database is busy", hint="wait for the other command to end, then try again") from error
        if _code(error) in _NO_ROOM:
            raise disk_is_full(str(error)) from error
        if _code(error) & 0xFF == sqlite3.SQLITE_IOERR:
            raise disk_refused(str(error)) from error
        raise EngineError("the state database failed: {reason}", reason=str(error)) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # a damaged file may break even SQLite's own complaint
        raise EngineError("the state database is damaged: {reason}", reason=str(error)) from error


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return _code(error) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _code(error: sqlite3.OperationalError) -> int:
    """SQLite's own number of what happened, with its details; Python's own complaints carry none."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code
