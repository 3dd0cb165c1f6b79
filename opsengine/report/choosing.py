"""A report's own choice of numbers: what it shows beside those that every brief shows, and what it does not show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from opsengine.errors import InvalidFiles, Problem, Unfit
from opsengine.project import did_you_mean
from opsengine.report.numbering import STEPS

if TYPE_CHECKING:
    from opsengine.report.reports import NamedReport

SHIPPED = tuple(metric for metrics in STEPS.values() for metric in metrics)
"""The numbers of every brief, in the order of the funnel."""
MOST = 20
"""More numbers than that nobody reads."""


def _is_not_shown(name: str) -> str:
    if name in SHIPPED:
        raise Unfit("{name} is shown anyway", hint="take it out of `also`", name=name)
    return name


def _is_shown(name: str) -> str:
    if name not in SHIPPED:
        guess = did_you_mean(name, SHIPPED)
        hint = "did you mean `{guess}`?" if guess else "shown by every brief: {known}"
        raise Unfit("{name} is no number that every brief shows", hint=hint, name=name, guess=guess, known=", ".join(SHIPPED))
    return name


class Choice(BaseModel):
    """Which numbers of the period a brief shows."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    also: Annotated[tuple[Annotated[str, AfterValidator(_is_not_shown)], ...], Field(max_length=MOST)] = ()
    """Metrics to show as well, in this order: of the catalogue, of `metrics/`, or of an imported series."""
    without: tuple[Annotated[str, AfterValidator(_is_shown)], ...] = ()
    """Numbers that every brief shows, and this one does not."""

    @field_validator("also")
    @classmethod
    def _are_different(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for at, name in enumerate(names):
            if name in names[:at]:
                raise Unfit("{name} is named twice", name=name)
        return names


def choice_problems(reports: Iterable[NamedReport], metrics: Collection[str]) -> Iterator[Problem]:
    """Chosen metrics that nobody knows."""
    for named in reports:
        for at, name in enumerate(named.report.numbers.also):
            if name not in metrics:
                guess = did_you_mean(name, metrics)
                hint = "did you mean `{guess}`?" if guess else "`opsengine metrics list` shows them all"
                place = named.document.place(("numbers", "also", at))
                yield Problem(place, "unknown-metric", "there is no metric `{metric}`", hint, {"metric": name, "guess": guess})


def check_choice(reports: Iterable[NamedReport], metrics: Collection[str]) -> None:
    """Raise InvalidFiles when a chosen metric is not known."""
    if problems := list(choice_problems(reports, metrics)):
        raise InvalidFiles(problems)
