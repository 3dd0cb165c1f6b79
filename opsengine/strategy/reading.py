"""From `playbook/*.yaml` to plays: shipped ones and the project's own, where a file of the same name wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from opsengine.errors import InvalidFiles, Problem
from opsengine.project import check, did_you_mean, read_document
from opsengine.strategy.impossible import contradicted
from opsengine.strategy.play import Play, PlayFile, Work
from opsengine.strategy.saying import gaps
from opsengine.warehouse import parse_condition

if TYPE_CHECKING:
    from opsengine.project import Document, Project
    from opsengine.strategy.names import Names
    from opsengine.warehouse import Condition

SHIPPED = Path(__file__).parent / "playbook"


def read_playbook(project: Project, names: Names) -> tuple[Play, ...]:
    """The plays of a project in the order of their names.

    Raises InvalidFiles with the problems of all files at once: what YAML and the schema refuse, conditions that are none,
    names, metrics and plays that nobody knows, tasks that wait for each other, conditions that nothing can meet.
    """
    problems: list[Problem] = []
    plays = []
    known = play_names(project)
    for path, shown in files_of(SHIPPED, project, "playbook"):
        try:
            plays.append(_understand(path, shown, names, known))
        except InvalidFiles as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidFiles(problems)
    return tuple(plays)


def play_names(project: Project) -> tuple[str, ...]:
    """The names of the playbook's files, whatever is in them."""
    return tuple(PurePath(shown).stem for _, shown in files_of(SHIPPED, project, "playbook"))


def play_file(project: Project, name: str) -> Path | None:
    """Where a play is written; None when nobody knows it any more."""
    return next((path for path, shown in files_of(SHIPPED, project, "playbook") if PurePath(shown).stem == name), None)


def files_of(shipped: Path, project: Project, folder: str) -> Iterator[tuple[Path, str]]:
    """Each file to read and its name for the user, ordered by file name; the project's own file replaces a shipped one."""
    found = {path.name: (path, f"opsengine/{shipped.parent.name}/{shipped.name}/{path.name}") for path in shipped.glob("*.yaml")}
    found |= {path.name: (path, project.shown(path)) for path in project.files(folder)}
    yield from (found[name] for name in sorted(found))


@dataclass(frozen=True, slots=True)
class Check:
    """A file on its way to its meaning: what may be named in it, and what is wrong with it so far."""

    document: Document
    names: Names
    problems: list[Problem] = field(default_factory=list)

    def condition(self, text: str, *path: str | int, more: Iterable[str] = ()) -> Condition | None:
        """The condition written at a path, over the known names and `more`; None after a complaint."""
        try:
            return parse_condition(text, {*self.names.units, *more}, self.document.place(path))
        except InvalidFiles as error:
            self.problems.extend(error.problems)
            return None

    def possible(self, text: str, *path: str | int) -> Condition | None:
        """The condition written at a path, where something can meet it; None after a complaint."""
        condition = self.condition(text, *path)
        name = contradicted(condition) if condition else None
        if name is None:
            return condition
        self.complain("impossible", "nothing can meet this condition: it asks two things of `{name}`", path, name=name)
        return None

    def other_play(self, other: str, itself: str, plays: Sequence[str], at: int) -> None:
        """Complain about a conflict with nobody, or of a play with itself."""
        if other == itself:
            self.complain("conflict", "a play does not conflict with itself", ("conflicts", at))
        elif other not in plays:
            self._known([other], plays, "unknown-play", "no play is called `{name}`", ("conflicts", at))

    def complain(self, code: str, text: str, path: Sequence[str | int], **fields: str) -> None:
        """Note what is wrong at a path."""
        self.problems.append(Problem(self.document.place(tuple(path)), code, text, "", fields))

    def known(self, words: Iterable[str], *path: str | int, more: Iterable[str] = ()) -> None:
        """Complain about every word that is not a name of a number."""
        self.among(words, {*self.names.units, *more}, *path)

    def among(self, words: Iterable[str], known: Iterable[str], *path: str | int) -> None:
        """Complain about every word that is not one of these."""
        self._known(words, known, "unknown-name", "nothing is known by the name `{name}`", path)

    def promised(self, words: Iterable[str], *path: str | int) -> None:
        """Complain about every word that no goal can be about."""
        self._known(words, self.names.promised, "unknown-metric", "no metric is called `{name}`", path)

    def _known(self, words: Iterable[str], known: Iterable[str], code: str, text: str, path: Sequence[str | int]) -> None:
        for word in sorted(set(words) - set(known)):
            guess = did_you_mean(word, known)
            hint = "did you mean `{guess}`?" if guess else ""
            self.problems.append(Problem(self.document.place(tuple(path)), code, text, hint, {"name": word, "guess": guess}))


