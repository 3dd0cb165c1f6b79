"""How much ranks rest on the weights: many draws of weights, and each weight alone as far off as it may be."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsengine.warehouse import build_models

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from opsengine.warehouse import Engine

DRAWS = 500
"""Enough that the fifth and the ninety-fifth hundredth of the ranks hold still."""


@dataclass(frozen=True, slots=True)
class RankRange:
    """Between which ranks an account stays in nine of ten draws."""

    account_id: str
    rank: int
    q5: int
    q50: int
    q95: int


@dataclass(frozen=True, slots=True)
class WeightEffect:
    """How far ranks move when this weight alone is off: `part` is a pillar or a component, `kind` says which."""

    part: str
    kind: str
    mean_shift: float
    largest_shift: int


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What the weights of one scorecard decide. `noise` is the share by which each is varied, to either side."""

    scorecard: str
    draws: int
    seed: str
    noise: float
    weights: tuple[WeightEffect, ...]
    accounts: tuple[RankRange, ...]


def measure_sensitivity(engine: Engine, as_of: date) -> tuple[Sensitivity, ...]:
    """Draw weights by a seed made of the scorecard and its version, and rank every account under each draw."""
    cards = engine.read("select scorecard, version, weight_noise from raw.scorecards order by scorecard")
    parts = _parts(engine)
    draws = [draw for card in cards for draw in _draws(card, parts[card["scorecard"]])]
    engine.put(
        "raw.weight_draws",
        {"scorecard": "VARCHAR", "draw": "INTEGER", "varies": "VARCHAR", "part": "VARCHAR", "factor": "DOUBLE"},
        draws,
    )
    known = sorted({row[:3] for row in draws})
    engine.put("raw.draws", {"scorecard": "VARCHAR", "draw": "INTEGER", "varies": "VARCHAR"}, known)
    build_models(engine, as_of, "sensitivity")
    return tuple(_of(engine, card, parts[card["scorecard"]]) for card in cards)


def _parts(engine: Engine) -> dict[str, dict[str, str]]:
    """The pillars and components of each scorecard, and which of the two each is."""
    rows = engine.read("select scorecard, pillar, component from raw.components order by scorecard, place")
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["scorecard"], {})[row["pillar"]] = "pillar"
        found[row["scorecard"]][row["component"]] = "component"
    return found


def _draws(card: dict[str, Any], parts: dict[str, str]) -> Iterator[tuple[str, int, str, str, float]]:
    """Draw 0 leaves everything; 1 to 500 vary all weights; the rest vary one, down and up."""
    scorecard, noise = card["scorecard"], card["weight_noise"]
    chance = random.Random(_seed(card))  # noqa: S311  draws are repeated, not kept secret
    yield scorecard, 0, "none", "", 1.0
    for draw in range(1, DRAWS + 1):
        for part in parts:
            yield scorecard, draw, "all", part, chance.uniform(1 - noise, 1 + noise)
    for at, part in enumerate(parts):
        yield scorecard, DRAWS + 1 + 2 * at, part, part, 1 - noise
        yield scorecard, DRAWS + 2 + 2 * at, part, part, 1 + noise


def _seed(card: dict[str, Any]) -> str:
    return f"{card['scorecard']} {card['version']}"


def _of(engine: Engine, card: dict[str, Any], parts: dict[str, str]) -> Sensitivity:
    scorecard = card["scorecard"]
    weights = engine.read(
        "select part, mean_shift, largest_shift from sensitivity.weight_effect where scorecard = $scorecard"
        " order by mean_shift desc, part",
        scorecard=scorecard,
    )
    accounts = engine.read(
        "select account_id, rank, q5, q50, q95 from sensitivity.rank_range where scorecard = $scorecard order by rank, account_id",
        scorecard=scorecard,
    )
    return Sensitivity(
        scorecard, DRAWS, _seed(card), card["weight_noise"],
        tuple(WeightEffect(row["part"], parts[row["part"]], round(row["mean_shift"], 6), row["largest_shift"]) for row in weights),
        tuple(RankRange(**row) for row in accounts),
    )  # fmt: skip
