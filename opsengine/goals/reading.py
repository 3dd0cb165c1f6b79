"""From `goals/*.yaml` to goals: every file is read, every problem of every file is found, nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING, get_args

from opsengine.errors import InvalidFiles, Problem, UserError
from opsengine.goals.cycle import parse_cycle
from opsengine.goals.goal import SCORES, SECONDARY_WEIGHTS, Direction, Goal, GoalFile, Measure, Role
from opsengine.goals.presets import read_campaigns
from opsengine.project import check, did_you_mean, read_document

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from opsengine.errors import Field, Place
    from opsengine.goals.cycle import Cycle, HasDates
    from opsengine.goals.goal import Guardrail, Known, KnownMetric, Promise
    from opsengine.project import Document, Project

_Path = tuple[str | int, ...]
_LEVELS_HINT = "floor, target, stretch: each is harder to reach than the one before"
_UNKNOWN_SUBJECT = {
    "account": "no account {key} in accounts.csv",
    "team": "no account in accounts.csv belongs to the team {key}",
    "brand": "no account in accounts.csv belongs to the brand {key}",
}


def read_goals(project: Project, known: Known) -> tuple[Goal, ...]:
    """The goals of a project, in the order of their files' names.

    Raises InvalidFiles with the problems of all files at once: what YAML and the schema refuse, unknown metrics and
    subjects, cycles that are none, levels out of order, weights that do not add up, and two primary goals for one
    subject and cycle.
    """
    campaigns, metrics = read_campaigns(project), {**known.metrics, **SCORES}
    problems: list[Problem] = []
    read: list[_Read] = []
    for path in project.files("goals"):
        try:
            document = read_document(path, project.shown(path))
            read.append(_Read(document, check(document, GoalFile), metrics))
        except InvalidFiles as error:
            problems.extend(error.problems)
    understood = [_understand(one, known, campaigns) for one in read]
    problems.extend(problem for one in read for problem in one.problems)
    goals = [goal for goal in understood if goal is not None]
    problems.extend(_clashes(goals))
    if problems:
        raise InvalidFiles(sorted(problems, key=_where))
    return tuple(goals)


@dataclass(frozen=True, slots=True)
class _Read:
    """A file on its way: its places, its contents, and what is wrong with it so far."""

    document: Document
    goal: GoalFile
    metrics: Mapping[str, KnownMetric]
    problems: list[Problem] = field(default_factory=list)

    def complain(self, path: Sequence[str | int], code: str, text: str, hint: str = "", **fields: Field) -> None:
        self.problems.append(Problem(self.document.place(tuple(path)), code, text, hint, fields))


def _understand(read: _Read, known: Known, campaigns: Mapping[str, HasDates]) -> Goal | None:
    """The goal of one file; None when its cycle is unknown. Problems are left in `read`."""
    _check_subject(read, known)
    _check_weights(read)
    measures = tuple(_measures(read))
    _check_repeats(read, measures)
    cycle = _cycle(read, campaigns)
    if cycle is None:
        return None
    name, goal = PurePath(read.document.file).stem, read.goal
    return Goal(name, read.document.file, read.document.sha256, goal.subject, cycle, goal.why, goal.owner, measures)


def _cycle(read: _Read, campaigns: Mapping[str, HasDates]) -> Cycle | None:
    try:
        return parse_cycle(read.goal.cycle, campaigns)
    except UserError as error:
        read.complain(("cycle",), "bad-cycle", error.text, error.hint, **error.fields)
        return None


def _check_subject(read: _Read, known: Known) -> None:
    subject = read.goal.subject
    candidates: Collection[str] = {"account": known.accounts, "team": known.teams, "brand": known.brands}[subject.kind]
    if subject.key not in candidates:
        guess = did_you_mean(subject.key, candidates)
        read.complain(
            ("subject", subject.kind), f"unknown-{subject.kind}", _UNKNOWN_SUBJECT[subject.kind],
            "did you mean `{guess}`?" if guess else "add it to accounts.csv", key=subject.key, guess=guess,
        )


def _check_weights(read: _Read) -> None:
    """All secondary measures have a weight and they add up to 1, or none has."""
    weights = [promise.weight for promise in read.goal.secondary]
    given = [weight for weight in weights if weight is not None]
    if given and len(given) < len(weights):
        read.complain(
            ("secondary", weights.index(None)), "weights", "`weight` is missing here, but other secondary measures have one",
            "give every secondary measure a weight, or none",
        )
    elif given and sum(given) != SECONDARY_WEIGHTS:
        read.complain(
            ("secondary",), "weights", "the weights of the secondary measures add up to {sum}, not to 1", "for example 0.6 and 0.4",
            sum=f"{sum(given):f}",
        )


def _check_repeats(read: _Read, measures: Sequence[Measure]) -> None:
    """One metric is promised once in a file; a guardrail may stand beside a promise of the same metric."""
    for promised in (True, False):
        seen: set[str] = set()
        for measure in measures:
            if (measure.role is not Role.GUARDRAIL) is promised:
                if measure.metric in seen and measure.place is not None:
                    read.problems.append(_twice(measure.place, measure.metric))
                seen.add(measure.metric)


def _twice(place: Place, metric: str) -> Problem:
    return Problem(place, "metric-twice", "`{metric}` stands in this goal twice", "keep one of them", {"metric": metric})


def _measures(read: _Read) -> Iterator[Measure]:
    goal = read.goal
    if goal.primary is not None:
        yield from _promised(read, ("primary",), Role.PRIMARY, goal.primary)
    for index, promise in enumerate(goal.secondary):
        for measure in _promised(read, ("secondary", index), Role.SECONDARY, promise):
            yield replace(measure, weight=promise.weight or Decimal(1) / len(goal.secondary))
    for index, guardrail in enumerate(goal.guardrails):
        yield from _guarded(read, ("guardrails", index), guardrail)


def _promised(read: _Read, path: _Path, role: Role, promise: Promise) -> Iterator[Measure]:
    metric = _metric(read, path, promise.metric)
    if metric is None:
        return
    direction = promise.direction or _direction(metric)
    _check_levels(read, path, promise, direction)
    place, levels = read.document.place((*path, "metric")), promise.levels
    measure = Measure(role, promise.metric, metric.kind, metric.unit, direction, promise.target, place=place)
    yield replace(measure, floor=levels.floor, stretch=levels.stretch)


def _guarded(read: _Read, path: _Path, guardrail: Guardrail) -> Iterator[Measure]:
    metric = _metric(read, path, guardrail.metric)
    if metric is not None:
        place = read.document.place((*path, "metric"))
        yield Measure(Role.GUARDRAIL, guardrail.metric, metric.kind, metric.unit, guardrail.direction, guardrail.limit, place=place)


def _metric(read: _Read, path: _Path, name: str) -> KnownMetric | None:
    if name not in read.metrics:
        guess = did_you_mean(name, read.metrics)
        read.complain(
            (*path, "metric"), "unknown-metric", "no metric is called `{metric}`",
            "did you mean `{guess}`?" if guess else "write a metric of the catalogue, or one that a `series` file brings",
            metric=name, guess=guess,
        )
    return read.metrics.get(name)


def _direction(metric: KnownMetric) -> Direction:
    return next(direction for direction in get_args(Direction) if direction == metric.direction)


def _check_levels(read: _Read, path: _Path, promise: Promise, direction: Direction) -> None:
    """Floor, target and stretch are each harder to reach than the one before."""
    levels, sign = promise.levels, 1 if direction == "up" else -1
    place = (*path, "levels")
    if levels.target is not None and levels.target != promise.target:
        numbers = {"level": f"{levels.target:f}", "target": f"{promise.target:f}"}
        text = "the target of the levels is {level}, but the target is {target}"
        read.complain((*place, "target"), "levels", text, "write the target once", **numbers)
    if levels.floor is not None and levels.floor * sign > promise.target * sign:
        read.complain((*place, "floor"), "levels", "the floor is harder to reach than the target", _LEVELS_HINT)
    if levels.stretch is not None and levels.stretch * sign < promise.target * sign:
        read.complain((*place, "stretch"), "levels", "the stretch is easier to reach than the target", _LEVELS_HINT)


def _clashes(goals: Sequence[Goal]) -> Iterator[Problem]:
    """Two files that promise one thing twice: two primary measures, or one metric in the same role, for one subject and cycle."""
    first: dict[tuple[object, ...], Goal] = {}
    for goal in goals:
        whose = (goal.subject.kind, goal.subject.key, goal.cycle.start, goal.cycle.end)
        for measure in goal.measures:
            key = (*whose, measure.role) if measure.role is Role.PRIMARY else (*whose, measure.role, measure.metric)
            other = first.setdefault(key, goal)
            if other is not goal and measure.place is not None:
                yield _clash(measure, measure.place, other)


def _clash(measure: Measure, place: Place, other: Goal) -> Problem:
    if measure.role is Role.PRIMARY:
        text = "this subject already has a primary goal in this cycle, in {file}"
        return Problem(place, "two-primaries", text, "keep one primary; make the other a secondary goal", {"file": other.file})
    text = "`{metric}` is already promised for this subject and cycle, in {file}"
    return Problem(place, "metric-twice", text, "keep one of them", {"metric": measure.metric, "file": other.file})


def _where(problem: Problem) -> tuple[str, int, int]:
    return problem.place.file, problem.place.line or 0, problem.place.column or 0
