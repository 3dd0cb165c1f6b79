"""Check-ins: what the owner of a goal said of it and when, in `goals/notes/NAME.yaml`."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from opsengine.errors import InvalidFiles, Problem, UserError
from opsengine.goals.terms import Part
from opsengine.project import Declared, check, did_you_mean, read_document

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from opsengine.project import Project

FOLDER = "notes"
_HEAD = "kind: notes\nversion: 1\nnotes:\n"


class Note(Part):
    """What was said of a goal on one day."""

    on: date
    """The day."""
    by: str = ""
    """Who said it."""
    note: Annotated[str, Field(min_length=1)]
    """The words."""


class NotesFile(Declared):
    """The check-ins of one goal, the newest last, as they stand in `goals/notes/NAME.yaml`."""

    kind: Literal["notes"]
    notes: tuple[Note, ...] = ()
    """What was said, the newest last."""


def read_notes(project: Project) -> Mapping[str, tuple[Note, ...]]:
    """The notes by goal, the newest last. Raises InvalidFiles."""
    problems: list[Problem] = []
    found: dict[str, tuple[Note, ...]] = {}
    for path in project.files(f"goals/{FOLDER}"):
        try:
            file = check(read_document(path, project.shown(path)), NotesFile)
            found[path.stem] = tuple(sorted(file.notes, key=lambda note: note.on))
        except InvalidFiles as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidFiles(problems)
    return found


def add_note(project: Project, goal: str, note: Note, known: Collection[str]) -> Path:
    """Write a note below those that are there, which stay as they are. Raises UserError when there is no such goal."""
    if goal not in known:
        guess = did_you_mean(goal, known)
        hint = "did you mean `{guess}`?" if guess else "see `opsengine goals list`"
        raise UserError("no goal is called {goal}", goal=goal, hint=hint, guess=guess)
    file = project.folder("goals") / FOLDER / f"{goal}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text(encoding="utf-8") if file.is_file() else _HEAD
    said = [f"  - on: {note.on}", f"    by: {_quoted(note.by)}", f"    note: {_quoted(note.note)}"]
    file.write_text(before.rstrip("\n") + "\n" + "\n".join(said) + "\n", encoding="utf-8")
    return file


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
