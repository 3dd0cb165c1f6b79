"""From `alerts/*.yaml` to rules: shipped ones and the project's own, where a file of the same name wins."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from opsengine.errors import InvalidFiles, Problem
from opsengine.monitor.alert import Rule
from opsengine.monitor.alert_file import NEEDED, SPOKEN, SPOKEN_OF_CAUSES, AlertFile
from opsengine.project import check, did_you_mean, read_document
from opsengine.strategy import Check, files_of, gaps, play_names

if TYPE_CHECKING:
    from opsengine.project import Document, Project
    from opsengine.strategy import Names

SHIPPED = Path(__file__).parent / "alerts"
THRESHOLD = "threshold"
"""The name by which a condition and a sentence speak of the file's own threshold."""


def read_alerts(project: Project, names: Names) -> tuple[Rule, ...]:
    """The rules of a project in the order of their names.

    Raises InvalidFiles with the problems of all files at once: what YAML and the schema refuse, conditions that are none,
    names and plays that nobody knows.
    """
    plays = play_names(project)
    problems: list[Problem] = []
    rules = []
    for path, shown in files_of(SHIPPED, project, "alerts"):
        try:
            rules.append(_understand(path, shown, names, plays))
        except InvalidFiles as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidFiles(problems)
    return tuple(rules)


def _understand(path: Path, shown: str, names: Names, plays: Collection[str]) -> Rule:
    document = read_document(path, shown)
    declared = check(document, AlertFile)
    checking = Check(document, names)
    checking.problems.extend(_what_is_watched(document, declared))
    condition = checking.condition(declared.when, "when", more=[THRESHOLD]) if declared.when is not None else None
    checking.known([declared.value] if declared.value else [], "value")
    spoken = gaps(declared.because.label)
    if (declared.watch, declared.way) not in SPOKEN:
        checking.known(spoken, "because", more=[THRESHOLD])
    else:
        checking.among(spoken, SPOKEN[declared.watch, declared.way] | {THRESHOLD}, "because")
    causes = gaps(declared.cause.label) if declared.cause else frozenset()
    checking.among(causes, SPOKEN_OF_CAUSES.get(declared.watch, frozenset()), "cause")
    checking.known([declared.money] if declared.money else [], "money")
    for at, metric in enumerate(declared.metrics or ()):
        checking.promised([metric], "metrics", at)
    if declared.play is not None and declared.play not in plays:
        guess = did_you_mean(declared.play, plays)
        hint = "did you mean `{guess}`?" if guess else ""
        fields = {"play": declared.play, "guess": guess}
        checking.problems.append(Problem(document.place(("play",)), "unknown-play", "no play is called `{play}`", hint, fields))
    if checking.problems:
        raise InvalidFiles(checking.problems)
    words = {*(condition.names if condition else ()), *spoken, declared.value or "", declared.money or ""}
    units = {name: names.units[name] for name in sorted(words & names.units.keys())}
    return Rule(PurePath(shown).stem, shown, document.sha256, declared, condition, units)


def _what_is_watched(document: Document, declared: AlertFile) -> Iterator[Problem]:
    """Keys that this kind of watching needs and lacks, and keys that mean nothing to it."""
    needed = NEEDED.get((declared.watch, declared.way), frozenset())
    for key in sorted(needed - declared.said):
        text = "an alert that watches a {watch} needs `{key}`"
        yield Problem(document.place(("watch",)), "missing-key", text, "", {"watch": declared.watch, "key": key})
    for key in sorted(declared.said - needed):
        text = "`{key}` means nothing to an alert that watches a {watch}"
        yield Problem(document.place((key,)), "unknown-key", text, "leave it out", {"watch": declared.watch, "key": key})
