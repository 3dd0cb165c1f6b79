"""The state on a PostgreSQL server that several hosts share: the only file that speaks to SQLAlchemy.

Who works holds the server's advisory lock in the very session that writes, and never connects again: when the connection breaks,
the lock is gone and so is the way to write, and nothing is sent that was not committed before. Every transaction also looks whether
the turn is still this worker's, so that a lock lost behind a go-between is noticed as well.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import URL, Connection, CursorResult, NullPool, TextClause, create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from opsengine import faults
from opsengine.errors import DiskFailed, EngineError, Locked, UserError, disk_is_full
from opsengine.state.line import NamedRow, Refused, Value
from opsengine.state.server import Server

_STEPS = (("tables.sql", "rules.sql"),)
"""Applied in this order; `state_step` says how many a schema has had. Never edited, only added to."""
_BUSY_SECONDS = 5
"""How long we wait for somebody who is in the way."""
_DEAD_SECONDS = 60
"""After so long without an answer both sides hold the other for dead: a host that lost its power lets go of its turn."""
_MARK = re.compile(r"\?(\d*)")
_NO_ROOM = "53100"
"""SQLSTATE: the server's disk is full."""
_BUSY = ("55P03", "40P01", "40001")
"""SQLSTATE: somebody else had a lock for too long, a deadlock, a conflict."""


class PostgresLine:
    """An open session. `turn` is the turn it works in; None for one that only reads."""

    is_shared: ClassVar[bool] = True

    def __init__(self, connection: Connection, turn: int | None = None) -> None:
        self._connection = connection
        self._turn = turn
        self._is_inside = False
        self._is_lost = False

    def begin(self) -> None:
        """See `Line`."""
        self.run("BEGIN")
        self._is_inside = True
        if self._turn is None:
            return
        try:
            found = self.read("SELECT turn, worker, since FROM work_turn WHERE only_row = 1 FOR UPDATE")
        except BaseException:
            self.undo("")
            raise
        if [row[0] for row in found] != [self._turn]:
            self.undo("")
            raise _taken(found)

    def run(self, statement: str, values: Sequence[Value] = ()) -> int:
        """See `Line`."""
        with self._translated():
            touched = self._execute(statement, values).rowcount
            self._is_inside = self._is_inside and statement != "COMMIT"
        return touched

    def run_many(self, statement: str, rows: Iterable[Sequence[Value]]) -> None:
        """See `Line`."""
        with self._translated():
            spoken, named = _spoken(statement), [_named(row) for row in rows]
            if named:
                self._connection.execute(spoken, named)

    def read(self, query: str, values: Sequence[Value] = ()) -> list[NamedRow]:
        """See `Line`."""
        with self._translated():
            result = self._execute(query, values)
            names = tuple(result.keys())
            return [NamedRow.of(names, row) for row in result]

    def stream(self, query: str, values: Sequence[Value] = ()) -> Iterator[NamedRow]:
        """See `Line`."""
        yield from self.read(query, values)

    def undo(self, savepoint: str) -> None:
        """See `Line`. A broken connection has already done it for us, and must not be hidden by a second error."""
        if not self._is_inside or self._is_lost:
            return
        statements = (f"ROLLBACK TO {savepoint}", f"RELEASE {savepoint}") if savepoint else ("ROLLBACK",)
        self._is_inside = bool(savepoint)
        with suppress(SQLAlchemyError):
            for statement in statements:
                self._execute(statement)

    @contextmanager
    def unruled(self, tables: Sequence[str]) -> Iterator[None]:
        """See `Line`. Numbers that the server gives go on after those that came along."""
        for table in tables:
            self.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            self.run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            given = self.read("SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema AND table_name = ?"
                              " AND column_name = 'seq' AND is_identity = 'YES'", (table,))  # fmt: skip
            if given:
                newest = f"(SELECT coalesce(max(seq), 0) FROM {table})"  # noqa: S608  a name of ours
                self.read(f"SELECT setval(pg_get_serial_sequence(?, 'seq'), greatest({newest}, 1), {newest} > 0)", (table,))

    def damage(self, table: str) -> str:
        """See `Line`. The server guards its own pages; whether the rows are as written is the chain's to say."""
        del table
        return ""

    def close(self) -> None:
        """See `Line`. The server lets go of the turn with the session."""
        with suppress(SQLAlchemyError):
            self._connection.invalidate()
            self._connection.close()

    def _execute(self, statement: str, values: Sequence[Value] = ()) -> CursorResult[Any]:
        return self._connection.execute(_spoken(statement), _named(values))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Say what the server says in the words of our own family of errors."""
        if self._is_lost:
            raise EngineError("the connection to the shared state is lost: nothing is written or sent any more", hint=_AGAIN)
        try:
            yield
        except DBAPIError as error:
            self._is_lost = self._is_lost or error.connection_invalidated
            raise _in_our_words(error) from error
        except SQLAlchemyError as error:
            raise EngineError("the shared state failed: {reason}", reason=_first_line(error)) from error


def take_turn(server: Server) -> PostgresLine:
    """A session that works, as the only one of all hosts. Raises Locked, EngineError, UserError."""
    connection = _connect(server, writes=True)
    line = PostgresLine(connection)
    try:
        _lock(line, server)
        _migrate(connection, line, server)
        worker = f"process {os.getpid()} on {platform.node()}"
        (turn,) = line.read(_NEXT_TURN, (worker,))[0]
    except BaseException:
        line.close()
        raise
    return PostgresLine(connection, turn)


_NEXT_TURN = (
    "UPDATE work_turn SET turn = turn + 1, worker = ?,"
    " since = to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24\\:MI\\:SS+00\\:00') RETURNING turn"
)


def _lock(line: PostgresLine, server: Server) -> None:
    """Take the project's lock, never waiting. Raises Locked, UserError."""
    (is_ours,) = line.read("SELECT pg_try_advisory_lock(?)", (_lock_key(server.namespace),))[0]
    step = _step(line, server)
    if not is_ours:
        raise _taken(line.read("SELECT turn, worker, since FROM work_turn") if step else [])
    if not step:
        _check_nothing_is_left_behind(server)


