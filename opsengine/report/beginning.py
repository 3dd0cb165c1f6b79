"""Beginning a report: one of the shipped ones, copied into the project under a name of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsengine.errors import UserError
from opsengine.project import did_you_mean
from opsengine.report.reports import PRESETS

if TYPE_CHECKING:
    from pathlib import Path

    from opsengine.project import Project

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def report_presets() -> tuple[str, ...]:
    """The names of the shipped reports."""
    return tuple(sorted(file.stem for file in PRESETS.glob("*.yaml")))


def new_report(project: Project, name: str, preset: str | None = None) -> Path:
    """Write `reports/NAME.yaml` as a copy of a shipped report, else of the one of that name, else of the weekly one; its file.

    Raises UserError when there is no such preset, when the name is none, or when the file is there already.
    """
    known = report_presets()
    if preset is None:
        preset = name if name in known else "weekly"
    if preset not in known:
        guess = did_you_mean(preset, known)
        hint = "did you mean `{guess}`?" if guess else "known here: {known}"
        raise UserError("there is no report to copy called {name}", name=preset, hint=hint, guess=guess, known=", ".join(known))
    if not _NAME.fullmatch(name):
        raise UserError("{name} cannot be the name of a report", name=name, hint="use small letters, digits, `-` and `_`")
    file = project.folder("reports") / f"{name}.yaml"
    if file.exists():
        raise UserError("{file} exists already", file=project.shown(file), hint="choose another name, or edit it")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((PRESETS / f"{preset}.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return file
