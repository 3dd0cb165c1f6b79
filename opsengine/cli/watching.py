"""`opsengine import --watch`: looks at folders again and again, and reads what is new and no longer growing."""

from __future__ import annotations

import dataclasses
import json
import os
import select
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from opsengine.cli.frame import SCHEMA_VERSION, Form, Session
from opsengine.errors import Exit, Locked, UserError

if TYPE_CHECKING:
    from opsengine.sources import ImportRecord, ImportReport

Marks = Mapping[Path, tuple[int, int]]
"""Each file with its size and the moment of its last change."""


def watch_folders(session: Session, paths: Sequence[Path], account: str | None, pause: float) -> Exit:
    """Read what comes into these folders, or into those of the project, until SIGINT or SIGTERM; then 0.

    A file is read once it looks the same twice: one that still grows is left for the next round. With `--format json` each file
    that was read is one line of JSON on stdout. Raises UserError when there is no folder to watch.
    """
    from opsengine.pipeline import drop_folders

    folders = list(paths) or drop_folders(session.desk)
    if not folders:
        raise UserError("there is no folder to watch", hint="make data/, or name a folder")
    read: Marks = {}
    seen: Marks = {}
    with stoppable() as stopped:
        if session.is_for_people:
            session.say("watching {folders}; stop with Ctrl-C", folders=session.words.listed(folders))
        while not stopped.is_set():
            now = _marks(session, folders)
            fresh = {file for file, mark in now.items() if read.get(file) != mark}
            is_steady = all(seen.get(file) == now[file] for file in fresh)
            seen = now
            if fresh and is_steady and (report := _bring_in(session, folders, account)):
                read = now
                for file in report.files:
                    if file.status != "unchanged":
                        _tell(session, file)
            stopped.wait(pause)
    return Exit.SUCCESS


def _bring_in(session: Session, folders: Sequence[Path], account: str | None) -> ImportReport | None:
    """One import; None while another run is at work, so that the next round tries again."""
    from opsengine.pipeline import bring_in

    try:
        return bring_in(dataclasses.replace(session.desk, now=datetime.now(UTC)), folders, account)
    except Locked:
        return None


def _marks(session: Session, folders: Sequence[Path]) -> Marks:
    from opsengine.sources import find_files

    marks: dict[Path, tuple[int, int]] = {}
    for found in find_files(session.project, folders, None):
        try:
            status = found.path.stat()
        except FileNotFoundError:
            continue
        marks[found.path] = (status.st_size, status.st_mtime_ns)
    return marks


def _tell(session: Session, file: ImportRecord) -> None:
    if session.form is Form.JSON:
        click.echo(json.dumps({"schema_version": SCHEMA_VERSION, **file.as_json()}, ensure_ascii=False))
        return
    text = "{file}: {status}, {accepted} of {rows} rows taken in"
    status = session.words(file.status)
    click.echo(session.words(text, file=file.path, status=status, accepted=file.accepted, rows=file.rows))
    for one in file.rejections[:3]:
        session.say("{place}: {reason}", place=file.path, reason=session.words(one.text, **one.fields))


class Stopping(Protocol):
    """Whether to stop, and a pause that ends when it is time to; `threading.Event` is one."""

    def is_set(self) -> bool:
        """Whether it is time to stop."""

    def wait(self, timeout: float) -> bool:
        """Pause for so many seconds, or until it is time to stop; whether it is."""


class _Signalled:
    """A flag that a signal may raise at any moment.

    It is a pipe and no lock: a handler that waits for a lock which the interrupted code holds would wait for ever.
    """

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)

    def set(self) -> None:
        with suppress(BlockingIOError):
            os.write(self._write, b".")

    def is_set(self) -> bool:
        return self.wait(0)

    def wait(self, timeout: float) -> bool:
        return bool(select.select([self._read], [], [], timeout)[0])

    def close(self) -> None:
        os.close(self._read)
        os.close(self._write)


@contextmanager
def stoppable() -> Iterator[Stopping]:
    """What SIGINT and SIGTERM stop: the round at work is finished first."""
    stopped = _Signalled()
    before = {one: signal.signal(one, lambda *_: stopped.set()) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        stopped.close()
