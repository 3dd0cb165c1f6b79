"""The catalogue of metrics: what each means, its unit, and how it adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from opsengine.project import Declared, read_declared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsengine.project import Project

Kind = Literal["flow", "stock", "ratio"]
Unit = Literal["count", "yuan", "ratio", "times", "minutes", "seconds", "points"]
Direction = Literal["up", "down"]
_SHIPPED = Path(__file__).parent / "catalogue"


class _Piece(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True)


class Title(_Piece):
    """A name in both languages."""

    zh: Annotated[str, Field(alias="zh-CN", min_length=1)]
    """In Chinese."""
    en: Annotated[str, Field(min_length=1)]
    """In English."""

    def say(self, locale: str) -> str:
        """The name in a locale."""
        return self.zh if locale == "zh-CN" else self.en


class Metric(_Piece):
    """One number that is kept for an account and a day, or made from two that are."""

    metric: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    """Its name."""
    title: Title
    """Its name for readers."""
    kind: Kind
    """A flow adds up over days, a stock is read on a day, a ratio is one sum over another."""
    unit: Unit = "count"
    """What it is counted in; `ratio` is shown as a percentage, `times` as a factor."""
    direction: Direction = "up"
    """Whether more of it is better."""
    sum_of: tuple[str, ...] = ()
    """For a flow made of other flows: the ones that are added."""
    less: tuple[str, ...] = ()
    """And the ones that are taken off."""
    numerator: str = ""
    """For a ratio: the flow above the line."""
    denominator: str = ""
    """For a ratio: the flow below the line."""


class MetricsFile(Declared):
    """Metrics of one family, as they stand in `metrics/NAME.yaml`."""

    kind: Literal["metrics"]
    metrics: tuple[Metric, ...]
    """The metrics of one family."""


class _Industry(_Piece):
    names: tuple[str, ...]
    """Names that mean this industry."""
    frequency: Literal["high", "low"]
    """How often people buy."""
    online: Literal["high", "low"]
    """How much of the buying happens online."""


class _IndustriesFile(Declared):
    kind: Literal["industries"]
    industries: tuple[_Industry, ...]
    """Industries and their rhythm."""


@dataclass(frozen=True)
class Catalogue:
    """All metrics that are known, by name."""

    metrics: Mapping[str, Metric]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every metric's name, in order."""
        return tuple(sorted(self.metrics))

    def __getitem__(self, name: str) -> Metric:
        """The metric of that name; KeyError when there is none."""
        return self.metrics[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is a metric of that name."""
        return name in self.metrics

    def with_series(self, names: Iterable[str]) -> Catalogue:
        """This catalogue and plain daily counts of these names, for series that nobody declared."""
        new = {
            name: Metric.model_validate({"metric": name, "title": {"zh": name, "en": name}, "kind": "flow"})
            for name in names
            if name not in self.metrics
        }
        return Catalogue({**self.metrics, **new})


def read_catalogue(project: Project) -> Catalogue:
    """The shipped metrics and the project's own (`metrics/*.yaml`), which win. Raises InvalidFiles."""
    files = [*_shipped(), *((path, project.shown(path)) for path in project.files("metrics"))]
    read = read_declared(files, MetricsFile)
    return Catalogue({metric.metric: metric for _, file in read for metric in file.metrics})


def read_industries(project: Project) -> Mapping[str, tuple[str, str]]:
    """Frequency and online share (`high` or `low`) by an industry's name in lower case; the project's own file wins."""
    own = project.root / "industries.yaml"
    files = [(_SHIPPED.parent / "industries.yaml", "industries.yaml")]
    files += [(own, project.shown(own))] if own.is_file() else []
    read = read_declared(files, _IndustriesFile)
    return {
        name.lower(): (industry.frequency, industry.online)
        for _, file in read
        for industry in file.industries
        for name in industry.names
    }


def _shipped() -> Iterator[tuple[Path, str]]:
    for path in sorted(_SHIPPED.glob("*.yaml")):
        yield path, f"opsengine/see/catalogue/{path.name}"
