"""`opsengine plan`: what a change of the files would move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.frame import Session, framed
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opsengine.goals import Touch

_MOVES = {
    "goals": "goals", "campaigns": "goals", "scorecards": "scores", "metrics": "scores", "reports": "recipients",
    "playbook": "suggestions", "rewards": "rewards", "alerts": "alerts", "templates": "briefs",
}  # fmt: skip
"""What the files of each folder move; single files beside them move everything."""
_SAID = {
    "moves": {
        "goals": "goals", "scores": "scores", "recipients": "recipients", "suggestions": "suggestions", "rewards": "rewards",
        "alerts": "alerts", "briefs": "briefs", "everything": "everything",
    },
    "what": {"added": "added", "removed": "removed", "changed": "changed"},
}  # fmt: skip
_PLAN = {"moves": "moves", "file": "file", "what": "what", "key": "key in the file", "before": "before", "after": "after"}


@click.command("plan", cls=Command)
@option("--against", "ref", required=True, metavar="REF", help="A branch, a tag or a commit to compare with, such as main.")
@framed
def command(session: Session, ref: str) -> None:
    """Which goals, scores and recipients a change of the files would move.

    Compares the files as they are with those of a revision of git, value by value; nothing is computed or sent.
    """
    from opsengine.goals import changed_since, texts

    touched = [touch for touch in changed_since(session.project.root, ref) if _is_ours(touch.file)]
    known = texts(session.project.root, [touch.old for touch in touched])
    told = [line for touch in touched for line in _lines(session, touch, known)]
    rows = [[line[key] for key in _PLAN] for line in told]
    session.show({"against": ref, "changes": told}, Table(_PLAN, rows, empty="no file that a person writes differs", said=_SAID))


def _is_ours(file: str) -> bool:
    folder, _, name = file.partition("/")
    return (folder in _MOVES and name.endswith((".yaml", ".j2"))) or file in ("opsengine.yaml", "accounts.csv")


def _lines(session: Session, touch: Touch, known: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    path = session.project.root / touch.file
    before = known.get(touch.old, "")
    after = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    head = {"moves": _MOVES.get(touch.file.partition("/")[0], "everything"), "file": touch.file}
    what = "added" if not touch.old else "removed" if not path.is_file() else "changed"
    old, new = (dict(_values(text)) if touch.file.endswith(".yaml") else {} for text in (before, after))
    keys = [key for key in {**old, **new} if old.get(key) != new.get(key)] if what == "changed" else []
    for key in keys:
        yield head | {"what": what, "key": key, "before": old.get(key), "after": new.get(key)}
    if not keys:
        yield head | {"what": what, "key": None, "before": None, "after": None}


def _values(text: str) -> Iterator[tuple[str, str | None]]:
    """Every value of a YAML text by its path; nothing of one that is not understood."""
    from opsengine.errors import InvalidFiles
    from opsengine.project import parse_yaml

    try:
        yield from _flat(parse_yaml(text, "").data, "")
    except InvalidFiles:
        return


def _flat(data: Any, path: str) -> Iterator[tuple[str, str | None]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _flat(value, f"{path}.{key}" if path else key)
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _flat(value, f"{path}.{number}")
    else:
        yield path, data
