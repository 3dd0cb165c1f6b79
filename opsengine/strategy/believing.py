"""What a play is believed to bring, and what it may well bring: the second ranks it."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsengine.strategy.learning import Effect, Segment, learned
from opsengine.strategy.ranking import RankingFile

if TYPE_CHECKING:
    from opsengine.strategy.play import Play


@dataclass(frozen=True, slots=True)
class Belief:
    """What a play brings in an industry, or everywhere."""

    play: str
    industry: str | None
    """None: where the industry has no cases of its own."""
    benefit: float
    """The relative change of its metric in the direction that the play wants; 0 when it seems to do harm."""
    hoped: float
    """The same with what is not known about it taken for good, or as one draw of chance has it: this ranks it."""
    effect: Effect
    """The change of the metric as it is believed, in logs."""
    cases: int
    """Cases that the belief rests on, beside what the file declares."""


@dataclass(frozen=True, slots=True)
class Luck:
    """Ranking by chance: every play shows what it might do, the more so the less is known. The same seed, the same luck."""

    seed: int

    def draw(self, play: str, industry: str | None, effect: Effect) -> float:
        """What the play might do, in logs."""
        return random.Random(f"{self.seed}/{play}/{industry}").gauss(effect.mean, effect.spread)  # noqa: S311  chance, not secrets


def beliefs(
    playbook: Sequence[Play], segments: Sequence[Segment], luck: Luck | None = None, ranking: RankingFile | None = None
) -> tuple[Belief, ...]:
    """What is believed of every play: the mean, and beside it the mean plus its uncertainty, or with `luck` one draw."""
    optimism = (ranking or RankingFile()).optimism
    by_play: dict[str, list[Segment]] = {}
    for one in segments:
        by_play.setdefault(one.play, []).append(one)
    made = []
    for play in playbook:
        own = by_play.get(play.name, [])
        cases = {one.industry: one.cases for one in own}
        everywhere, industries = learned(play, own)
        sign = math.copysign(1, play.declared.expected.mid)
        for industry, effect in ((None, everywhere), *industries.items()):
            logs = effect.mean + sign * optimism * effect.spread if luck is None else luck.draw(play.name, industry, effect)
            count = sum(cases.values()) if industry is None else cases[industry]
            made.append(Belief(play.name, industry, _gained(sign, effect.mean), _gained(sign, logs), effect, count))
    return tuple(made)


def _gained(sign: float, logs: float) -> float:
    """A change in logs as a relative one in the wanted direction; nothing where it goes the other way."""
    return round(max(sign * math.expm1(logs), 0.0), 9)