def read_works(checking: Check, declared: PlayFile, play: str) -> tuple[Work, ...]:
    """The tasks of a play; the play itself as its only task where none is declared. Problems go to `checking`."""
    if not declared.tasks:
        return (Work(play, declared.title.label, 14, (), (), "operator"),)
    names = [task.name for task in declared.tasks]
    works: list[Work] = []
    for at, task in enumerate(declared.tasks):
        if task.name in names[:at]:
            checking.complain("twice", "two tasks are called `{name}`", ("tasks", at, "name"), name=task.name)
        checking.among(task.after, names, "tasks", at, "after")
        stages = (checking.possible(text, "tasks", at, "stages", stage) for stage, text in enumerate(task.stages))
        understood = tuple(stage for stage in stages if stage is not None)
        works.append(Work(task.name, task.title.label, task.days, understood, task.after, task.owner))
    for name in _waiting_for_each_other(works):
        path = ("tasks", names.index(name), "after")
        checking.complain("circular", "the task `{name}` waits, by way of others, for itself", path, name=name)
    return tuple(works)


def _waiting_for_each_other(works: Sequence[Work]) -> list[str]:
    """The tasks that can never begin."""
    waiting = {work.name: set(work.after) for work in works}
    while free := [name for name, others in waiting.items() if not others & waiting.keys()]:
        for name in free:
            del waiting[name]
    return list(waiting)


def _understand(path: Path, shown: str, names: Names, known_plays: Sequence[str]) -> Play:
    document = read_document(path, shown)
    declared = check(document, PlayFile)
    checking = Check(document, names)
    condition = checking.possible(declared.when, "when")
    works = read_works(checking, declared, PurePath(shown).stem)
    for at, other in enumerate(declared.conflicts):
        checking.other_play(other, PurePath(shown).stem, known_plays, at)
    checking.known(gaps(declared.because.label), "because")
    checking.promised([declared.expected.metric], "expected", "metric")
    for at, one in enumerate(declared.side_effects):
        checking.promised([one.metric], "side_effects", at, "metric")
        if one.metric == declared.expected.metric:
            checking.complain("twice", "`expected` tells already what it does to `{name}`", ("side_effects", at), name=one.metric)
    for at, metric in enumerate(declared.goals):
        checking.promised([metric], "goals", at)
    for at, (name, benchmark) in enumerate(declared.held):
        checking.known([name], "evidence", at, "name")
        checking.known([benchmark.name] if benchmark.name else [], "evidence", at, "benchmark")
    if condition is None or checking.problems:
        raise InvalidFiles(checking.problems)
    spoken = {*condition.names, *gaps(declared.because.label), *(name for name, _ in declared.held)}
    spoken |= {benchmark.name for _, benchmark in declared.held if benchmark.name}
    units = {name: names.units[name] for name in sorted(spoken)}
    moved = declared.expected.metric
    unit = names.metrics.get(moved, "points")
    return Play(PurePath(shown).stem, shown, document.sha256, declared, condition, units, works, unit, names.wholes(moved))
