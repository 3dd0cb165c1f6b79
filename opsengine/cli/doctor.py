"""`opsengine doctor`: is this machine, and this project, in a state to be trusted?"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsengine.cli.frame import Session, framed
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.errors import Exit, Field, InvalidFiles, OpsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opsengine.words import Words

FLOORS = {(3, 11): 15, (3, 12): 13, (3, 13): 12, (3, 14): 3}
"""The first release of each Python without the mail-header vulnerabilities CVE-2024-6923 and CVE-2026-1299."""


class Verdict(StrEnum):
    """What a check found."""

    GOOD = "good"
    WARNING = "warning"
    TROUBLE = "trouble"


_CHECKS = {
    "python": "Python", "state": "state database", "time zones": "time zones", "project": "project", "folder": "folder",
    "settings": "settings", "lock": "lock", "files": "files", "mail": "mail server",
}  # fmt: skip
_VERDICTS = {"good": "good", "warning": "warning", "trouble": "trouble"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; text and hint are sentences with named gaps."""

    name: str
    verdict: Verdict
    text: str
    hint: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)

    def as_json(self, words: Words) -> dict[str, str]:
        """What was looked at, how it stands, what to do, in the reader's words."""
        hint = words(self.hint, **self.fields) if self.hint else ""
        return {"check": self.name, "verdict": self.verdict, "message": words(self.text, **self.fields), "hint": hint}


@click.command("doctor", cls=Command)
@option("--network", "is_online", is_flag=True, help="Also knock at the mail server. Nothing is sent.")
@framed
def command(session: Session, is_online: bool) -> Exit:
    """Check this machine and this project.

    Without --network nothing leaves this machine.
    """
    checks = [*_machine(), *_project(session), *(_mail_server(session) if is_online else ())]
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
    if folder.verdict is Verdict.GOOD:
        yield _lock(session)
    yield from _files(session)


def _writable(root: Path) -> Check:
    if os.access(root, os.W_OK | os.X_OK):
        return Check("folder", Verdict.GOOD, "{folder} can be written", fields={"folder": str(root)})
    return Check("folder", Verdict.TROUBLE, "{folder} cannot be written", "change its permissions", {"folder": str(root)})


def _settings(session: Session) -> Check:
    try:
        settings = session.settings
    except InvalidFiles as error:
        text = "opsengine.yaml is not understood: {reason}"
        reason = session.words.problem(error.problems[0])
        return Check("settings", Verdict.TROUBLE, text, "run `opsengine validate`", {"reason": reason})
    fields = {"zone": settings.time_zone, "day": session.as_of.isoformat()}
    return Check("settings", Verdict.GOOD, "days end in {zone}; the last complete one is {day}", fields=fields)


def _lock(session: Session) -> Check:
    from opsengine.state import lock

    try:
        with lock(session.project.home, session.now):
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


def _mail_server(session: Session) -> Iterator[Check]:
    from opsengine.report import knock

    mail = session.settings.mail
    if not mail.host:
        fields = {"folder": str(session.project.outbox)}
        yield Check("mail", Verdict.GOOD, "no mail server is set: messages are left in {folder}", fields=fields)
        return
    server = {"server": f"{mail.host}:{mail.port}"}
    try:
        knock(mail, session.project.root, session.front.environ)
        yield Check("mail", Verdict.GOOD, "{server} answers", fields=server)
    except OpsError as error:
        yield Check("mail", Verdict.TROUBLE, error.text, error.hint or "look at `mail:` in opsengine.yaml", error.fields)
