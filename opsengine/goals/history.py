"""Who changed which target when, and which targets were made easier while their cycle ran."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from opsengine.errors import InvalidFiles
from opsengine.goals.repository import Touch, texts, touches
from opsengine.project import parse_amount, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from opsengine.goals.goal import Goal, Measure
    from opsengine.project import Project

FOLDER = "goals"
_OVER = " over "
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
    whose: str = ""
    """The subject and cycle of the promise, which stay when its file gets another name."""

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
            before, after = _comparable(self.before, self.after)
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
    of_promises: Mapping[str, Sequence[Change]] = field(default_factory=dict)
    """By file: the changes of what it promises, those under former names of the file included, the newest first."""

    def commit_of(self, file: str) -> str:
        """The newest commit of a file; empty when it was never committed."""
        return next((touch.commit for touch in self.touches if touch.file == file and touch.commit), "")

    def is_edited(self, file: str) -> bool:
        """Whether a file was changed since its newest commit."""
        return any(touch.file == file and not touch.commit for touch in self.touches)

    def lowered(self, goal: Goal, measure: Measure, as_of: date, zone: ZoneInfo | None = None) -> Change | None:
        """The newest change that made a target easier after its cycle had begun, up to a day; days begin as in `zone`."""
        return next((
            change for change in self.of_promises.get(goal.file, ())
            if change.makes_easier(measure) and goal.cycle.start <= _day(change, as_of, zone) <= as_of
        ), None)  # fmt: skip


def read_history(project: Project) -> History:
    """Every change of every target, the newest first."""
    return _history(project, touches(project.root, FOLDER), is_whole=True)


def read_revisions(project: Project) -> History:
    """The changes of promises that were there before; first ones are not taken apart, so it is quick for many files."""
    return _history(project, touches(project.root, FOLDER), is_whole=False)


def promised_in(text: str) -> dict[_Key, str]:
    """Every target of a goal file as it is written, by role and metric; nothing of a file that is not understood."""
    data = _data(text)
    found: dict[_Key, str] = {}
    places = {"primary": [_at(data, "primary")], "secondary": _at(data, "secondary"), "guardrail": _at(data, "guardrails")}
    for role, parts in places.items():
        for part in parts if isinstance(parts, list) else []:
            if isinstance(part, dict) and isinstance(part.get("metric"), str):
                found[role, part["metric"]] = _written(part)
    return found


def _history(project: Project, touched: Sequence[Touch] | None, *, is_whole: bool) -> History:
    if touched is None:
        return History(is_kept=False)
    mine = tuple(touch for touch in touched if PurePath(touch.file).parent == PurePath(FOLDER) and touch.file.endswith(".yaml"))
    wanted = mine if is_whole else _not_first(mine)
    known = texts(project.root, [blob for touch in wanted for blob in (touch.old, touch.new)])
    changes = _under_other_names([change for touch in wanted for change in _changes(project, touch, known)])
    return History(is_kept=True, touches=mine, changes=changes, of_promises=_by_file(changes))


def _not_first(touched: Sequence[Touch]) -> list[Touch]:
    """Those of files that were there before, or that came when or after one went: it may be the same under another name."""
    went = [touch.commit for touch in touched if not touch.new]
    oldest = max((at for at, touch in enumerate(touched) if went and touch.commit == went[-1]), default=-1)
    return [touch for at, touch in enumerate(touched) if touch.old or at <= oldest]


def _changes(project: Project, touch: Touch, known: Mapping[str, str]) -> Iterator[Change]:
    then, now = known.get(touch.old, ""), _now(project, touch, known)
    before, after, whose = promised_in(then), promised_in(now), _whose(now) or _whose(then) or touch.file
    for role, metric in {**before, **after}:
        old, new = before.get((role, metric)), after.get((role, metric))
        if old != new:
            yield Change(touch, role, metric, old, new, whose)


def _under_other_names(changes: Sequence[Change]) -> tuple[Change, ...]:
    """A promise whose file went before it came again, in the same commit or later, is told against what it was then."""
    last: dict[tuple[str, str, str], str] = {}
    told: dict[int, Change] = {}
    commits = itertools.groupby(reversed(list(enumerate(changes))), key=lambda one: one[1].touch.commit)
    for at, change in (one for _, group in commits for one in sorted(group, key=lambda one: one[1].after is not None)):
        key = (change.whose, change.role, change.metric)
        told[at] = change
        if change.before is None and last.get(key, change.after) != change.after:
            told[at] = replace(change, before=last[key])
        last[key] = change.after or change.before or ""
    return tuple(told[at] for at in range(len(changes)))


def _by_file(changes: Sequence[Change]) -> dict[str, list[Change]]:
    files: dict[str, set[str]] = {}
    for change in changes:
        files.setdefault(change.whose, set()).add(change.touch.file)
    found: dict[str, list[Change]] = {}
    for change in changes:
        for file in files[change.whose]:
            found.setdefault(file, []).append(change)
    return found


def _whose(text: str) -> str:
    """The subject and cycle of a goal file as they are written; empty where it has none."""
    data = _data(text)
    return f"{data['subject']} {data['cycle']}" if isinstance(data, dict) and {"subject", "cycle"} <= data.keys() else ""


def _data(text: str) -> Any:
    try:
        return parse_yaml(text, "").data
    except InvalidFiles:
        return {}


def _now(project: Project, touch: Touch, known: Mapping[str, str]) -> str:
    """The text after a change; of one that is not committed, the file as it is."""
    if touch.commit:
        return known.get(touch.new, "")
    file = project.root / touch.file
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""


def _comparable(*targets: str) -> tuple[Decimal, ...]:
    """Targets of one kind as numbers: amounts, growth over one cycle, or places among the peers; else ValueError."""
    if len({(target[:1] == "p", target.partition(_OVER)[2]) for target in targets}) > 1:
        raise ValueError(targets)
    return tuple(parse_amount(target.partition(_OVER)[0].removeprefix("p")) for target in targets)


def _at(data: Any, key: str) -> Any:
    return data.get(key) if isinstance(data, dict) else None


def _written(part: Mapping[str, Any]) -> str:
    steps, growth = part.get("steps"), part.get("growth")
    if isinstance(steps, list) and steps and isinstance(steps[-1], dict):
        return str(steps[-1].get("reach"))
    if isinstance(growth, dict):
        return f"{growth.get('by')}{_OVER}{growth.get('over')}"
    names = ("target", "benchmark", "must_not_fall_below", "must_not_rise_above")
    return next((str(part[name]) for name in names if part.get(name) is not None), "")


def _day(change: Change, as_of: date, zone: ZoneInfo | None) -> date:
    """The day of a change, in a zone or else where it was made; what is not committed yet is of the day that is looked at."""
    at: datetime | None = change.touch.at
    return at.astimezone(zone or at.tzinfo).date() if at else as_of
