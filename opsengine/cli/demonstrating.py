"""`opsengine demo`: a project of invented brands, run like anybody's."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opsengine.cli.frame import Session, framed
from opsengine.cli.speaking import Command, option
from opsengine.cli.summing_up import page_to_open, sum_up
from opsengine.cli.tables import Table
from opsengine.errors import UserError

if TYPE_CHECKING:
    from opsengine.demo import DemoPlan
    from opsengine.pipeline import Day
    from opsengine.report import ReportRun

_MARK = ".opsengine/demo.json"
"""Says that a folder is a demo of ours, and which; only such a folder is ever replaced."""


@click.command("demo", cls=Command)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@option("--accounts", type=int, default=40, show_default=True, metavar="N", help="How many accounts.")
@option("--days", type=int, default=120, show_default=True, metavar="D", help="How many days of data.")
@option("--seed", type=int, default=7, show_default=True, metavar="S", help="Which throw of the dice.")
@option("--no-report", "is_quiet", is_flag=True, help="Stop before the report: export files and settings only.")
@option("--replace", "is_replaced", is_flag=True, help="Replace the folder when it is a demo.")
@framed
def command(session: Session, folder: Path, accounts: int, days: int, seed: int, is_quiet: bool, is_replaced: bool) -> None:
    """Write a demo project with export files, and run the whole day on it."""
    from opsengine.demo import DemoPlan

    plan = DemoPlan(accounts, days, seed, **({"as_of": session.given_day} if session.given_day else {}))
    _make_room(folder, may_replace=is_replaced)
    files = _write(folder.resolve(), plan)
    told: dict[str, Any] = {
        "project_dir": str(folder.resolve()), "as_of": plan.as_of, "accounts": plan.accounts,
        "files": [str(file) for file in files], "briefs": [],
    }  # fmt: skip
    if not is_quiet:
        session = _moved(session, folder.resolve(), plan)
        run, day = _run(session)
        told["briefs"] = list(dict.fromkeys(line.paths["html"] for line in run.briefs if line.paths["html"]))
        told["open"] = page_to_open(run, day)
        if session.is_for_people:
            _tell(session, run, day)
            return
    session.show(told, Table({"file": "file"}, [[file] for file in told["files"]]))


def _make_room(folder: Path, *, may_replace: bool) -> None:
    """Make sure that the folder is empty. Raises UserError when it holds anything that is not a demo of ours."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / _MARK).is_file():
        raise UserError("{folder} is not empty, and not a demo", folder=str(folder), hint="choose another folder")
    if not may_replace:
        raise UserError("there is a demo in {folder} already", folder=str(folder), hint="choose another folder, or say --replace")
    shutil.rmtree(folder)


def _write(folder: Path, plan: DemoPlan) -> tuple[Path, ...]:
    from opsengine.demo import write_exports, write_project

    mark = folder / _MARK
    mark.parent.mkdir(parents=True)
    mark.write_text(json.dumps(dataclasses.asdict(plan), default=str) + "\n", encoding="utf-8")
    return (*write_project(folder, plan), *write_exports(folder, plan))


def _moved(session: Session, folder: Path, plan: DemoPlan) -> Session:
    """The session of somebody who works in the demo, on its last day."""
    return Session(session.front, folder, plan.as_of, session.form)


def _run(session: Session) -> tuple[ReportRun, Day]:
    from opsengine.pipeline import Errand, run_day, run_reports

    run = run_reports(session.desk, Errand(session.as_of))
    return run, run_day(session.desk, session.as_of)


def _tell(session: Session, run: ReportRun, day: Day) -> None:
    """What was found, and the page to open."""
    for line in sum_up(session, run, day):
        click.echo(line)
    page = page_to_open(run, day)
    text = "look around: {program} see --project-dir {folder} --as-of {day}"
    session.say(text, program=_program(), folder=_from_here(session.project.root), day=day.as_of.isoformat())
    if page:
        click.echo(session.words("Open: {page}", page=_from_here(Path(page))))


def _from_here(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _program() -> str:
    """What a person types to call us again from here."""
    called = sys.argv[0]
    is_found = Path(called).name != "opsengine" or shutil.which("opsengine") == called
    return "opsengine" if is_found else called
