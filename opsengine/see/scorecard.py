"""Scorecards: what the two scores are made of, in a file that anybody can read and change."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from opsengine.errors import InvalidFiles, Problem, Unfit
from opsengine.project import Declared, did_you_mean, read_declared
from opsengine.see.catalogue import Title
from opsengine.see.versions import keep_version, kept_file, refuse_silent_changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opsengine.project import Document, Project
    from opsengine.see.catalogue import Catalogue

SHIPPED = Path(__file__).parent / "scorecards"
Share = Annotated[float, Field(ge=0, le=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class _Piece(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Rhythm(_Piece):
    """The kind of industry a component speaks of; where an industry is unknown, what the account reports counts."""

    frequency: Literal["high", "low"] | None = None
    """How often people buy there."""
    online: Literal["high", "low"] | None = None
    """How much of it happens online."""


class Component(_Piece):
    """One metric in one pillar."""

    id: Identifier
    """Its name within the scorecard."""
    metric: str
    """A metric of the catalogue."""
    statistic: Literal["total", "growth"] = "total"
    """The window's total (of a ratio: its value), or its growth over the window before."""
    days: Annotated[Literal[7, 28], BeforeValidator(lambda text: {"7": 7, "28": 28}.get(text, text))] = 7
    """Length of the window."""
    weight: Annotated[float, Field(gt=0, le=1)]
    """Its weight within the pillar; the weights of those that apply to an account are scaled to one."""
    scale: Annotated[float, Field(gt=0)] = 1
    """Values are compared as ln(1 + value / scale); 1 for counts, a small share for ratios."""
    applies_to: Rhythm = Rhythm()
    """Kinds of industry it applies to; all when empty."""
    only_if_reported: bool = False
    """Whether an account that has never reported the metric is let off instead of being taken at the peers' lower quarter."""


class Pillar(_Piece):
    """A side of the score; its components are averaged."""

    id: Identifier
    """Its name within the scorecard."""
    title: Title
    """Its name for readers."""
    weight: Annotated[float, Field(gt=0, le=1)]
    """Its weight in the score; the weights of all pillars add up to one."""
    components: Annotated[tuple[Component, ...], Field(min_length=1)]
    """What it is made of."""


class Reference(_Piece):
    """The frozen distribution that places are read from."""

    period: Literal["auto"] | tuple[date, date] = "auto"
    """First and last day. `auto`: the calendar quarter before the day that is looked at, or, while there is not yet a
    quarter with 28 days of data, all days since the first."""
    kappa: Annotated[float, Field(gt=0)] = 10
    """A group of n accounts is trusted n / (n + kappa); the rest comes from the wider group."""
    min_accounts: Annotated[int, Field(ge=1)] = 5
    """A smaller group is not looked at."""


class Rank(_Piece):
    """How ranks are made."""

    min_accounts: Annotated[int, Field(ge=2)] = 8
    """The rank is taken in the narrowest group with as many scores: industry and size, industry, all."""
    weight_noise: Share = 0.25
    """The range of a rank is the one it keeps when every weight may be off by this share."""


class Missing(_Piece):
    """What is done when data is missing."""

    min_pillar: Share = 0.5
    """A pillar counts when this share of its weight has a place."""
    min_score: Share = 0.6
    """A score is given when this share of the weight rests on data."""
    impute: Share = 0.25
    """A component without data is taken at this share of the peers, never dropped."""
    min_days: Share = 0.5
    """A window counts when this share of its days has data."""
    carry_days: Annotated[int, Field(ge=0, le=7)] = 3
    """Where data is late, the newest value stands in for as many days; such values are marked."""


class Risk(_Piece):
    """A ratio that lowers the score while it is too high, and never raises it."""

    id: Identifier
    """Its name within the scorecard."""
    title: Title
    """Its name for readers."""
    metric: str
    """A ratio of the catalogue."""
    days: Annotated[Literal[7, 28], BeforeValidator(lambda text: {"7": 7, "28": 28}.get(text, text))] = 28
    """Length of the window."""
    begins: Annotated[float, Field(ge=0)]
    """Up to here the score is left alone."""
    full_at: Annotated[float, Field(gt=0)]
    """From here on the lowest factor counts; in between a straight line."""
    lowest: Annotated[float, Field(gt=0, le=1)]
    """What is left of the points above the floor of 10 at the worst."""

    @model_validator(mode="after")
    def _rises(self) -> Risk:
        if self.full_at <= self.begins:
            raise Unfit("full_at must lie above begins")
        return self


class Doubt(_Piece):
    """A day that is not believed, because one number of it cannot be as large beside another."""

    metric: str
    """The number that may be too large."""
    of: str
    """The number that bears it."""
    most: Annotated[float, Field(gt=0)] = 1
    """How many times the other it may be."""
    at_least: Annotated[float, Field(ge=0)] = 100
    """Below this it is not judged: a handful proves nothing."""


