"""Who changed which target when, and which targets were made easier while their cycle ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from opsengine.errors import InvalidFiles
from opsengine.goals.repository import Touch, texts, touches
from opsengine.project import parse_amount, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opsengine.goals.goal import Goal, Measure
    from opsengine.project import Project

FOLDER = "goals"
_Key = tuple[str, str]
"""Role and metric."""


@dataclass(frozen=True, slots=True)
class Change:
    """One target in one commit."""

    touch: Touch
    role: str
    metric: str
    before: str | None
    """As it was written; None when it was not there."""
    after: str | None

    @property
    def goal(self) -> str:
        """The goal's name."""
        return PurePath(self.touch.file).stem

    @property
    def what(self) -> str:
        """`promised`, `changed` or `withdrawn`."""
        return "promised" if self.before is None else "withdrawn" if self.after is None else "changed"

    def as_json(self) -> dict[str, Any]:
        """As `opsengine goals log` prints it."""
        touch = self.touch
        return {
            "commit": touch.commit or None, "at": touch.at, "author": touch.author or None, "goal": self.goal, "file": touch.file,
            "role": self.role, "metric": self.metric, "what": self.what, "before": self.before, "after": self.after,
        }  # fmt: skip

    def makes_easier(self, measure: Measure) -> bool:
        """Whether it asks for less of a measure than before."""
        if self.before is None or self.after is None or (self.role, self.metric) != (measure.role.value, measure.metric):
            return False
        try:
            before, after = parse_amount(self.before), parse_amount(self.after)
        except ValueError:
            return False
        return after < before if measure.direction == "up" else after > before


@dataclass(frozen=True, slots=True)
class History:
    """What git tells of the goal files."""

    is_kept: bool
    """Whether the project is in a git repository."""
    touches: tuple[Touch, ...] = ()
    changes: tuple[Change, ...] = ()
    """The newest first."""

    def commit_of(self, file: str) -> str:
        """The newest commit of a file; empty when it was never committed."""
        return next((touch.commit for touch in self.touches if touch.file == file and touch.commit), "")

    def is_edited(self, file: str) -> bool:
        """Whether a file was changed since its newest commit."""
        return any(touch.file == file and not touch.commit for touch in self.touches)

    def lowered(self, goal: Goal, measure: Measure, as_of: date) -> Change | None:
        """The newest change that made a target easier after its cycle had begun, up to a day."""
        return next((
            change for change in self.changes
            if change.touch.file == goal.file and change.makes_easier(measure)
            and goal.cycle.start <= _day(change, as_of) <= as_of
        ), None)  # fmt: skip


def read_history(project: Project) -> History:
    """Every change of every target, the newest first."""
    return _history(project, touches(project.root, FOLDER), lambda _: True)


def read_revisions(project: Project) -> History:
    """The changes of files that were there before; first promises are not taken apart, so it is quick for many files."""
    return _history(project, touches(project.root, FOLDER), lambda touch: bool(touch.old))


def promised_in(text: str) -> dict[_Key, str]:
    """Every target of a goal file as it is written, by role and metric; nothing of a file that is not understood."""
    try:
        data = parse_yaml(text, "").data
    except InvalidFiles:
        return {}
    found: dict[_Key, str] = {}
    places = {"primary": [_at(data, "primary")], "secondary": _at(data, "secondary"), "guardrail": _at(data, "guardrails")}
    for role, parts in places.items():
        for part in parts if isinstance(parts, list) else []:
            if isinstance(part, dict) and isinstance(part.get("metric"), str):
                found[role, part["metric"]] = _written(part)
    return found


def _history(project: Project, touched: Sequence[Touch] | None, is_wanted: Any) -> History:
    if touched is None:
        return History(is_kept=False)
    mine = tuple(touch for touch in touched if PurePath(touch.file).parent == PurePath(FOLDER) and touch.file.endswith(".yaml"))
    wanted = [touch for touch in mine if is_wanted(touch)]
    known = texts(project.root, [blob for touch in wanted for blob in (touch.old, touch.new)])
    changes = tuple(change for touch in wanted for change in _changes(project, touch, known))
    return History(is_kept=True, touches=mine, changes=changes)


def _changes(project: Project, touch: Touch, known: Mapping[str, str]) -> Iterator[Change]:
    before, after = promised_in(known.get(touch.old, "")), promised_in(_now(project, touch, known))
    for role, metric in {**before, **after}:
        old, new = before.get((role, metric)), after.get((role, metric))
        if old != new:
            yield Change(touch, role, metric, old, new)


def _now(project: Project, touch: Touch, known: Mapping[str, str]) -> str:
    """The text after a change; of one that is not committed, the file as it is."""
    if touch.commit:
        return known.get(touch.new, "")
    file = project.root / touch.file
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""


def _at(data: Any, key: str) -> Any:
    return data.get(key) if isinstance(data, dict) else None


def _written(part: Mapping[str, Any]) -> str:
    steps, growth = part.get("steps"), part.get("growth")
    if isinstance(steps, list) and steps and isinstance(steps[-1], dict):
        return str(steps[-1].get("reach"))
    if isinstance(growth, dict):
        return f"{growth.get('by')} over {growth.get('over')}"
    names = ("target", "benchmark", "must_not_fall_below", "must_not_rise_above")
    return next((str(part[name]) for name in names if part.get(name) is not None), "")


def _day(change: Change, as_of: date) -> date:
    """The day of a change; what is not committed yet is of the day that is looked at."""
    at: datetime | None = change.touch.at
    return at.date() if at else as_of


