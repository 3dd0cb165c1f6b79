"""What differs between two briefs, word by word and number by number."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsengine.report.archive import show

if TYPE_CHECKING:
    from opsengine.state import State


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is another one now."""

    path: str
    """Where it stands in `brief.json`: `scores.business.score`."""
    before: Any
    """None when it was not there."""
    after: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """Two briefs beside each other."""

    first: str
    second: str
    lines: tuple[str, ...]
    """A unified diff of the Markdown."""
    changes: tuple[Change, ...]
    """Of the data."""

    @property
    def is_none(self) -> bool:
        """Whether both say the same."""
        return not self.lines and not self.changes


def compare(state: State, first: str, second: str) -> Difference:
    """The difference between two keys, as `report show` takes them. Raises UserError when there is no such brief."""
    before, after = show(state, first), show(state, second)
    old, new = before.brief.brief_id, after.brief.brief_id
    was, now = (_markdown(shown.parts).splitlines() for shown in (before, after))
    lines = tuple(difflib.unified_diff(was, now, old, new, lineterm=""))
    return Difference(old, new, lines, tuple(changes_between(_data(before.parts), _data(after.parts))))


def changes_between(before: Any, after: Any, path: str = "") -> Iterator[Change]:
    """Every value that differs. Things in a list are the same thing when they have the same name, else by their place."""
    if isinstance(before, list) and isinstance(after, list):
        before, after = _named(before), _named(after)
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from changes_between(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
    elif before != after:
        yield Change(path, before, after)


def _named(values: list[Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for place, value in enumerate(values):
        name = next((value[key] for key in _NAMES if isinstance(value.get(key), str)), None) if isinstance(value, dict) else None
        named[str(name) if name is not None and name not in named else str(place)] = value
    return named


_NAMES = ("id", "key", "name", "metric", "play", "task", "day", "date")


def _markdown(parts: dict[str, bytes]) -> str:
    return parts.get("brief.md", b"").decode("utf-8", "replace")


def _data(parts: dict[str, bytes]) -> Any:
    return json.loads(parts.get("brief.json", b"{}") or b"{}")
