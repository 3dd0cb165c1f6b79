"""One run at a time: an exclusive lock on a project that dies with the process that holds it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from opsengine.errors import Locked
from opsengine.state.times import instant

_NAME = "lock"


@contextmanager
def lock(home: Path, now: datetime) -> Iterator[None]:
    """Hold the project whose `.opsengine` folder is `home`; never waits.

    Raises Locked, naming the process that holds it and since when.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / _NAME).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _locked(home / _NAME) from None
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()} {instant(now)}\n")
        file.flush()
        yield


def _locked(file: Path) -> Locked:
    """Who holds the lock; the file may be read while its holder is still writing it."""
    pid, _, since = file.read_text(encoding="utf-8").strip().partition(" ")
    return Locked(
        "another run is at work here: process {pid}, since {since}",
        hint="wait for it to end; the lock goes away with the process, so never delete the file",
        pid=pid or "?",
        since=since or "?",
    )