def look_at(server: Server) -> PostgresLine | None:
    """A session that only reads; None when nobody has written there yet. Raises EngineError, UserError."""
    line = PostgresLine(_connect(server, writes=False))
    try:
        step = _step(line, server)
    except BaseException:
        line.close()
        raise
    if 0 < step < len(_STEPS):
        line.close()
        hint = "run a command that writes, such as `opsengine report`, once"
        raise UserError("{place} was made by an older opsengine", hint=hint, place=str(server))
    if not step:
        line.close()
        _check_nothing_is_left_behind(server)
    return line if step else None


def _connect(server: Server, *, writes: bool) -> Connection:
    engine = create_engine(
        URL.create(
            "postgresql+psycopg", server.user or None, server.password.reveal() if server.password else None,
            server.host or None, server.port, server.database or None,
        ),
        poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=_manners(server, writes=writes), hide_parameters=True,
    )  # fmt: skip
    faults.point("state.connect")
    try:
        return engine.connect()
    except DBAPIError as error:
        hint = "check `state` in opsengine.yaml, the password, and whether the server is up"
        fields = {"place": str(server), "reason": _first_line(error)}
        raise EngineError("the shared state at {place} is not reached: {reason}", hint=hint, **fields) from None


def _manners(server: Server, *, writes: bool) -> Mapping[str, Any]:
    """How we connect: encrypted to other machines, one zone and order of texts, and both sides notice when the other is dead."""
    idle, interval, count = _DEAD_SECONDS // 2, _DEAD_SECONDS // 6, 3
    session = {
        "search_path": server.namespace, "timezone": "UTC", "lock_timeout": f"{_BUSY_SECONDS}s", "statement_timeout": 0,
        "idle_in_transaction_session_timeout": 0, "idle_session_timeout": 0, "synchronous_commit": "on",
        "default_transaction_read_only": "off" if writes else "on",
        "tcp_keepalives_idle": idle, "tcp_keepalives_interval": interval, "tcp_keepalives_count": count,
    }  # fmt: skip
    encrypted = {"sslmode": "prefer"} if server.is_plain else {"sslmode": "verify-full", "sslrootcert": server.ca_file or "system"}
    return {
        **encrypted, "connect_timeout": _BUSY_SECONDS, "application_name": "opsengine", "keepalives_idle": idle,
        "keepalives_interval": interval, "keepalives_count": count, "tcp_user_timeout": _DEAD_SECONDS * 1000,
        "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
    }  # fmt: skip


