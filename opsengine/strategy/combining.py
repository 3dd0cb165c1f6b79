"""What several plays do together: effects on one number overlap, and what moves a part moves the whole by its share."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsengine.strategy.learning import TWO_SIDED_95, Effect

if TYPE_CHECKING:
    from opsengine.strategy.play import Play
    from opsengine.strategy.ranking import RankingFile


@dataclass(frozen=True, slots=True)
class Told:
    """A play, and what it is believed to do to the metric it names, in logs."""

    play: Play
    effect: Effect


@dataclass(frozen=True, slots=True)
class Together:
    """What some plays do to one number, in logs."""

    effect: Effect
    plays: tuple[str, ...]
    """Those that move it, the strongest first."""
    is_carried: bool = False
    """Whether none of them names this number, nor a part of it: what reaches it is then taken as a part of their effects."""

    @property
    def change(self) -> float:
        """The relative change: 0.1 is a tenth more."""
        return round(math.expm1(self.effect.mean), 9)

    @property
    def low(self) -> float:
        """The relative change that it exceeds 39 times of 40."""
        return round(math.expm1(self.effect.mean - TWO_SIDED_95 * self.effect.spread), 9)

    @property
    def high(self) -> float:
        """The relative change that it stays below 39 times of 40."""
        return round(math.expm1(self.effect.mean + TWO_SIDED_95 * self.effect.spread), 9)


@dataclass(frozen=True, slots=True)
class Ground:
    """What it takes to see what reaches a number."""

    shares: Mapping[tuple[str, str], float]
    """For a whole and a part, which share of the whole the part has."""
    falling: frozenset[str]
    """Metrics of which less is better."""
    ranking: RankingFile


def together(metric: str, told: Sequence[Told], ground: Ground) -> Together | None:
    """What the plays do to a metric; None when none of them moves it.

    What a play does to a metric that it serves without naming it, or a part of it, is `carries` of its effect, for the better. Of
    effects on one number the strongest counts whole, the next by `overlap`, the one after by its square: plays that do the same do
    not do it twice. Side effects count whole.
    """
    found = sorted(_direct(metric, told, ground), key=lambda one: (-abs(one[1].mean), one[0]))
    weighed = [(name, effect, ground.ranking.overlap**at) for at, (name, effect) in enumerate(found)]
    weighed += [(name, effect, 1.0) for name, effect in _beside(metric, told)]
    if not weighed:
        return None
    mean = sum(weight * effect.mean for _, effect, weight in weighed)
    variance = sum((weight * effect.spread) ** 2 for _, effect, weight in weighed)
    named = any(one.play.declared.expected.metric == metric or metric in one.play.wholes for one in told)
    is_carried = not named and len(weighed) == len(found)
    return Together(Effect(mean, math.sqrt(variance)), tuple(dict.fromkeys(name for name, _, _ in weighed)), is_carried)


def _direct(metric: str, told: Sequence[Told], ground: Ground) -> Iterator[tuple[str, Effect]]:
    """The plays that move the metric itself, a part of it, or something that carries over to it."""
    for one in told:
        moved, change = one.play.declared.expected.metric, math.expm1(one.effect.mean)
        share = 1.0 if moved == metric else ground.shares.get((metric, moved), 0.0)
        if not share and metric in one.play.declared.goals and metric not in _sides(one.play):
            share, change = ground.ranking.carries, math.copysign(change, -1 if metric in ground.falling else 1)
        if share:
            yield one.play.name, Effect(math.log1p(share * change), share * one.effect.spread)


def _sides(play: Play) -> frozenset[str]:
    return frozenset(side.metric for side in play.declared.side_effects)


def _beside(metric: str, told: Sequence[Told]) -> Iterator[tuple[str, Effect]]:
    for one in told:
        for side in one.play.declared.side_effects:
            if side.metric == metric:
                yield one.play.name, Effect(math.log1p(float(side.mid)), float(side.spread))
