"""Dice: one stream for each account and purpose, so that adding a file never changes another."""

from __future__ import annotations

import math
from random import Random

Range = tuple[float, float]
"""The least and the most of something."""

LARGE = 30.0
"""From here on a Poisson count is drawn as a rounded normal one."""


def stream(*names: str | int) -> Random:
    """The dice for these names; the same names always throw the same numbers."""
    return Random("/".join(str(name) for name in names))  # noqa: S311  sample data, no secrets


def within(dice: Random, limits: Range) -> float:
    """Any number between the limits."""
    return dice.uniform(*limits)


def wobble(dice: Random, spread: float) -> float:
    """A factor around 1; `spread` is the standard deviation of its logarithm, and its mean is 1."""
    return math.exp(dice.gauss(-spread * spread / 2, spread))


def waves(dice: Random, length: int, spread: float, memory: float = 0.6) -> list[float]:
    """Factors around 1, one a day, where a good day is likely to follow a good day."""
    fresh = spread * math.sqrt(1 - memory * memory)
    height = dice.gauss(0, spread)
    factors = []
    for _ in range(length):
        factors.append(math.exp(height - spread * spread / 2))
        height = memory * height + dice.gauss(0, fresh)
    return factors


def count(dice: Random, expected: float) -> int:
    """How often something happens that is expected this often (Poisson)."""
    if expected <= 0:
        return 0
    if expected > LARGE:
        return max(0, round(dice.gauss(expected, math.sqrt(expected))))
    limit, product, times = math.exp(-expected), dice.random(), 0
    while product > limit:
        product *= dice.random()
        times += 1
    return times
