"""`opsengine validate`: every file that a person writes, and every problem in it, at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from opsengine.cli.annotating import as_annotations, as_sarif
from opsengine.cli.frame import Session, framed
from opsengine.cli.kinds import KINDS
from opsengine.cli.speaking import Command, option
from opsengine.cli.tables import Table
from opsengine.errors import Exit, InvalidFiles, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from opsengine.goals import Known
    from opsengine.project import Project
    from opsengine.see import Catalogue
    from opsengine.settings import Settings

T = TypeVar("T")


@click.command("validate", cls=Command)
@option("--report", "report", type=click.Choice(["sarif", "github"]), help="For programs: SARIF 2.1, or annotations of GitHub.")
@framed
def command(session: Session, report: str | None) -> Exit:
    """Check every file that a person writes.

    Exit code 1 when there are problems; each comes with its place and the way out.
    """
    told = [_as_json(session, problem) for problem in problems_of(session)]
    if report is not None:
        click.echo(as_sarif(told) if report == "sarif" else as_annotations(told), nl=False)
        return Exit.FINDINGS if told else Exit.SUCCESS
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
    from opsengine.monitor import read_monitor
    from opsengine.project import misnamed
    from opsengine.report import choice_problems, read_reports, target_problems, template_problems
    from opsengine.see import read_catalogue, read_fan_tiers, read_industries, read_stages
    from opsengine.settings import Settings
    from opsengine.sources import read_accounts, read_aliases, read_feeds, read_presets
    from opsengine.strategy import read_ramp, read_ranking

    project = session.project
    settings = reading.of(lambda: session.settings) or Settings()
    reading.problems += [problem for kind in KINDS.values() for problem in misnamed(project, kind.place)]
    presets = reading.of(lambda: read_presets(project))
    reading.of(lambda: read_feeds(project))
    reading.of(lambda: read_industries(project))
    reading.of(lambda: read_ramp(project))
    reading.of(lambda: read_ranking(project))
    reading.of(lambda: read_stages(project))
    reading.of(lambda: read_fan_tiers(project))
    reports = reading.of(lambda: read_reports(project))
    reading.problems += target_problems(reports or (), settings)
    reading.of(lambda: read_monitor(project))
    reading.problems += template_problems(project)
    accounts = reading.of(lambda: read_accounts(project))
    known_ids = None if accounts is None else [one.account_id for one in accounts]
    reading.of(lambda: read_aliases(project, known_ids))
    catalogue = reading.of(lambda: read_catalogue(project))
    if catalogue is not None:
        can_ask = presets is not None and accounts is not None
        known = _known(session, settings) if can_ask else _anybody(catalogue)
        _read_declarations(project, reading, catalogue, known)
        reading.problems += choice_problems(reports or (), known.metrics)


def _read_declarations(project: Project, reading: _Reading, catalogue: Catalogue, known: Known) -> None:
    """What speaks of metrics and accounts: scorecards, plays, alerts, goals, rewards."""
    from opsengine.goals import check_cascade, read_goals, read_notes
    from opsengine.monitor import read_alerts
    from opsengine.rewards import read_rules
    from opsengine.see import read_benchmarks, read_scorecards
    from opsengine.strategy import read_playbook, state_names

    names = state_names({name: metric.unit for name, metric in known.metrics.items()})
    reading.of(lambda: read_scorecards(project, catalogue))
    reading.of(lambda: read_benchmarks(project, catalogue))
    reading.of(lambda: read_playbook(project, names))
    reading.of(lambda: read_alerts(project, names))
    goals = reading.of(lambda: read_goals(project, known))
    reading.problems += check_cascade(goals or (), known)
    reading.of(lambda: read_notes(project))
    reading.of(lambda: read_rules(project, known))


def _known(session: Session, settings: Settings) -> Known:
    """The metrics, with those that came as a series, and the accounts."""
    from opsengine.desk import Desk
    from opsengine.pipeline import known_to_goals

    return known_to_goals(Desk(session.project, settings, session.front.environ, session.now))


def _anybody(catalogue: Catalogue) -> Known:
    """Where the register is not understood itself, every account is taken for granted."""
    from opsengine.goals import Known

    return Known(catalogue.metrics, _Everybody(), _Everybody(), _Everybody())


class _Everybody(Collection[str]):
    """Has everybody in it and can name nobody."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


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
