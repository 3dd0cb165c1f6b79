"""Reports as files: what is written for whom, about which period, when, and when not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from opsengine.errors import InvalidFiles, Problem, Unfit
from opsengine.goals import read_campaigns
from opsengine.project import Declared, did_you_mean, read_declared
from opsengine.report.choosing import Choice
from opsengine.report.periods import Today, newest_due
from opsengine.report.schedule import Schedule
from opsengine.report.sections import Sections
from opsengine.report.skipping import read_condition
from opsengine.report.targets import is_target
from opsengine.settings import Locale
from opsengine.sources import Group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsengine.goals import Cycle
    from opsengine.project import Document, Project
    from opsengine.report.periods import Campaigns
    from opsengine.warehouse import Condition

PRESETS = Path(__file__).parent / "presets"
"""Reports to copy; the weekly one is at work where a project has none of its own."""


class Recipient(BaseModel):
    """Somebody who reads it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    to: str
    """One mail address, `chat:NAME` for a chat of opsengine.yaml, or `folder:PATH` for a folder that gets the page."""
    where: Group = Group()
    """The accounts whose briefs they get; all when empty."""

    @field_validator("to")
    @classmethod
    def _is_one_address(cls, text: str) -> str:
        if not is_target(text):
            raise Unfit("{address} is not one plain mail address", hint="give each recipient a line of their own", address=text)
        return text


class Report(Declared):
    """A brief that is written again and again: for every account, team or brand, about every period."""

    kind: Literal["report"]
    title: Mapping[Literal["zh-CN", "en"], Annotated[str, Field(min_length=1, max_length=60)]] = {}
    """What the brief is called, in each language; by its period when not said."""
    for_each: Literal["account", "team", "brand", "portfolio"] = "account"
    """One brief an account; or a digest over the accounts of each team or brand, or over all accounts that are meant."""
    period: Literal["day", "week", "month", "quarter", "campaign"] = "week"
    """What a brief looks back on. It is due once the last day of a period is over."""
    campaigns: tuple[str, ...] = ()
    """With `period: campaign`, the campaigns that are looked back on, by name without year; all that are known when empty."""
    schedule: Schedule = Schedule()
    """From which moment on it is due; as soon as the period is over when not said."""
    where: Group = Group()
    """The accounts it is about; all when empty."""
    locale: Locale | None = None
    """Its language; the project's when not said."""
    recipients: tuple[Recipient, ...] = ()
    """Who gets it. With nobody named it is written and kept, not sent."""
    numbers: Choice = Choice()
    """Which numbers of the period it shows beside those of every brief: `also`, `without`."""
    sections: Sections = Sections()
    """What it shows: `on` or `off` for each section."""
    max_age: Annotated[int, Field(ge=0)] = 2
    """Days by which an account's newest data may lie behind the end of the period."""
    on_stale: Literal["hold", "skip", "banner"] = "hold"
    """What to do when it lies further behind: wait, leave this period out, or say so on top of the brief."""
    skip_when: str = ""
    """A condition under which nobody needs this brief, such as `alerts = 0 and goals_behind = 0`; then it is left out."""
    owner: str = ""
    """Who is asked when something is wrong with it."""

    @model_validator(mode="after")
    def _fits_together(self) -> Report:
        addresses = [(recipient.to, recipient.where) for recipient in self.recipients]
        if len(addresses) != len(set(addresses)):
            raise ValueError("a recipient is named twice")
        if self.campaigns and self.period != "campaign":
            raise ValueError("`campaigns` belongs to `period: campaign`")
        return self

    def recipients_of(self, accounts: tuple[Mapping[str, object], ...]) -> tuple[str, ...]:
        """The addresses that get a brief about these accounts, in the order of the file."""
        wanted = [recipient.to for recipient in self.recipients if any(recipient.where.fits(account) for account in accounts)]
        return tuple(dict.fromkeys(wanted))


@dataclass(frozen=True, slots=True)
class NamedReport:
    """A report and the name of its file."""

    name: str
    report: Report
    document: Document
    campaigns: Campaigns = field(default_factory=dict)
    """With `period: campaign`, the campaigns it looks back on."""
    condition: Condition | None = None
    """When it is left out; None for never."""

    def period_due(self, today: Today) -> Cycle | None:
        """The newest period that is over and whose moment has come; None when there is none."""
        return newest_due(self.report.period, self.report.schedule, self.campaigns, today)


def read_reports(project: Project) -> tuple[NamedReport, ...]:
    """The project's reports (`reports/*.yaml`), or the shipped weekly one where there are none. Raises InvalidFiles."""
    own = [(path, project.shown(path)) for path in project.files("reports")]
    known = dict(read_campaigns(project))
    reports: list[NamedReport] = []
    problems: list[Problem] = []
    for document, report in read_declared(own or list(_shipped()), Report):
        try:
            reports.append(_named(document, report, known))
        except InvalidFiles as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidFiles(problems)
    return tuple(reports)


def _named(document: Document, report: Report, known: Campaigns) -> NamedReport:
    problems: list[Problem] = []
    for index, name in enumerate(report.campaigns):
        if name not in known:
            guess = did_you_mean(name, known)
            hint = "did you mean `{guess}`?" if guess else "known here: {known}"
            fields = {"name": name, "guess": guess, "known": ", ".join(known)}
            place = document.place(("campaigns", index))
            problems.append(Problem(place, "unknown-campaign", "there is no campaign {name}", hint, fields))
    condition = None
    try:
        condition = read_condition(report.skip_when, document.place(("skip_when",)))
    except InvalidFiles as error:
        problems.extend(error.problems)
    if problems:
        raise InvalidFiles(problems)
    wanted = {name: known[name] for name in report.campaigns} or known
    return NamedReport(Path(document.file).stem, report, document, wanted if report.period == "campaign" else {}, condition)


def _shipped() -> Iterator[tuple[Path, str]]:
    file = PRESETS / "weekly.yaml"
    yield file, f"opsengine/report/presets/{file.name}"
