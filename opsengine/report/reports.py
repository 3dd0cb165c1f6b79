"""Reports as files: what is written for whom, about which period, and when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from opsengine.errors import Unfit
from opsengine.goals import Cycle, CycleKind, cycle_containing, previous_cycle
from opsengine.project import Declared, read_declared
from opsengine.report.targets import is_target
from opsengine.settings import Locale

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from opsengine.project import Document, Project

SHIPPED = Path(__file__).parent / "defaults"


class _Piece(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Selector(_Piece):
    """Which accounts; an account must fit everything that is said here."""

    account: tuple[str, ...] = ()
    """Account ids."""
    team: tuple[str, ...] = ()
    """Teams."""
    brand: tuple[str, ...] = ()
    """Brands."""
    industry: tuple[str, ...] = ()
    """Industries."""

    def fits(self, account: Mapping[str, object]) -> bool:
        """Whether an account, a row with `account_id`, `team`, `brand` and `industry`, is meant."""
        asked = {"account_id": self.account, "team": self.team, "brand": self.brand, "industry": self.industry}
        return all(not values or account.get(key) in values for key, values in asked.items())


class Recipient(_Piece):
    """Somebody who reads it."""

    to: str
    """One mail address, `chat:NAME` for a chat of opsengine.yaml, or `folder:PATH` for a folder that gets the page."""
    where: Selector = Selector()
    """The accounts whose briefs they get; all when empty."""

    @field_validator("to")
    @classmethod
    def _is_one_address(cls, text: str) -> str:
        if not is_target(text):
            raise Unfit("{address} is not one plain mail address", hint="give each recipient a line of their own", address=text)
        return text


class Report(Declared):
    """A brief that is written again and again: for every account or team, about every period."""

    kind: Literal["report"]
    for_each: Literal["account", "team"] = "account"
    """One brief an account, or one a team over its accounts."""
    period: Literal["day", "week", "month", "quarter"] = "week"
    """What a brief looks back on. It is due once the last day of a period is over."""
    where: Selector = Selector()
    """The accounts it is about; all when empty."""
    locale: Locale | None = None
    """Its language; the project's when not said."""
    recipients: tuple[Recipient, ...] = ()
    """Who gets it. With nobody named it is written and kept, not sent."""
    max_age: Annotated[int, Field(ge=0)] = 2
    """Days by which an account's newest data may lie behind the end of the period."""
    on_stale: Literal["hold", "skip", "banner"] = "hold"
    """What to do when it lies further behind: wait, leave this period out, or say so on top of the brief."""
    owner: str = ""
    """Who is asked when something is wrong with it."""

    @model_validator(mode="after")
    def _nobody_twice(self) -> Report:
        addresses = [(recipient.to, recipient.where) for recipient in self.recipients]
        if len(addresses) != len(set(addresses)):
            raise ValueError("a recipient is named twice")
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

    def period_due(self, as_of: date) -> Cycle:
        """The newest period that is over at the end of `as_of`."""
        kind = CycleKind(self.report.period)
        running = cycle_containing(as_of, kind)
        return running if running.is_over(as_of) else previous_cycle(running)


def read_reports(project: Project) -> tuple[NamedReport, ...]:
    """The project's reports (`reports/*.yaml`), or the shipped weekly one where there are none. Raises InvalidFiles."""
    own = [(path, project.shown(path)) for path in project.files("reports")]
    files = own or list(_shipped())
    return tuple(NamedReport(Path(document.file).stem, report, document) for document, report in read_declared(files, Report))


def _shipped() -> Iterator[tuple[Path, str]]:
    for path in sorted(SHIPPED.glob("*.yaml")):
        yield path, f"opsengine/report/defaults/{path.name}"
