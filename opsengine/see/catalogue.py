"""The catalogue of metrics: what each means, its unit, and how it adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from opsengine.errors import InvalidFiles, Problem, Unfit
from opsengine.project import Declared, did_you_mean, read_declared
from opsengine.warehouse import parse_formula

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsengine.errors import Place
    from opsengine.project import Document, Project
    from opsengine.warehouse import Formula

Kind = Literal["flow", "stock", "ratio"]
Unit = Literal["count", "yuan", "ratio", "times", "minutes", "seconds", "points"]
Direction = Literal["up", "down"]
Additivity = Literal["sum", "snapshot", "ratio of two sums"]
Clock = Literal["event", "pay", "refund", "conversion", "billing", "snapshot"]
Domain = Literal["content", "audience", "commerce", "ads", "leads", "live", "traffic", "reach", "own"]
_SHARED = ("domain", "clock", "matures_in_days", "note")
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
    expression: str = ""
    """For a flow of your own: arithmetic over other flows and stocks of the same day, such as `gmv - live_refund_gmv`."""
    domain: Domain = "own"
    """Which part of the business it tells of."""
    clock: Clock = "event"
    """Which moment decides the day: the event itself, payment, refund, conversion, billing; or a snapshot of the day."""
    matures_in_days: Annotated[int, Field(ge=0)] = 0
    """Days until a day's number no longer changes."""
    note: Title | None = None
    """What must not be added to what, whether refunds are in it, and whether paid and organic can be told apart."""

    @property
    def additivity(self) -> Additivity:
        """How it adds up over days."""
        return {"flow": "sum", "stock": "snapshot", "ratio": "ratio of two sums"}[self.kind]  # type: ignore[return-value]  # a kind has its one additivity

    @property
    def made_of(self) -> frozenset[str]:
        """The metrics it is worked out from by sums or as a ratio."""
        return frozenset(filter(None, (*self.sum_of, *self.less, self.numerator, self.denominator)))

    @property
    def formula(self) -> str:
        """What it is made of; its own name when it is counted itself."""
        if self.kind == "ratio":
            return f"{self.numerator} / {self.denominator}"
        return self.expression or " - ".join(filter(None, [" + ".join(self.sum_of), *self.less])) or self.metric

    @model_validator(mode="after")
    def _is_one_of_these(self) -> Metric:
        if self.kind == "ratio" and not (self.numerator and self.denominator):
            raise Unfit("a ratio has a `numerator` and a `denominator`")
        if self.kind != "ratio" and (self.numerator or self.denominator):
            raise Unfit("only a ratio has a `numerator` or a `denominator`")
        if self.expression and (self.kind != "flow" or self.sum_of or self.less):
            raise Unfit("an expression makes a flow, and stands without `sum_of` and `less`")
        return self


class MetricsFile(Declared):
    """Metrics of one family, as they stand in `metrics/NAME.yaml`."""

    kind: Literal["metrics"]
    domain: Domain = "own"
    """Of those metrics that name none."""
    clock: Clock = "event"
    """Of those metrics that name none."""
    matures_in_days: Annotated[int, Field(ge=0)] = 0
    """Of those metrics that name none."""
    note: Title | None = None
    """Of those metrics that have none."""
    metrics: tuple[Metric, ...]
    """The metrics of one family."""

    @property
    def whole(self) -> Iterator[Metric]:
        """The metrics, each with what the file says of all of them."""
        for metric in self.metrics:
            missing = {name: getattr(self, name) for name in _SHARED if name not in metric.model_fields_set}
            yield metric.model_copy(update=missing)


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

    def formula_of(self, metric: Metric, place: Place) -> Formula:
        """A metric's expression, checked: it may speak of what is counted, not of ratios nor of other expressions.

        Raises InvalidFiles.
        """
        counted = [name for name, other in self.metrics.items() if other.kind != "ratio" and not other.expression]
        return parse_formula(metric.expression, counted, place)

    def with_series(self, names: Iterable[str]) -> Catalogue:
        """This catalogue and plain daily counts of these names, for series that nobody declared; any name will do."""
        new = {
            name: Metric.model_construct(metric=name, title=Title.model_construct(zh=name, en=name), kind="flow")
            for name in names
            if name not in self.metrics
        }
        return Catalogue({**self.metrics, **new})


def read_catalogue(project: Project) -> Catalogue:
    """The shipped metrics and the project's own (`metrics/*.yaml`), which win. Raises InvalidFiles."""
    files = [*_shipped(), *((path, project.shown(path)) for path in project.files("metrics"))]
    read = read_declared(files, MetricsFile)
    catalogue = Catalogue({metric.metric: metric for _, file in read for metric in file.whole})
    problems = [problem for document, file in read for problem in _unmakeable(document, file, catalogue)]
    if problems:
        raise InvalidFiles(problems)
    return catalogue


def _unmakeable(document: Document, file: MetricsFile, catalogue: Catalogue) -> Iterator[Problem]:
    """Parts that nobody knows, or that cannot be parts: only what is counted day by day can."""
    for at, metric in enumerate(file.metrics):
        named = [(key, name) for key in ("sum_of", "less") for name in getattr(metric, key)]
        named += [(key, getattr(metric, key)) for key in ("numerator", "denominator") if metric.kind == "ratio"]
        for key, name in named:
            place = document.place(("metrics", at, key))
            if name not in catalogue:
                guess = did_you_mean(name, catalogue.names)
                hint = "did you mean `{guess}`?" if guess else "see docs/files.md for the metrics there are"
                yield Problem(place, "unknown-metric", "there is no metric `{metric}`", hint, {"metric": name, "guess": guess})
            elif catalogue[name].kind == "ratio":
                yield Problem(place, "not-a-flow", "`{metric}` is a ratio, and no part of another metric", "", {"metric": name})
        if metric.expression:
            try:
                catalogue.formula_of(metric, document.place(("metrics", at, "expression")))
            except InvalidFiles as error:
                yield from error.problems


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
