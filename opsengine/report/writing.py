"""Writing what is due: composed, left out where a report says so, printed, and kept on disk until it is planned."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from opsengine.report.composing import compose_briefs
from opsengine.report.content import Theme
from opsengine.report.footprint import footprint
from opsengine.report.note import link_to
from opsengine.report.press import Setting, Sheet, printed
from opsengine.report.progress import Progress, silent
from opsengine.report.running import Late
from opsengine.report.skipping import left_out
from opsengine.report.spool import Spool

if TYPE_CHECKING:
    from datetime import date

    from opsengine.project import Project
    from opsengine.report.brief import Brief
    from opsengine.report.composing import Material
    from opsengine.report.due import Job
    from opsengine.report.team import TeamBrief
    from opsengine.settings import Settings
    from opsengine.state import State, Topic

AT_A_TIME = 50
"""Briefs whose conditions are looked at together."""
DRAFTS = "drafts"
"""The folder of drafts in the project's own."""
NOT_NEEDED = "the report says that nobody needs it today"

Amend = Callable[["Job", "Brief | TeamBrief"], "Brief | TeamBrief | None"]
"""What becomes of a brief before it is printed; None when it need not be."""


def as_it_is(job: Job, brief: Brief | TeamBrief) -> Brief | TeamBrief | None:
    """Every brief as it was composed."""
    del job
    return brief


@dataclass(frozen=True, slots=True)
class Desktop:
    """Where and how a run writes."""

    project: Project
    settings: Settings
    spool: Spool
    progress: Progress = silent
    amend: Amend = as_it_is

    @property
    def setting(self) -> Setting:
        """How the press is set."""
        templates = self.project.templates
        return Setting(Theme(self.settings.theme.up), templates if templates.is_dir() else None, self.settings.limits.threads)


@contextmanager
def desktop(project: Project, settings: Settings, progress: Progress = silent, amend: Amend = as_it_is) -> Iterator[Desktop]:
    """Where a run writes what it does not keep: a place for drafts that is gone afterwards."""
    with TemporaryDirectory(prefix="opsengine-") as folder:
        yield Desktop(project, settings, Spool(Path(folder)), progress, amend)


@contextmanager
def kept_desktop(project: Project, settings: Settings, progress: Progress, state: State, as_of: date) -> Iterator[Desktop]:
    """Where a run writes, so that one that is killed can be gone on with.

    The drafts of an earlier run about the same day are there when they were made of the same. Only a run that is killed or
    interrupted leaves any: what an error was made of is not worth keeping.
    """
    drafts = project.home / DRAFTS
    mine = drafts / f"{as_of}-{footprint(project, settings, state)}"
    for other in drafts.glob("*"):
        if other != mine:
            shutil.rmtree(other)
    mine.mkdir(parents=True, exist_ok=True)
    try:
        yield Desktop(project, settings, Spool(mine), progress)
    except Exception:
        shutil.rmtree(drafts, ignore_errors=True)
        raise
    shutil.rmtree(drafts)


def write_briefs(material: Material, jobs: Sequence[Job], desktop: Desktop) -> tuple[Late, ...]:
    """Write the briefs of these jobs into the spool, those that an earlier run wrote before all others; which were left out.

    Raises UserError on a template that does not work, DataError on what cannot be printed; then nothing shall be planned.
    """
    fresh = [job for job in jobs if not desktop.spool.take_up(job.topic)]
    left: list[Late] = []
    sheets = _sheets(material, fresh, desktop, left)
    for done, draft in enumerate(printed(sheets, desktop.setting, len(fresh)), start=1 + len(jobs) - len(fresh)):
        desktop.spool.add(draft)
        desktop.progress(done, len(jobs) - len(left))
    return tuple(left)


def _sheets(material: Material, jobs: Sequence[Job], desktop: Desktop, left: list[Late]) -> Iterator[Sheet]:
    briefs = compose_briefs(material, jobs)
    while some := list(islice(briefs, AT_A_TIME)):
        skipped = set(_skipped(material, some))
        for job, brief in some:
            if job.topic in skipped:
                left.append(Late(job, job.period.end, NOT_NEEDED))
            elif (amended := desktop.amend(job, brief)) is not None:
                locale, link = job.report.report.locale or desktop.settings.locale, link_to(job.topic, desktop.settings.site)
                yield Sheet(job.topic, amended, locale, job.addresses, link)


def _skipped(material: Material, some: Iterable[tuple[Job, Brief | TeamBrief]]) -> Iterator[Topic]:
    """The topics that a condition of their report leaves out."""
    by_report: dict[str, dict[Topic, Brief | TeamBrief]] = {}
    conditions = {}
    for job, brief in some:
        if job.report.condition is not None:
            conditions[job.report.name] = job.report.condition
            by_report.setdefault(job.report.name, {})[job.topic] = brief
    for name, condition in conditions.items():
        yield from left_out(material.engine, condition, by_report[name])
