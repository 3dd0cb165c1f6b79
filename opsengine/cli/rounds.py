"""Round after round of watching: one at the start, one for each change of a file, and one now and then for the clock."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.errors import InvalidFiles, Locked, OpsError

if TYPE_CHECKING:
    from opsengine.cli.frame import Session
    from opsengine.cli.watching import Stopping
    from opsengine.desk import Desk
    from opsengine.monitor import Sight
    from opsengine.vigil import Round

Marks = dict[Path, tuple[int, int]]
"""Each file with its size and the moment of its last change."""
DECLARED = ("alerts", "goals", "playbook", "rewards", "scorecards", "metrics")
LONGEST_REST = 300.0
"""Seconds after which a round is made without any news: quiet hours end, and what is kept for a while is over."""
REST = 20
"""A round without news comes no sooner than after so many times what the last one took."""


@dataclasses.dataclass(frozen=True, slots=True)
class Turn:
    """One round, how it went, and what it cost."""

    desk: Desk
    done: Round | None
    """None when no round could be made; `refused` says why."""
    refused: OpsError | None
    cpu_seconds: float


Sighting = Callable[["Desk", date], "Sight"]
"""Who wants to see the new numbers of a round as soon as they are counted; asked when the round begins."""


def turns(session: Session, pause: float, stopped: Stopping, sighting: Sighting | None = None) -> Iterator[Turn]:
    """A turn for each reason there is, until `stopped` is set. A file is read once it looks the same twice.

    While another run holds the project's lock, the turn is made a little later.
    """
    done: Marks | None = None
    seen: Marks = {}
    due = 0.0
    while not stopped.is_set():
        now = _marks(session)
        has_news = done is None or (now != done and seen == now)
        seen = now
        if has_news or time.monotonic() >= due:
            began = time.monotonic()
            turn = _turn(session, sighting)
            if turn is not None:
                done = seen = _marks(session)
                due = time.monotonic() + max(LONGEST_REST, REST * (time.monotonic() - began))
                yield turn
        stopped.wait(pause)


def reasons(session: Session, turn: Turn) -> list[str]:
    """Why there was no round, a line each."""
    if isinstance(turn.refused, InvalidFiles):
        return [f"{one.place.file}: {session.words.problem(one)}" for one in turn.refused.problems]
    return [session.words.error(turn.refused)] if turn.refused else []


def _turn(session: Session, sighting: Sighting | None) -> Turn | None:
    from opsengine.monitor import unseen
    from opsengine.vigil import keep_watch

    now = datetime.now(UTC)
    as_of = session.given_day or now.astimezone(session.settings.zone).date() - timedelta(days=1)
    desk = dataclasses.replace(session.desk, now=now)
    cpu = time.process_time()
    try:
        done = keep_watch(desk, as_of, sight=sighting(desk, as_of) if sighting else unseen)
    except Locked:
        return None
    except OpsError as refused:
        return Turn(desk, None, refused, time.process_time() - cpu)
    return Turn(desk, done, None, time.process_time() - cpu)


def _marks(session: Session) -> Marks:
    """What every file looks like that a round depends on."""
    from opsengine.monitor import files_of_tests
    from opsengine.pipeline import drop_folders

    project = session.project
    files = [file for folder in drop_folders(session.desk) for file in folder.rglob("*") if file.is_file()]
    files += [file for name in DECLARED for file in project.files(name)]
    files += files_of_tests(project)
    files += [project.accounts_file, project.aliases_file, project.state_file]
    files += [project.root / name for name in ("monitor.yaml", "ramp.yaml")]
    marks: Marks = {}
    for file in files:
        try:
            status = file.stat()
        except OSError:
            continue
        marks[file] = (status.st_size, status.st_mtime_ns)
    return marks
