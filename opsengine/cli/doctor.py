"""`opsengine doctor`: is this machine, and this project, in a state to be trusted?"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsengine.cli.check import Check, Verdict
from opsengine.cli.frame import Session, framed
from opsengine.cli.posting import delivery, knock_at_mail_server
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.errors import Exit, Field, InvalidFiles, OpsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opsengine.state import Backup

FLOORS = {(3, 11): 15, (3, 12): 13, (3, 13): 12, (3, 14): 3}
"""The first release of each Python without the mail-header vulnerabilities CVE-2024-6923 and CVE-2026-1299."""
GIGABYTE = 10**9
LEAST_FREE = GIGABYTE
"""A run copies what it reads, builds tables and keeps what it sends."""
CLOCK_AHEAD = timedelta(days=35)
"""Even a monthly report runs more often."""


_CHECKS = {
    "python": "Python", "state": "state database", "time zones": "time zones", "project": "project", "folder": "folder",
    "settings": "settings", "lock": "lock", "files": "files", "mail": "mail server", "clock": "clock", "space": "free space",
    "delivery": "delivery", "chats": "chats", "heartbeat": "heartbeat", "ledger": "ledger", "shared state": "shared state",
    "backups": "backups",
}  # fmt: skip
_VERDICTS = {"good": "good", "warning": "warning", "trouble": "trouble"}


@click.command("doctor", cls=Command)
@option("--network", "is_online", is_flag=True, help="Also knock at the mail server. Nothing is sent.")
@framed
def command(session: Session, is_online: bool) -> Exit:
    """Check this machine and this project.

    Without --network nothing leaves this machine.
    """
    checks = [*_machine(), *_project(session), *(knock_at_mail_server(session) if is_online else ())]
    told = [check.as_json(session.words) for check in checks]
    is_well = all(check.verdict is not Verdict.TROUBLE for check in checks)
    rows = [list(line.values()) for line in told]
    columns = {"check": "check", "verdict": "verdict", "message": "what was found", "hint": "what to do"}
    session.show({"ok": is_well, "checks": told}, Table(columns, rows, said={"check": _CHECKS, "verdict": _VERDICTS}))
    return Exit.SUCCESS if is_well else Exit.FINDINGS


def _machine() -> Iterator[Check]:
    version = sys.version_info
    shown = {"version": f"{version.major}.{version.minor}.{version.micro}"}
    floor = FLOORS.get(version[:2])
    if floor is not None and version.micro < floor:
        wanted = shown | {"wanted": f"{version.major}.{version.minor}.{floor}"}
        hint = "upgrade to Python {wanted} or newer; meanwhile we check every header ourselves"
        yield Check("python", Verdict.WARNING, "Python {version} has known weaknesses in mail headers", hint, wanted)
    else:
        yield Check("python", Verdict.GOOD, "Python {version}", fields=shown)
    yield _sqlite()
    yield _zones()


def _sqlite() -> Check:
    from opsengine.state import storage

    version, journal = storage()
    fields = {"version": version, "journal": journal}
    text = "SQLite {version}, journal {journal}, every commit synced to the disk"
    return Check("state", Verdict.GOOD, text, fields=fields)


def _zones() -> Check:
    from importlib.metadata import version
    from zoneinfo import available_timezones

    if "Asia/Shanghai" in available_timezones():
        return Check("time zones", Verdict.GOOD, "zone data {version}", fields={"version": version("tzdata")})
    return Check("time zones", Verdict.TROUBLE, "no zone data on this machine", "install the package tzdata")


def _project(session: Session) -> Iterator[Check]:
    try:
        root = session.project.root
    except OpsError as error:
        yield Check("project", Verdict.WARNING, error.text, error.hint, error.fields)
        return
    folder = _writable(root)
    yield folder
    yield _settings(session)
    yield _space(root)
    if folder.verdict is Verdict.GOOD:
        shared = _shared_state(session)
        yield from shared
        if all(check.verdict is Verdict.GOOD for check in shared):
            yield _lock(session)
            yield _clock(session)
            yield _ledger(session)
            yield from _backups(session)
    yield from _files(session)
    try:
        yield from delivery(session)
    except InvalidFiles:
        return  # said above


def _writable(root: Path) -> Check:
    if os.access(root, os.W_OK | os.X_OK):
        return Check("folder", Verdict.GOOD, "{folder} can be written", fields={"folder": str(root)})
    return Check("folder", Verdict.TROUBLE, "{folder} cannot be written", "change its permissions", {"folder": str(root)})


def _space(root: Path) -> Check:
    free = shutil.disk_usage(root).free
    fields = {"free": f"{free / GIGABYTE:.1f}", "wanted": f"{LEAST_FREE / GIGABYTE:.0f}"}
    if free >= LEAST_FREE:
        return Check("space", Verdict.GOOD, "{free} GB are free", fields=fields)
    return Check("space", Verdict.WARNING, "only {free} GB are free", "make room: a run wants {wanted} GB", fields)


def _clock(session: Session) -> Check:
    """Against the last run: a clock that was set back, or far ahead, makes periods due that are not."""
    from opsengine.report import BACK
    from opsengine.state import Runs, read_state

    with read_state(session.desk.where) as state:
        run = Runs(state).last()
    last = datetime.fromisoformat(run.started_at) if run else None
    fields = {"now": session.now.isoformat(timespec="seconds"), "last": last.isoformat() if last else "–"}
    if last and session.now < last - BACK:
        text = "it is {now}, and the last run was at {last}"
        return Check("clock", Verdict.TROUBLE, text, "set the clock of this machine", fields)
    if last and session.now > last + CLOCK_AHEAD:
        text = "it is {now}, and the last run was at {last}: long ago"
        return Check("clock", Verdict.WARNING, text, "look at the clock, and at whatever starts `opsengine report`", fields)
    return Check("clock", Verdict.GOOD, "it is {now}", fields=fields)


def _ledger(session: Session) -> Check:
    from opsengine.state import Ledger, read_state

    try:
        with read_state(session.desk.where) as state:
            found = Ledger(state).verify()
    except OpsError as error:
        return Check("ledger", Verdict.TROUBLE, error.text, error.hint or "restore state.db from a backup", error.fields)
    fields: dict[str, Field] = {"count": found.entries, "difference": found.first_difference or ""}
    if found.ok:
        return Check("ledger", Verdict.GOOD, "{count} entries, as they were written", fields=fields)
    text = "the ledger is not what was written: {difference}"
    return Check("ledger", Verdict.TROUBLE, text, "restore state.db from a backup", fields)


def _backups(session: Session) -> Iterator[Check]:
    """Whether there is a copy of the state that could be put back; the newest is opened, and its ledger verified.

    Nothing where the state is on a server: its copies are that server's business.
    """
    from opsengine.state import backups

    if isinstance(session.desk.where, Path):
        yield _newest_backup(session, backups(session.desk.where))


def _newest_backup(session: Session, found: Sequence[Backup]) -> Check:
    from opsengine.state import Ledger, read_state

    if not found:
        return Check("backups", Verdict.GOOD, "no copy of state.db yet: every run that sends or grants makes one")
    newest = found[0]
    fields: dict[str, Field] = {"count": len(found), "at": newest.at, "file": session.project.shown(newest.file)}
    try:
        with read_state(newest.file) as state:
            is_sound = Ledger(state).verify().ok
    except OpsError:
        is_sound = False
    if is_sound:
        return Check("backups", Verdict.GOOD, "{count} copies of state.db, the newest of {at}", fields=fields)
    return Check("backups", Verdict.TROUBLE, "{file} cannot be read", "delete it; the next run makes another", fields)


def _settings(session: Session) -> Check:
    try:
        settings = session.settings
    except InvalidFiles as error:
        text = "opsengine.yaml is not understood: {reason}"
        reason = session.words.problem(error.problems[0])
        return Check("settings", Verdict.TROUBLE, text, "run `opsengine validate`", {"reason": reason})
    fields = {"zone": settings.time_zone, "day": session.as_of.isoformat()}
    return Check("settings", Verdict.GOOD, "days end in {zone}; the last complete one is {day}", fields=fields)


def _shared_state(session: Session) -> list[Check]:
    """Whether the server that keeps the state answers; nothing where this host keeps it for itself."""
    from opsengine.state import Server, read_state

    try:
        where = session.desk.where
        if not isinstance(where, Server):
            return []
        with read_state(where):
            return [Check("shared state", Verdict.GOOD, "{place} answers", fields={"place": str(where)})]
    except InvalidFiles:
        return []  # said where the settings are looked at
    except OpsError as error:
        return [Check("shared state", Verdict.TROUBLE, error.text, error.hint, error.fields)]


def _lock(session: Session) -> Check:
    from opsengine.state import Server, lock, open_state

    try:
        with lock(session.project.home, session.now), ExitStack() as stack:
            if isinstance(session.desk.where, Server):
                stack.enter_context(open_state(session.desk.where))
            return Check("lock", Verdict.GOOD, "no run is at work here")
    except OpsError as error:
        return Check("lock", Verdict.WARNING, error.text, error.hint, error.fields)


def _files(session: Session) -> Iterator[Check]:
    from opsengine.cli.validating import problems_of

    problems = problems_of(session)
    if problems:
        text = "{count} problems in files that a person wrote"
        yield Check("files", Verdict.TROUBLE, text, "run `opsengine validate`", {"count": len(problems)})
    else:
        yield Check("files", Verdict.GOOD, "every file is understood, every template compiles")