class Scorecard(Declared):
    """A composite score. Method: frozen peer distribution, shrunken groups, arithmetic mean within pillars, geometric between."""

    kind: Literal["scorecard"]
    id: Literal["business", "popularity"]
    """Which of the two scores it makes."""
    title: Title
    """Its name for readers."""
    reference: Reference = Reference()
    """What places are read from."""
    rank: Rank = Rank()
    """How ranks are made."""
    missing: Missing = Missing()
    """What is done when data is missing."""
    risks: tuple[Risk, ...] = ()
    """What lowers the score; factors multiply."""
    winsorise: Annotated[float, Field(gt=0.5, le=1)] = 0.995
    """One day of a sum counts at most what this share of the reference's account-days stay below, or the account's own best
    day there: a single viral or bought day does not own the score. 1 lets every day count whole."""
    doubts: tuple[Doubt, ...] = ()
    """Days that are set aside; the newest days that can be believed stand in for them."""
    pillars: Annotated[tuple[Pillar, ...], Field(min_length=1)]
    """What it is made of."""

    @property
    def components(self) -> Iterator[tuple[Pillar, Component]]:
        """Every component with its pillar."""
        for pillar in self.pillars:
            for component in pillar.components:
                yield pillar, component

    @model_validator(mode="after")
    def _adds_up(self) -> Scorecard:
        total = sum(pillar.weight for pillar in self.pillars)
        if not math.isclose(total, 1, abs_tol=1e-9):
            raise Unfit("the weights of the pillars add up to {sum}, not to 1", sum=f"{total:g}")
        ids = Counter(pillar.id for pillar in self.pillars)
        ids.update(component.id for _, component in self.components)
        ids.update(risk.id for risk in self.risks)
        twice = sorted(name for name, count in ids.items() if count > 1)
        if twice:
            raise Unfit("these ids are used twice: {ids}", ids=", ".join(twice))
        return self


def read_scorecards(project: Project, catalogue: Catalogue, versions: Mapping[str, int] | None = None) -> tuple[Scorecard, ...]:
    """The two scorecards; the project's own (`scorecards/*.yaml`) win over the shipped ones.

    `versions` asks for versions that were used before. Raises InvalidFiles, also when a file was changed without raising
    its version.
    """
    return tuple(card for _, card in _chosen(project, catalogue, versions or {}))


def keep_scorecards(project: Project, catalogue: Catalogue, day: date) -> None:
    """Keep the scorecards as they are now, for they have told this day. Raises InvalidFiles."""
    for path, card in _chosen(project, catalogue, {}):
        keep_version(project, day, card.id, card.version, path.read_text(encoding="utf-8-sig"))


def _chosen(project: Project, catalogue: Catalogue, versions: Mapping[str, int]) -> list[tuple[Path, Scorecard]]:
    shipped = [(path, f"opsengine/see/scorecards/{path.name}") for path in sorted(SHIPPED.glob("*.yaml"))]
    own = [(path, project.shown(path)) for path in project.files("scorecards")]
    kept = [(path, project.shown(path)) for path in (kept_file(project, *version) for version in sorted(versions.items()))]
    files = [*shipped, *own, *kept]
    read = read_declared(files, Scorecard)
    problems = [problem for document, card in read for problem in _unknown_metrics(document, card, catalogue)]
    if problems:
        raise InvalidFiles(problems)
    chosen = {card.id: (path, document, card) for (path, _), (document, card) in zip(files, read, strict=True)}
    refuse_silent_changes(project, [(document, card.id, card.version) for _, document, card in chosen.values()])
    return [(path, card) for _, (path, _, card) in sorted(chosen.items())]


def _unknown_metrics(document: Document, card: Scorecard, catalogue: Catalogue) -> Iterator[Problem]:
    """Every metric that the card names and nobody knows, and every risk that does not look at a ratio."""
    named: list[tuple[tuple[str | int, ...], str]] = [
        (("pillars", at, "components", within, "metric"), component.metric)
        for at, pillar in enumerate(card.pillars)
        for within, component in enumerate(pillar.components)
    ]
    named += [(("risks", at, "metric"), risk.metric) for at, risk in enumerate(card.risks)]
    named += [(("doubts", at, key), getattr(doubt, key)) for at, doubt in enumerate(card.doubts) for key in ("metric", "of")]
    for path, metric in named:
        if metric not in catalogue:
            guess = did_you_mean(metric, catalogue.names)
            yield Problem(
                document.place(path),
                "unknown-metric",
                "there is no metric `{metric}`",
                "did you mean `{guess}`?" if guess else "see docs/files.md for the metrics there are",
                {"metric": metric, "guess": guess},
            )
        elif path[0] == "risks" and catalogue[metric].kind != "ratio":
            said = "a risk looks at a ratio, and `{metric}` is none"
            yield Problem(document.place(path), "not-a-ratio", said, "", {"metric": metric})
