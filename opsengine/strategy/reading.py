"""From `playbook/*.yaml` to plays: shipped ones and the project's own, where a file of the same name wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from opsengine.errors import InvalidFiles, Problem
from opsengine.project import check, did_you_mean, read_document
from opsengine.strategy.play import Play, PlayFile
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
    names and metrics that nobody knows.
    """
    problems: list[Problem] = []
    plays = []
    for path, shown in files_of(SHIPPED, project, "playbook"):
        try:
            plays.append(_understand(path, shown, names))
        except InvalidFiles as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidFiles(problems)
    return tuple(plays)


def play_names(project: Project) -> tuple[str, ...]:
    """The names of the playbook's files, whatever is in them."""
    return tuple(PurePath(shown).stem for _, shown in files_of(SHIPPED, project, "playbook"))


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


def _understand(path: Path, shown: str, names: Names) -> Play:
    document = read_document(path, shown)
    declared = check(document, PlayFile)
    checking = Check(document, names)
    condition = checking.condition(declared.when, "when")
    checking.known(gaps(declared.because.label), "because")
    checking.promised([declared.expected.metric], "expected", "metric")
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
    return Play(PurePath(shown).stem, shown, document.sha256, declared, condition, units)
