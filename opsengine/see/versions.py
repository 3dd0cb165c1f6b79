"""Scorecards that have been used are kept: a change without a new version is noticed, and an old score can be told again.

Within `.opsengine/scorecards`, `business-2.yaml` is the file as it was when version 2 was first used, and `told.csv`
(scorecard, day, version; only ever longer) says by which version a day was first told.
"""

from __future__ import annotations

import csv
import os
from typing import TYPE_CHECKING

from opsengine.errors import InvalidFiles, Problem
from opsengine.project import parse_yaml, read_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from opsengine.project import Document, Project

FOLDER = "scorecards"
_TOLD = "told.csv"


def kept_file(project: Project, scorecard: str, version: int) -> Path:
    """Where a version of a scorecard is kept once it has been used."""
    return project.home / FOLDER / f"{scorecard}-{version}.yaml"


def refuse_silent_changes(project: Project, cards: Iterable[tuple[Document, str, int]]) -> None:
    """Compare each `(document, scorecard, version)` with what is kept of that version. Raises InvalidFiles."""
    problems = []
    for document, scorecard, version in cards:
        file = kept_file(project, scorecard, version)
        if file.is_file() and read_document(file, project.shown(file)).data != document.data:
            problems.append(
                Problem(
                    document.place(("version",)),
                    "version-not-raised",
                    "this is not the version {version} by which scores were told",
                    "write `version: {next}`: what was told before stays as it was",
                    {"version": version, "next": _newest(project, scorecard) + 1},
                )
            )
    if problems:
        raise InvalidFiles(problems)


def keep_version(project: Project, day: date, scorecard: str, version: int, text: str) -> None:
    """Keep a scorecard that has been used, and by which version this day was first told."""
    file = kept_file(project, scorecard, version)
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        parse_yaml(text, file.name)
        draft = file.with_suffix(f".{os.getpid()}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)
    if day.isoformat() not in _told(project).get(scorecard, {}):
        with (file.parent / _TOLD).open("a", encoding="utf-8", newline="") as lines:
            lines.write(f"{scorecard},{day.isoformat()},{version}\n")


def versions_on(project: Project, day: date) -> dict[str, int]:
    """By which version each scorecard told a day, or the day nearest before it that was told; else the first that ever was."""
    found = {}
    for scorecard, days in _told(project).items():
        before = [told for told in days if told <= day.isoformat()]
        version = days[max(before) if before else min(days)]
        if kept_file(project, scorecard, version).is_file():
            found[scorecard] = version
    return found


def _told(project: Project) -> Mapping[str, Mapping[str, int]]:
    file = project.home / FOLDER / _TOLD
    found: dict[str, dict[str, int]] = {}
    if file.is_file():
        with file.open(encoding="utf-8", newline="") as lines:
            for scorecard, day, version in (row for row in csv.reader(lines) if len(row) == 3):
                found.setdefault(scorecard, {}).setdefault(day, int(version))
    return found


def _newest(project: Project, scorecard: str) -> int:
    kept = (project.home / FOLDER).glob(f"{scorecard}-*.yaml")
    return max((int(file.stem.rpartition("-")[2]) for file in kept), default=0)
