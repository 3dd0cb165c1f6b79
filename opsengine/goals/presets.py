"""Presets one can copy: campaigns with their dates, and goals that suit a kind of business.

They are shipped with the program; a file of the same name in a project's `goals/presets/` replaces the shipped one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from opsengine.errors import InvalidFiles, Problem, UserError
from opsengine.goals.campaigns import DateRange, Labels, read_declared
from opsengine.project import Declared, check, did_you_mean, read_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsengine.project import Document, Project

CAMPAIGNS = "campaigns.yaml"
_HERE = Path(__file__).parent
_SHIPPED = (_HERE / "presets", _HERE.parents[1] / "goals" / "presets")
"""Where the wheel carries them, and where the repository keeps them."""

_COMMON_YEAR = 2027
"""A year without 29 February: what exists in it exists in every year."""

MonthDay = Annotated[str, Field(pattern=r"^\d\d-\d\d$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Campaign(_Part):
    """A stretch of days that comes back every year."""

    title: Labels
    """What it is called, in each language."""
    also: tuple[str, ...] = ()
    """Other names one may write."""
    first: MonthDay | None = None
    """Month and day it begins, when that is the same every year."""
    last: MonthDay | None = None
    """Month and day it ends, in the same year."""
    days: Annotated[int, Field(ge=1, le=366)] | None = None
    """How many days it has, when it begins on any day one likes: written `NAME-2026-06-01`."""
    years: Mapping[int, DateRange] = {}
    """The days of single years, where they move; they win over `first` and `last`."""

    @model_validator(mode="after")
    def _is_dated(self) -> Campaign:
        if (self.first is None) != (self.last is None):
            raise ValueError("`first` and `last` belong together")
        if self.first is None and not self.years and not self.days:
            raise ValueError("say `first` and `last`, or the days of single `years`")
        days = self.dates(_COMMON_YEAR)
        if days is not None and days[1] < days[0]:
            raise ValueError("it ends before it begins; where it crosses the new year, say the days of single `years`")
        return self

    def dates(self, year: int) -> tuple[date, date] | None:
        """First and last day in that year; None where nobody has said."""
        if year in self.years:
            return self.years[year].start, self.years[year].end
        if self.first is None or self.last is None:
            return None
        return date.fromisoformat(f"{year:04}-{self.first}"), date.fromisoformat(f"{year:04}-{self.last}")


class CampaignsFile(Declared):
    """The campaigns a project knows."""

    kind: Literal["campaigns"]
    campaigns: Mapping[str, Campaign]


class Suggested(_Part):
    """A metric that a preset proposes to promise something about."""

    metric: str
    note: Labels
    """Why it belongs here."""


class Variant(_Part):
    """What a pattern is for accounts of one size or stage; what is left out stays as it is."""

    primary: Suggested | None = None
    secondary: tuple[Suggested, ...] | None = None
    guardrails: tuple[Suggested, ...] | None = None


class GoalPreset(Declared):
    """A pattern for a goal file: which metrics to promise in which kind of business. Targets are for the user to set."""

    kind: Literal["goal_preset"]
    title: Labels
    frequency: Literal["high", "low"] | None = None
    """How often its customers buy."""
    online: Literal["high", "low"] | None = None
    """How much of the sale happens online."""
    primary: Suggested
    secondary: tuple[Suggested, ...] = ()
    guardrails: tuple[Suggested, ...] = ()
    stages: Mapping[Literal["cold_start", "growth", "mature"], Variant] = {}
    """The pattern for accounts that begin, grow or have grown: `NAME.cold_start`."""
    sizes: Mapping[Literal["small", "medium", "large"], Variant] = {}
    """The pattern by size: `NAME.small`, or with a stage `NAME.cold_start.small`."""

    @property
    def variants(self) -> dict[str, Variant]:
        """Every variant by its name."""
        return {**{str(stage): one for stage, one in self.stages.items()}, **{str(size): one for size, one in self.sizes.items()}}

    def as_variant(self, name: str) -> GoalPreset:
        """This pattern as a variant has it. Raises KeyError when there is none of that name."""
        one = self.variants[name]
        return self.model_copy(update={key: value for key in Variant.model_fields if (value := getattr(one, key)) is not None})


def read_campaigns(project: Project | None = None) -> dict[str, Campaign]:
    """Every campaign under each of its names: presets, and over them those that the project declares.

    Raises InvalidFiles when a file is wrong.
    """
    path, shown = _preset_files(project)[CAMPAIGNS]
    document = read_document(path, shown)
    file = check(document, CampaignsFile)
    named: dict[str, Campaign] = {}
    problems: list[Problem] = []
    for key, campaign in file.campaigns.items():
        for name in (key, *campaign.also):
            if name in named:
                problems.append(_named_twice(document, key, name))
            named[name] = campaign
    if problems:
        raise InvalidFiles(problems)
    declared = read_declared(project) if project else {}
    return named | {name: Campaign(title=one.title, years=one.years) for name, one in declared.items()}


def preset_names(project: Project | None = None) -> tuple[str, ...]:
    """The names that `read_preset` knows, in order."""
    return tuple(sorted(Path(name).stem for name in _preset_files(project) if name != CAMPAIGNS))


def read_preset(name: str, project: Project | None = None) -> GoalPreset:
    """One preset for goals, with its variants after points: `high-frequency-high-online.cold_start.small`.

    Raises UserError when there is none of that name, InvalidFiles when its file is wrong.
    """
    base, *variants = name.split(".")
    preset = _base_preset(base, project)
    for variant in variants:
        if variant not in preset.variants:
            known = ", ".join(preset.variants)
            raise UserError(
                "the preset {name} has no variant {variant}", name=base, variant=variant, hint="known here: {known}", known=known
            )  # fmt: skip
        preset = preset.as_variant(variant)
    return preset


def _base_preset(name: str, project: Project | None) -> GoalPreset:
    names = preset_names(project)
    if name not in names:
        guess = did_you_mean(name, names)
        hint = "did you mean `{guess}`?" if guess else "known here: {known}"
        raise UserError("there is no preset {name}", name=name, hint=hint, guess=guess, known=", ".join(names))
    path, shown = _preset_files(project)[f"{name}.yaml"]
    return check(read_document(path, shown), GoalPreset)


def _preset_files(project: Project | None) -> dict[str, tuple[Path, str]]:
    """File name to `(path, how to show it)`: the shipped ones, and over them the project's own."""
    files = {path.name: (path, f"goals/presets/{path.name}") for path in _shipped()}
    if project is not None:
        files |= {path.name: (path, project.shown(path)) for path in (project.folder("goals") / "presets").glob("*.yaml")}
    return files


def _shipped() -> Iterator[Path]:
    folder = next((folder for folder in _SHIPPED if folder.is_dir()), None)
    if folder is not None:
        yield from sorted(folder.glob("*.yaml"))


def _named_twice(document: Document, key: str, name: str) -> Problem:
    place = document.place(("campaigns", key))
    return Problem(place, "named-twice", "two campaigns are called {name}", "give one of them another name", {"name": name})
