"""What git knows of a project's files; everything works without git too, there is then nothing to tell.

Reading a history is safe in any repository; nothing of its configuration is run: no hooks, no monitors, no global settings.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_QUIET = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotepath=off", "-c", "protocol.ext.allow=never",
    "-c", "safe.bareRepository=explicit", "-c", "diff.external=",
)  # fmt: skip
_ENVIRONMENT = {
    "PATH": os.pathsep.join([os.defpath, "/usr/local/bin", "/opt/homebrew/bin"]),
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
}  # fmt: skip
_RAW = re.compile(r":(?P<old_mode>\d+) (?P<mode>\d+) (?P<old>[0-9a-f]+) (?P<new>[0-9a-f]+) (?P<letter>[AMD])\t(?P<file>.+)")
_NO_BLOB = re.compile(r"0+")
_REF = re.compile(r"[\w][\w./~^@{}-]*")
SECONDS = 60
"""A history takes far less; what takes longer hangs."""


@dataclass(frozen=True, slots=True)
class Touch:
    """One file in one commit; a file that is changed and not committed has an empty commit."""

    commit: str
    at: datetime | None
    author: str
    file: str
    """Relative to the project."""
    old: str
    """The blob before; empty when the file is new."""
    new: str
    """The blob after; empty when it is gone, or not committed."""


def touches(root: Path, folder: str) -> tuple[Touch, ...] | None:
    """Every change of a file below a folder, the newest first, uncommitted ones before all; None without git."""
    log = _git(root, "log", "--format=%x01%H%x02%aI%x02%an", "--raw", "--no-abbrev", "--no-renames", "--relative", "--", folder)
    if log is None:
        return None
    waiting = _git(root, "diff", "HEAD", "--raw", "--no-abbrev", "--no-renames", "--relative", "--", folder) or ""
    return (*_parsed(waiting), *_parsed(log))


def arrivals(root: Path, folder: str) -> tuple[Touch, ...] | None:
    """As `touches`, but each change on the day on which it came into this branch, whenever it was written; None without git."""
    arrived = ("--first-parent", "-m", "--format=%x01%H%x02%cI%x02%an")
    log = _git(root, "log", *arrived, "--raw", "--no-abbrev", "--no-renames", "--relative", "--", folder)
    if log is None:
        return None
    waiting = _git(root, "diff", "HEAD", "--raw", "--no-abbrev", "--no-renames", "--relative", "--", folder) or ""
    return (*_parsed(waiting), *_parsed(log))


def head_of(root: Path) -> str:
    """The commit that a project's files are on; empty without git."""
    return (_git(root, "rev-parse", "--verify", "--quiet", "HEAD") or "").strip()


def changed_since(root: Path, ref: str) -> tuple[Touch, ...]:
    """Every file that differs from a revision, in the project's folder. Raises UserError without git or such a revision."""
    commit = _git(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}") if _REF.fullmatch(ref) else None
    if commit is None:
        raise UserError("git knows no {ref} here", ref=ref, hint="name a branch, a tag or a commit, such as `main` or `HEAD~1`")
    told = _git(root, "diff", commit.strip(), "--raw", "--no-abbrev", "--no-renames", "--relative", "--", ".") or ""
    new = _git(root, "ls-files", "--others", "--exclude-standard", "--", ".") or ""
    return (*_parsed(told), *(Touch("", None, "", file, "", "") for file in new.splitlines()))


def texts(root: Path, blobs: Sequence[str]) -> dict[str, str]:
    """The text of each blob that is UTF-8."""
    wanted = [blob for blob in dict.fromkeys(blobs) if blob]
    if not wanted:
        return {}
    answer = _run(root, ["cat-file", "--batch"], "\n".join(wanted).encode())
    found: dict[str, str] = {}
    at = 0
    while answer and at < len(answer):
        head, _, _ = answer[at:].partition(b"\n")
        blob, kind, size = (*head.decode("ascii", "replace").split(" "), "", "")[:3]
        at += len(head) + 1
        if kind == "blob":
            found[blob] = answer[at : at + int(size)].decode("utf-8", "replace")
            at += int(size) + 1
    return found


def _parsed(told: str) -> Iterator[Touch]:
    commit, at, author = "", None, ""
    for line in told.splitlines():
        if line.startswith("\x01"):
            commit, moment, author = line[1:].split("\x02")
            at = datetime.fromisoformat(moment)
        elif (match := _RAW.fullmatch(line)) and "120000" not in (match["mode"], match["old_mode"]):
            blobs = ["" if _NO_BLOB.fullmatch(match[name]) else match[name] for name in ("old", "new")]
            yield Touch(commit, at, author, match["file"], *blobs)


def _git(root: Path, *words: str) -> str | None:
    answer = _run(root, list(words), b"")
    return None if answer is None else answer.decode("utf-8", "replace")


def _run(root: Path, words: list[str], given: bytes) -> bytes | None:
    """What git says; None when there is no git, no repository, or git refuses."""
    try:
        done = subprocess.run(  # noqa: S603  words of our own; a revision is checked before it gets here
            ["git", *_QUIET, *words],  # noqa: S607  found on a fixed path
            cwd=root, env=_ENVIRONMENT, input=given, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
