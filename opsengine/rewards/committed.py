"""What git knows of promises: how a goal stood when its cycle began, also where no run ever saw it so.

Only what was touched since then is looked at; without git there is nothing to tell, and what runs have seen decides alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from opsengine.errors import InvalidFiles, UserError
from opsengine.goals import GoalFile, arrivals, parse_cycle, read_campaigns, texts
from opsengine.project import check, parse_yaml
from opsengine.rewards.feat import cycle_key, named
from opsengine.state import Promised

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from opsengine.goals import Touch
    from opsengine.project import Project
    from opsengine.rewards.feat import Feat

FOLDER = "goals"
_Key = tuple[str, str, str, str]
"""Subject, cycle, role and metric."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A goal file as it stood from a day on."""

    since: date
    file: str
    blob: str


def committed(project: Project, feats: Iterable[Feat]) -> tuple[Promised, ...]:
    """The forms in which git has the promises behind these feats, the oldest first; nothing without git."""
    goals = [feat for feat in feats if feat.by == "goal" and feat.level is not None]
    touched = arrivals(project.root, FOLDER) if goals else None
    if not touched:
        return ()
    forms = sorted(_forms(touched, min(feat.cycle.start for feat in goals)), key=lambda form: (form.since, form.file))
    known = texts(project.root, [form.blob for form in forms])
    campaigns = read_campaigns(project)
    now = {key: promise for file in sorted({form.file for form in forms})
           for key, promise in _promises(_text(project, file), campaigns)}  # fmt: skip
    directions = {(feat.subject, feat.cycle_key, feat.role, feat.metric): feat.direction for feat in goals}
    return tuple(
        _promised(key, promise, form, directions.get(key, "up"))
        for form in forms
        for key, promise in _promises(known.get(form.blob, ""), campaigns)
        if promise.number is not None or now.get(key) != promise
    )


def _forms(touched: Sequence[Touch], first: date) -> Iterator[_Form]:
    """Every form of every file that was touched since a day: as it stood before that, and after each touch."""
    begun: set[str] = set()
    for touch in reversed(touched):  # the oldest first
        if touch.at is not None and touch.at.date() < first:
            continue
        if touch.old and touch.file not in begun:
            yield _Form(first - timedelta(days=1), touch.file, touch.old)
        begun.add(touch.file)
        if touch.at is not None and touch.new:
            yield _Form(touch.at.date(), touch.file, touch.new)


def _promises(text: str, campaigns: Mapping[str, Any]) -> Iterator[tuple[_Key, Any]]:
    """The promises of a goal file; none of a text that is not understood."""
    try:
        goal = check(parse_yaml(text, FOLDER), GoalFile)
        cycle = cycle_key(parse_cycle(goal.cycle, campaigns))
    except (InvalidFiles, UserError):
        return
    subject = named(goal.subject.kind, goal.subject.key)
    if goal.primary is not None:
        yield (subject, cycle, "primary", goal.primary.metric), goal.primary
    for promise in goal.secondary:
        yield (subject, cycle, "secondary", promise.metric), promise


def _promised(key: _Key, promise: Any, form: _Form, direction: str) -> Promised:
    """A promise as it was kept; of a target that rests on data no bound is known, so that a person looks at it."""
    subject, cycle, role, metric = key
    bounds = {"floor": promise.levels.floor, "target": promise.number, "stretch": promise.levels.stretch}
    levels = {} if promise.number is None else {level: str(bound) for level, bound in bounds.items() if bound is not None}
    return Promised(subject, cycle, role, metric, promise.direction or direction, levels, form.blob, form.since)


def _text(project: Project, file: str) -> str:
    path = project.root / file
    return path.read_bytes().decode("utf-8-sig", "replace") if path.is_file() else ""
