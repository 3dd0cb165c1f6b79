"""The best and the worst works of four weeks, and what tells them apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from opsengine.report.brief import Work
from opsengine.report.measured import Trait
from opsengine.words import LOCALES, Words

if TYPE_CHECKING:
    from opsengine.report.gathering import Row
    from opsengine.report.labels import Label

BEST_WORKS, WORST_WORKS = 3, 2
"""A reader remembers so many."""
FEWEST_WORKS = 9
"""Thirds of fewer works tell nothing."""
CLEAR_SHARE = 0.5
"""Points between shares that are news: half of the works."""
CLEAR_RATIO = 1.3
"""Medians three tenths apart are news."""
TRAITS = 3
SATURDAY = 6
_RATES = {
    "bounce_rate_2s": "left within 2 seconds",
    "finish_rate_5s": "watched beyond 5 seconds",
    "finish_rate": "watched to the end",
    "interaction_rate": "interactions per play",
}
_HABITS: dict[str, tuple[str, Callable[[Row], bool]]] = {
    "weekend": ("published on a weekend", lambda work: work["published_on"].isoweekday() >= SATURDAY),
    "question": ("a question in the title", lambda work: any(sign in work["title"] for sign in "?？")),
    "hashtags": ("three or more hashtags", lambda work: work["title"].count("#") >= 3),
    "short_title": ("a title of at most 15 characters", lambda work: len(work["title"].partition("#")[0].strip()) <= 15),
}


def best_and_worst(works: Sequence[Row]) -> tuple[tuple[Work, ...], tuple[Work, ...]]:
    """The works with the most and the fewest plays; `works` are ordered by plays, most first."""
    return tuple(_work(row) for row in works[:BEST_WORKS]), tuple(_work(row) for row in works[BEST_WORKS:][-WORST_WORKS:])


def traits_of(works: Sequence[Row]) -> tuple[Trait, ...]:
    """What the best third shares and the worst third does not, the clearest first; empty for few works."""
    if len(works) < FEWEST_WORKS:
        return ()
    third = len(works) // 3
    contrast = _Contrast(works[:third], works[-third:], len(works))
    found = [*contrast.forms(), *contrast.habits(), *contrast.rates()]
    return tuple(trait for _, trait in sorted(found, key=lambda one: (-one[0], one[1].id))[:TRAITS])


@dataclass(frozen=True, slots=True)
class _Contrast:
    """The best works beside the worst; every trait comes with how clear it is."""

    best: Sequence[Row]
    worst: Sequence[Row]
    works: int

    def forms(self) -> Iterator[tuple[float, Trait]]:
        """Forms of works, such as a video of a minute."""
        for form in sorted({row["form"] for row in (*self.best, *self.worst) if row["form"]}):
            shares = self._shares([row["form"] == form for row in self.best], [row["form"] == form for row in self.worst])
            yield from self._share(f"form:{form}", _said("published as {form}", form=form), shares)

    def habits(self) -> Iterator[tuple[float, Trait]]:
        """What the one who publishes decides."""
        for name, (text, has) in _HABITS.items():
            yield from self._share(name, _said(text), self._shares(map(has, self.best), map(has, self.worst)))

    def rates(self) -> Iterator[tuple[float, Trait]]:
        """How people watch."""
        for rate, text in _RATES.items():
            best, worst = _middle(self.best, rate), _middle(self.worst, rate)
            if best and worst and not 1 / CLEAR_RATIO < best / worst < CLEAR_RATIO:
                yield abs(best / worst - 1), Trait(rate, _said(text), best, worst, works=self.works)

    def _shares(self, best: Iterable[bool], worst: Iterable[bool]) -> tuple[float, float]:
        return sum(best) / len(self.best), sum(worst) / len(self.worst)

    def _share(self, name: str, label: Label, shares: tuple[float, float]) -> Iterator[tuple[float, Trait]]:
        best, worst = shares
        if abs(best - worst) >= CLEAR_SHARE:
            yield abs(best - worst) * 2, Trait(name, label, best, worst, works=self.works)


def _middle(works: Sequence[Row], rate: str) -> float | None:
    """The median of a rate; None when most works do not tell it."""
    known = [float(value) for row in works if (value := _rate(row, rate)) is not None]
    return median(known) if 2 * len(known) > len(works) else None


def _rate(row: Row, rate: str) -> float | None:
    if rate != "interaction_rate":
        return None if row[rate] is None else float(row[rate])
    return float(row["interactions"]) / float(row["plays"]) if row["interactions"] is not None and row["plays"] else None


def _said(text: str, **fields: str) -> Label:
    return {locale: Words(locale)(text, **fields) for locale in LOCALES}


def _work(row: Row) -> Work:
    names = ("plays", "finish_rate", "interactions", "net_fans")
    numbers = {name: None if row[name] is None else float(row[name]) for name in names}
    return Work(row["work_id"], row["title"], row["published_on"], **numbers)
