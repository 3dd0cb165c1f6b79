"""What a play is believed to bring: the number that ranks it."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsengine.strategy.learning import Effect, Segment, learned

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


@dataclass(frozen=True, slots=True)
class Luck:
    """Ranking by chance: every play shows what it might do, the more so the less is known. The same seed, the same luck."""

    seed: int

    def draw(self, play: str, industry: str | None, effect: Effect) -> float:
        """What the play might do, in logs."""
        return random.Random(f"{self.seed}/{play}/{industry}").gauss(effect.mean, effect.spread)  # noqa: S311  chance, not secrets


def beliefs(playbook: Sequence[Play], segments: Sequence[Segment], luck: Luck | None = None) -> tuple[Belief, ...]:
    """What is believed of every play: the mean, or with `luck` one draw of what may be true."""
    made = []
    for play in playbook:
        everywhere, industries = learned(play, segments)
        told: list[tuple[str | None, Effect]] = [(None, everywhere), *industries.items()]
        for industry, effect in told:
            logs = effect.mean if luck is None else luck.draw(play.name, industry, effect)
            benefit = math.copysign(1, play.declared.expected.mid) * math.expm1(logs)
            made.append(Belief(play.name, industry, round(max(benefit, 0.0), 9)))
    return tuple(made)
