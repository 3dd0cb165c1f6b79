"""Declared campaigns: days that are not ordinary ones, for all accounts or some, in `campaigns/NAME.yaml`.

The forecast does not learn such a day as an ordinary one, and does not foresee it as one. A goal may be set for one of them:
`cycle: NAME-2026`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from opsengine.errors import InvalidFiles, Problem
from opsengine.goals.terms import Part, Selector
from opsengine.project import Declared, check, read_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsengine.project import Document, Project
    from opsengine.warehouse import Engine

FOLDER = "campaigns"
MOST_DAYS = 92
"""What lasts longer than a quarter is no campaign but a season."""
Labels = Mapping[Literal["zh-CN", "en"], str]


class DateRange(Part):
    """Days, both included."""

    start: date
    end: date

    @model_validator(mode="after")
    def _is_in_order(self) -> DateRange:
        if self.end < self.start:
            raise ValueError("it ends before it begins")
        return self


class CampaignFile(Declared):
    """A campaign and the days on which it was and will be held, as it stands in `campaigns/NAME.yaml`."""

    kind: Literal["campaign"]
    title: Labels = Field(default={})
    """What it is called, in each language."""
    times: Annotated[tuple[DateRange, ...], Field(min_length=1)]
    """When it was and will be held, the earlier ones first; earlier ones are what the next one is foreseen from."""
    accounts: Selector | None = None
    """The accounts it is about; left out, all of them."""
    expected_lift: Annotated[float, Field(gt=0, le=100)] | None = None
    """How many times an ordinary day one of its days is thought to bring, for as long as nobody has lived through one."""

    @property
    def years(self) -> dict[int, DateRange]:
        """By year the time that begins in it, the first of several."""
        return {time.start.year: time for time in reversed(self.times)}


def read_declared(project: Project) -> dict[str, CampaignFile]:
    """The declared campaigns by name. Raises InvalidFiles with the problems of all their files."""
    found: dict[str, CampaignFile] = {}
    problems: list[Problem] = []
    for path in project.files(FOLDER):
        try:
            document = read_document(path, project.shown(path))
            campaign = check(document, CampaignFile)
        except InvalidFiles as error:
            problems.extend(error.problems)
            continue
        problems.extend(_troubles(document, campaign))
        found[path.stem] = campaign
    if problems:
        raise InvalidFiles(problems)
    return found


def put_campaigns(engine: Engine, campaigns: Mapping[str, CampaignFile]) -> None:
    """Tell the warehouse on which days declared campaigns are, and which accounts they are about."""
    engine.put("raw.campaign_days", _DAYS, [
        (name, time.start + timedelta(days=number), campaign.expected_lift)
        for name, campaign in campaigns.items()
        for time in campaign.times
        for number in range((time.end - time.start).days + 1)
    ])  # fmt: skip
    wanted = {name: campaign.accounts.wanted for name, campaign in campaigns.items() if campaign.accounts}
    engine.put("raw.campaign_accounts", _ACCOUNTS, [
        (name, attribute, value, len(attributes))
        for name, attributes in wanted.items()
        for attribute, values in attributes.items()
        for value in values
    ])  # fmt: skip


def _troubles(document: Document, campaign: CampaignFile) -> Sequence[Problem]:
    """Times that last too long, or begin before the one above them is over."""
    problems: list[Problem] = []
    for number, time in enumerate(campaign.times):
        if (time.end - time.start).days + 1 > MOST_DAYS:
            place = document.place(("times", number, "end"))
            text = "{days} days are no campaign but a season"
            hint = "a campaign has at most {most} days"
            problems.append(
                Problem(place, "long-campaign", text, hint, {"days": (time.end - time.start).days + 1, "most": MOST_DAYS})
            )
        if number and time.start <= campaign.times[number - 1].end:
            place = document.place(("times", number, "start"))
            text = "this time begins before the one above it is over"
            problems.append(Problem(place, "campaign-order", text, "write each time once, the earlier ones first", {}))
    return problems


_DAYS = {"campaign": "VARCHAR", "day": "DATE", "expected_lift": "DOUBLE"}
_ACCOUNTS = {"campaign": "VARCHAR", "attribute": "VARCHAR", "value": "VARCHAR", "attributes": "INTEGER"}