def _migrate(connection: Connection, line: PostgresLine, server: Server) -> None:
    """Bring the schema up to date, each step in a transaction of its own. The caller has the lock."""
    step = _step(line, server)
    spoken = connection.connection.driver_connection
    if spoken is None:
        raise EngineError("the connection to the shared state is lost: nothing is written or sent any more", hint=_AGAIN)
    for number, names in enumerate(_STEPS[step:], start=step + 1):
        scripts = "\n".join((Path(__file__).with_name("shared") / name).read_text(encoding="utf-8") for name in names)
        faults.point("state.migrate")
        with _saying():
            spoken.execute(
                f"BEGIN; CREATE SCHEMA IF NOT EXISTS {server.namespace};\n{scripts}\nUPDATE state_step SET step = {number}; COMMIT"
            )


def _step(line: PostgresLine, server: Server) -> int:
    """How many steps the schema has had; 0 when it is not there. Raises UserError when they are more than we know."""
    (table,) = line.read("SELECT to_regclass(?)", (f"{server.namespace}.state_step",))[0]
    step = line.read("SELECT step FROM state_step")[0][0] if table else 0
    if step > len(_STEPS):
        raise UserError("{file} was made by a newer opsengine", hint="upgrade opsengine", file=str(server))
    return int(step)


def _check_nothing_is_left_behind(server: Server) -> None:
    """Whoever begins anew with an empty state sends everything again: what this host kept for itself has to come along."""
    if server.file_before is not None and server.file_before.exists():
        raise UserError(
            "the state of this project is in {file}, and there is none yet at {place}",
            hint="run `opsengine state move` to bring it along",
            file=str(server.file_before),
            place=str(server),
        )


@contextmanager
def _saying() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if not hasattr(error, "sqlstate"):
            raise
        raise EngineError("the shared state failed: {reason}", reason=_first_line(error)) from error


def _taken(found: Sequence[NamedRow]) -> Locked:
    """Who works now."""
    worker, since = (found[0]["worker"] or "?", found[0]["since"] or "?") if found else ("?", "?")
    return Locked(
        "another run is at work on this project: {worker}, since {since}",
        hint="wait for it to end; its turn goes away with its process, or a minute after its host",
        worker=worker,
        since=since,
    )


def _in_our_words(error: DBAPIError) -> Refused | Locked | DiskFailed | EngineError:
    reason = _first_line(error.orig or error)
    if getattr(error.orig, "sqlstate", "") == _NO_ROOM:
        return disk_is_full(reason)
    if error.connection_invalidated:
        text = "the connection to the shared state is lost: nothing is written or sent any more"
        return EngineError(text, hint=_AGAIN)
    if isinstance(error, IntegrityError):
        return Refused("the state database refused a change: {reason}", reason=reason)
    if isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") in _BUSY:
        return Locked("the state database is busy", hint="wait for the other command to end, then try again")
    return EngineError("the shared state failed: {reason}", reason=reason)


_AGAIN = "run the command again: what was on its way is settled first"


def _first_line(error: BaseException) -> str:
    """What the server said, without the statement and the values that stood in it."""
    said = getattr(getattr(error, "diag", None), "message_primary", None) or str(getattr(error, "orig", None) or error)
    return str(said).partition("\n")[0]


def _lock_key(namespace: str) -> int:
    """The number of a project's lock within its database: 63 bits of what it is."""
    return int.from_bytes(hashlib.sha256(f"opsengine:{namespace}".encode()).digest()[:8]) >> 1


@cache
def _spoken(statement: str) -> TextClause:
    """A statement of ours for the server: numbered marks become names, and SQLite's own words are left out."""
    order = iter(range(1, len(statement)))
    marked = _MARK.sub(lambda mark: f":v{mark[1] or next(order)}", statement.replace(" NOT INDEXED", ""))
    return text(marked)


def _named(values: Sequence[Value]) -> dict[str, Value]:
    """The values by the names of their marks. A text cannot hold a zero byte there, so it shows as what it is: unreadable."""
    return {f"v{number}": _plain(value) for number, value in enumerate(values, start=1)}


def _plain(value: Value) -> Value:
    """Amounts are whole: the server would round a half where it should refuse it."""
    if isinstance(value, float):
        raise Refused("the state database refused a change: {reason}", reason=f"{value} is no whole number")
    return value.replace("\x00", "\ufffd") if isinstance(value, str) else value
