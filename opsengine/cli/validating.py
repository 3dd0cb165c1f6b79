"""`opsengine validate`: every file that a person writes, and every problem in it, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from opsengine.cli.frame import Session, framed
from opsengine.cli.speaking import Command
from opsengine.cli.tables import Table
from opsengine.errors import Exit, InvalidFiles, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from opsengine.see import Catalogue

T = TypeVar("T")


@click.command("validate", cls=Command)
@framed
def command(session: Session) -> Exit:
    """Check every file that a person writes.

    Exit code 1 when there are problems; each comes with its place and the way out.
    """
    told = [_as_json(session, problem) for problem in problems_of(session)]
    columns = {"file": "file", "line": "line", "column": "column", "message": "problem", "hint": "way out"}
    table = Table(columns, [[problem[key] for key in columns] for problem in told], empty="every file is understood")
    session.show({"ok": not told, "problems": told}, table)
    return Exit.FINDINGS if told else Exit.SUCCESS


def problems_of(session: Session) -> list[Problem]:
    """Everything wrong with the files of this project, by place. A file is not judged by another that is not understood."""
    reading = _Reading()
    _read_all(session, reading)
    return sorted(reading.problems, key=lambda problem: (problem.place.file, problem.place.line or 0, problem.place.column or 0))


class _Reading:
    """Reads one thing after another and keeps the problems."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def of(self, read: Callable[[], T]) -> T | None:
        """What was read; None when it is not understood."""
        try:
            return read()
        except InvalidFiles as error:
            self.problems += [problem for problem in error.problems if problem not in self.problems]
            return None


def _read_all(session: Session, reading: _Reading) -> None:
    from opsengine.report import read_reports, template_problems
    from opsengine.see import read_catalogue, read_industries
    from opsengine.sources import read_accounts, read_presets

    project = session.project
    is_set = reading.of(lambda: session.settings) is not None
    presets = reading.of(lambda: read_presets(project))
    reading.of(lambda: read_industries(project))
    reading.of(lambda: read_reports(project))
    reading.problems += template_problems(project)
    accounts = reading.of(lambda: read_accounts(project))
    catalogue = reading.of(lambda: read_catalogue(project))
    if catalogue is not None:
        can_ask = is_set and presets is not None and accounts is not None
        _read_what_speaks_of_metrics(session, reading, catalogue, can_ask_for_accounts=can_ask)


def _read_what_speaks_of_metrics(session: Session, reading: _Reading, catalogue: Catalogue, *, can_ask_for_accounts: bool) -> None:
    """Scorecards, plays and alerts; and, where the accounts are understood, goals and rewards."""
    from opsengine.goals import read_goals
    from opsengine.monitor import read_alerts
    from opsengine.pipeline import known_to_goals
    from opsengine.rewards import read_rules
    from opsengine.see import read_scorecards
    from opsengine.strategy import read_playbook, state_names

    project = session.project
    known = known_to_goals(session.desk) if can_ask_for_accounts else None
    metrics = known.metrics if known else catalogue.metrics
    names = state_names({name: metric.unit for name, metric in metrics.items()})
    reading.of(lambda: read_scorecards(project, catalogue))
    reading.of(lambda: read_playbook(project, names))
    reading.of(lambda: read_alerts(project, names))
    if known is not None:
        reading.of(lambda: read_goals(project, known))
        reading.of(lambda: read_rules(project, known))


def _as_json(session: Session, problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "code": problem.code,
        "message": session.words.problem(problem),
        "hint": session.words.hint(problem),
    }
