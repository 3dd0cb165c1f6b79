"""From `goals/*.yaml` to goals: every file is read, every problem of every file is found, nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING, get_args

from opsengine.errors import InvalidFiles, Problem, UserError
from opsengine.goals.cycle import ONE_DAY, parse_cycle, previous_cycle
from opsengine.goals.goal import SCORES, SECONDARY_WEIGHTS, Goal, GoalFile, Measure, Plan, Rests, Role
from opsengine.goals.presets import read_campaigns
from opsengine.goals.salvaging import salvaged
from opsengine.goals.terms import Direction
from opsengine.goals.weighing import Read, check_levels, check_percents
from opsengine.project import check, did_you_mean, misnamed, read_document
from opsengine.state import collector_at_rest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from opsengine.errors import Place
    from opsengine.goals.cycle import Cycle, HasDates
    from opsengine.goals.goal import Known, KnownMetric
    from opsengine.goals.terms import Guardrail, Promise
    from opsengine.goals.weighing import Path_
    from opsengine.project import Document, Project

_When = tuple["Cycle | None", "Mapping[str, HasDates]"]
"""The cycle, where it is one, and the campaigns it may be one of."""
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
    problems: list[Problem] = misnamed(project, "goals/")
    try:
        campaigns = read_campaigns(project)
    except InvalidFiles as error:
        problems.extend(error.problems)
        campaigns = read_campaigns()
    with collector_at_rest():
        goals = list(_understood(project, known, campaigns, problems))
    problems.extend(_clashes(goals))
    if problems:
        raise InvalidFiles(sorted(problems, key=_where))
    return tuple(goals)


def _understood(project: Project, known: Known, campaigns: Mapping[str, HasDates], problems: list[Problem]) -> Iterator[Goal]:
    """The goal of every file that makes one; what is wrong with the files is added to `problems`."""
    for path in project.files("goals"):
        try:
            document = read_document(path, project.shown(path))
        except InvalidFiles as error:
            problems.extend(error.problems)
            continue
        goal, found = understand(document, known, campaigns)
        problems.extend(found)
        if goal is not None:
            yield goal


def understand(document: Document, known: Known, campaigns: Mapping[str, HasDates]) -> tuple[Goal | None, Sequence[Problem]]:
    """The goal of one file and every problem of it; no goal where its shape is wrong or its cycle is none."""
    metrics = {**known.metrics, **SCORES}
    try:
        read = Read(document, check(document, GoalFile), metrics)
    except InvalidFiles as error:
        rest = salvaged(document.data, known)
        if rest is None:
            return None, error.problems
        read = Read(document, rest, metrics)
        _understand(read, known, campaigns)
        return None, [*error.problems, *read.problems]
    return _understand(read, known, campaigns), read.problems


def check_beside(goal: Goal, others: Sequence[Goal]) -> Sequence[Problem]:
    """What is wrong with a goal only because others are there: one thing promised twice."""
    return [problem for problem in _clashes([*others, goal]) if problem.place.file == goal.file]


def _understand(read: Read, known: Known, campaigns: Mapping[str, HasDates]) -> Goal | None:
    """The goal of one file; None when its cycle is unknown. Problems are left in `read`."""
    _check_subject(read, known)
    _check_weights(read)
    cycle = _cycle(read, campaigns)
    measures = tuple(_measures(read, cycle, campaigns))
    _check_repeats(read, measures)
    if cycle is None:
        return None
    _check_days(read, cycle)
    name, goal = PurePath(read.document.file).stem, read.goal
    plan = _plan(goal, cycle, campaigns)
    return Goal(name, read.document.file, read.document.sha256, goal.subject, cycle, goal.why, goal.owner, measures, plan)


def _cycle(read: Read, campaigns: Mapping[str, HasDates]) -> Cycle | None:
    try:
        return parse_cycle(read.goal.cycle, campaigns)
    except UserError as error:
        read.complain(("cycle",), "bad-cycle", error.text, error.hint, **error.fields)
        return None


def _plan(goal: GoalFile, cycle: Cycle, campaigns: Mapping[str, HasDates]) -> Plan:
    curve = tuple((point.by, point.share) for point in goal.curve)
    try:
        earlier = previous_cycle(cycle, campaigns)
    except UserError:
        earlier = None
    return Plan(goal.pace, curve, goal.composite, goal.check_in, goal.cascade, earlier)


def _check_days(read: Read, cycle: Cycle) -> None:
    """Dated steps and points of a curve lie in the cycle, one after the other, and the last one is the end."""
    goal = read.goal
    promises = [(("primary",), goal.primary), *((("secondary", n), promise) for n, promise in enumerate(goal.secondary))]
    for path, promise in promises:
        if promise is not None and promise.steps:
            _check_dated(read, (*path, "steps"), [step.by for step in promise.steps], cycle)
    if goal.curve:
        _check_dated(read, ("curve",), [point.by for point in goal.curve], cycle)
        shares = [point.share for point in goal.curve]
        if shares != sorted(shares) or shares[-1] != 1:
            hint = "write the last point with `share: 100%`"
            read.complain(("curve",), "curve", "the shares of the curve must grow, and end at 100%", hint)


def _check_dated(read: Read, path: Path_, days: Sequence[date], cycle: Cycle) -> None:
    if list(days) != sorted(set(days)) or days[0] < cycle.start or days[-1] != cycle.end:
        read.complain(
            path, "dates", "the days must follow each other within the cycle, and the last one must be {end}",
            "write each day once, the earlier ones first", end=cycle.end.isoformat(),
        )  # fmt: skip


def _check_subject(read: Read, known: Known) -> None:
    subject = read.goal.subject
    if subject.accounts is not None:
        if known.register and not any(subject.accounts.fits(account) for account in known.register):
            read.complain(
                ("subject", "accounts"), "nobody-selected", "no account in accounts.csv fits {key}",
                "write industries, sizes and so on as they stand in accounts.csv", key=subject.key,
            )  # fmt: skip
        return
    candidates: Collection[str] = {"account": known.accounts, "team": known.teams, "brand": known.brands}[subject.kind]
    if subject.key not in candidates:
        guess = did_you_mean(subject.key, candidates)
        read.complain(
            ("subject", subject.kind),
            f"unknown-{subject.kind}",
            _UNKNOWN_SUBJECT[subject.kind],
            "did you mean `{guess}`?" if guess else "add it to accounts.csv",
            key=subject.key,
            guess=guess,
        )


def _check_weights(read: Read) -> None:
    """All secondary measures have a weight and they add up to 1, or none has."""
    weights = [promise.weight for promise in read.goal.secondary]
    given = [weight for weight in weights if weight is not None]
    if given and len(given) < len(weights):
        read.complain(
            ("secondary", weights.index(None)),
            "weights",
            "`weight` is missing here, but other secondary measures have one",
            "give every secondary measure a weight, or none",
        )
    elif given and sum(given) != SECONDARY_WEIGHTS:
        read.complain(
            ("secondary",),
            "weights",
            "the weights of the secondary measures add up to {sum}, not to 1",
            "for example 0.6 and 0.4",
            sum=f"{sum(given):f}",
        )


def _check_repeats(read: Read, measures: Sequence[Measure]) -> None:
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


def _measures(read: Read, cycle: Cycle | None, campaigns: Mapping[str, HasDates]) -> Iterator[Measure]:
    goal, when = read.goal, (cycle, campaigns)
    if goal.primary is not None:
        yield from _promised(read, ("primary",), goal.primary, when)
    for index, promise in enumerate(goal.secondary):
        for measure in _promised(read, ("secondary", index), promise, when):
            yield replace(measure, role=Role.SECONDARY, weight=promise.weight or Decimal(1) / len(goal.secondary))
    for index, guardrail in enumerate(goal.guardrails):
        yield from _guarded(read, ("guardrails", index), guardrail)


def _promised(read: Read, path: Path_, promise: Promise, when: _When) -> Iterator[Measure]:
    metric = _metric(read, path, promise.metric)
    if metric is None:
        return
    direction = promise.direction or _direction(metric)
    check_levels(read, path, promise, direction)
    check_percents(read, path, metric)
    _check_definition(read, path, promise, metric)
    place, levels = read.document.place((*path, "metric")), promise.levels
    measure = Measure(Role.PRIMARY, promise.metric, metric.kind, metric.unit, direction, promise.number or Decimal(0), place=place)
    steps = tuple((step.by, step.reach) for step in promise.steps)
    rests_on = _rests(read, path, promise, when) if promise.number is None else None
    yield replace(measure, floor=levels.floor, stretch=levels.stretch, steps=steps, rests_on=rests_on)


def _rests(read: Read, path: Path_, promise: Promise, when: _When) -> Rests | None:
    """What a target rests on that is no number; None where that cannot be said."""
    cycle, campaigns = when
    if cycle is None:
        return None
    if promise.benchmark or promise.growth is None:
        return Rests(cycle.start - 28 * ONE_DAY, cycle.start - ONE_DAY, benchmark=promise.benchmark or "p50")
    try:
        before = parse_cycle(promise.growth.over, campaigns)
    except UserError as error:
        read.complain((*path, "growth", "over"), "bad-cycle", error.text, error.hint, **error.fields)
        return None
    if before.end >= cycle.start:
        text = "the cycle that the growth is over must end before this one begins"
        read.complain((*path, "growth", "over"), "bad-cycle", text, "name an earlier one")
    return Rests(before.start, before.end, 1 + promise.growth.by)


def _check_definition(read: Read, path: Path_, promise: Promise, metric: KnownMetric) -> None:
    """A promise that says what its metric meant is told when it means something else now."""
    now = definition_of(promise.metric, metric)
    if promise.definition and promise.definition != now:
        read.complain(
            (*path, "definition"), "definition-changed", "`{metric}` was {then} when this was promised, and is {now} now",
            "promise it anew, or give the metric its meaning back", metric=promise.metric, then=promise.definition, now=now,
        )  # fmt: skip


def definition_of(name: str, metric: KnownMetric) -> str:
    """What a metric means, in one line, such as `yuan: page_gmv + live_gmv` or `ratio: orders / product_clicks`."""
    above, below = getattr(metric, "numerator", ""), getattr(metric, "denominator", "")
    added = " + ".join(getattr(metric, "sum_of", ())) or name
    taken = "".join(f" - {part}" for part in getattr(metric, "less", ()))
    return f"{metric.unit}: {f'{above} / {below}' if below else added + taken}"


def _guarded(read: Read, path: Path_, guardrail: Guardrail) -> Iterator[Measure]:
    metric = _metric(read, path, guardrail.metric)
    if metric is not None:
        check_percents(read, path, metric)
        place = read.document.place((*path, "metric"))
        yield Measure(Role.GUARDRAIL, guardrail.metric, metric.kind, metric.unit, guardrail.direction, guardrail.limit, place=place)


def _metric(read: Read, path: Path_, name: str) -> KnownMetric | None:
    if name not in read.metrics:
        guess = did_you_mean(name, read.metrics)
        read.complain(
            (*path, "metric"),
            "unknown-metric",
            "no metric is called `{metric}`",
            "did you mean `{guess}`?" if guess else "write a metric of the catalogue, or one that a `series` file brings",
            metric=name,
            guess=guess,
        )
    return read.metrics.get(name)


def _direction(metric: KnownMetric) -> Direction:
    return next(direction for direction in get_args(Direction) if direction == metric.direction)


def _clashes(goals: Sequence[Goal]) -> Iterator[Problem]:
    """Two files that promise one thing twice: two primary measures, or one metric in the same role, for one subject and cycle."""
    first: dict[tuple[object, ...], tuple[Goal, Place | None]] = {}
    for goal in goals:
        whose = (goal.subject.kind, goal.subject.whoever, goal.cycle.start, goal.cycle.end)
        for measure in goal.measures:
            key = (*whose, measure.role) if measure.role is Role.PRIMARY else (*whose, measure.role, measure.metric)
            other, there = first.setdefault(key, (goal, measure.place))
            if other is not goal and measure.place is not None:
                yield _clash(measure, measure.place, str(there or other.file))


def _clash(measure: Measure, place: Place, there: str) -> Problem:
    """A problem at one of the two places, which names the other as well."""
    if measure.role is Role.PRIMARY:
        text = "this subject already has a primary goal in this cycle, in {file}"
        return Problem(place, "two-primaries", text, "keep one primary; make the other a secondary goal", {"file": there})
    text = "`{metric}` is already promised for this subject and cycle, in {file}"
    return Problem(place, "metric-twice", text, "keep one of them", {"metric": measure.metric, "file": there})


def _where(problem: Problem) -> tuple[str, int, int]:
    return problem.place.file, problem.place.line or 0, problem.place.column or 0
