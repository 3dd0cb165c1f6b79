"""What changed numbers would make of an account's scores and ranks.

The place of a changed number among the peers is read off the places that the frozen reference gave to accounts of the same
industry and size; from there on the arithmetic is that of the scores, moved from what the models made of the day.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opsengine.strategy.combining import Together
    from opsengine.warehouse import Engine

Row = Mapping[str, Any]
CASES = ("low", "mid", "high")
NOW = "now"
FLOOR = 10
"""The lowest score: what risk takes off is taken off the points above it."""


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whose scores, on which day."""

    engine: Engine
    account_id: str
    day: date

    def read(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """Rows of this account and day."""
        return self.engine.read(sql, account_id=self.account_id, day=self.day, **parameters)


@dataclass(frozen=True, slots=True)
class ComponentMoved:
    """A component whose number the plays move, at the middle of what is believed."""

    component: str
    metric: str
    value: float
    then: float
    position: float
    position_then: float

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "component": self.component, "metric": self.metric, "value": self.value, "then": self.then,
            "position": self.position, "position_then": self.position_then,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScoreThen:
    """A score as it is and as it would be once the plays have worked for a whole window."""

    scorecard: str
    score: float
    then: Mapping[str, float]
    """Low, mid and high: the middle of what is believed, and what it stays above and below 39 times of 40."""
    rank: int | None
    rank_then: Mapping[str, int]
    accounts: int | None
    """Accounts in the group it is ranked in."""
    moved: tuple[ComponentMoved, ...]

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "scorecard": self.scorecard, "score": self.score, "then": dict(self.then), "rank": self.rank,
            "rank_then": dict(self.rank_then), "accounts": self.accounts, "components": [one.as_json() for one in self.moved],
        }  # fmt: skip


def rescored(engine: Engine, account_id: str, day: date, changes: Mapping[str, Together]) -> tuple[ScoreThen, ...]:
    """Both scores of an account with these changes; scorecards without a score, or that nothing of this moves, are left out.

    Components of growth are left as they are: a number that was raised grows no longer. Needs `scores.component`,
    `scores.pillar`, `scores.account_score`, `scores.rank`, `staging.peer_group` and `raw.components`.
    """
    whose = _Whose(engine, account_id, day)
    parts = whose.read(_COMPONENTS)
    passing = {(row["scorecard"], row["component"]) for row in engine.read(_PASSING)}
    tried = [
        (part["scorecard"], part["component"], case, part["value"] * (1 + change))
        for part in parts
        if part["value"] is not None
        and part["position"] is not None
        and part["metric"] in changes
        and (part["scorecard"], part["component"]) not in passing
        for case, change in _cases(changes[part["metric"]]).items()
    ]
    if not tried:
        return ()
    columns = {"scorecard": "VARCHAR", "component": "VARCHAR", "scenario": "VARCHAR", "value": "DOUBLE"}
    engine.put("raw.tried_values", columns, tried)
    places = {(row["scorecard"], row["component"], row["scenario"]): row for row in whose.read(_PLACES)}
    scores = _scored(whose, parts, places)
    return tuple(
        _then(whose, card, scores, _moved([part for part in parts if part["scorecard"] == card], places))
        for card in sorted({card for card, _, _, _ in tried})
        if (card, NOW) in scores
    )


def _cases(change: Together) -> dict[str, float]:
    return {NOW: 0.0, "low": change.low, "mid": change.change, "high": change.high}


def _place(part: Row, case: str, places: Mapping[tuple[str, str, str], Row]) -> float:
    """The position of a component in a case: its own, and what the curve adds between its value and the changed one."""
    own = float(part["position"])
    now = places.get((part["scorecard"], part["component"], NOW))
    then = places.get((part["scorecard"], part["component"], case))
    if now is None or then is None:
        return own
    return min(max(own + _on_curve(then) - _on_curve(now), 0.01), 1.0)


def _on_curve(row: Row) -> float:
    """Between the two nearest places that were given; beyond the last of them, its place."""
    low, high = row["low_position"], row["high_position"]
    if low is None or high is None:
        return float(high if low is None else low)
    width = row["high_value"] - row["low_value"]
    inside = (row["value"] - row["low_value"]) / width if width else 0.0
    return float(low + inside * (high - low))


def _scored(whose: _Whose, parts: Sequence[Row], places: Mapping[tuple[str, str, str], Row]) -> dict[tuple[str, str], float]:
    """The score of each scorecard in each case, from the pillars and scores that the models made of this day.

    A pillar moves by the weighted mean of what its components move; a score by the weighted logarithms of its pillars.
    """
    pillars = whose.read(_PILLARS)
    scores = {row["scorecard"]: row for row in whose.read(_SCORES) if row["before_risk"] is not None and row["available"]}
    found = {}
    for card, score in scores.items():
        for case in (NOW, *CASES):
            logs = sum(
                pillar["pillar_weight"] * math.log(_pillar(pillar, parts, case, places) / pillar["position"])
                for pillar in pillars
                if pillar["scorecard"] == card
            )
            before = score["before_risk"] * math.exp(logs / score["available"])
            found[card, case] = round(FLOOR + (before - FLOOR) * score["risk_factor"], 6)
    return found


def _pillar(pillar: Row, parts: Sequence[Row], case: str, places: Mapping[tuple[str, str, str], Row]) -> float:
    """The position of a pillar in a case."""
    moved = sum(
        part["weight"] * (_place(part, case, places) - part["position"])
        for part in parts
        if (part["scorecard"], part["pillar"]) == (pillar["scorecard"], pillar["pillar"]) and part["position"] is not None
    )
    return float(pillar["position"] + moved / pillar["available"])


def _moved(parts: Sequence[Row], places: Mapping[tuple[str, str, str], Row]) -> tuple[ComponentMoved, ...]:
    return tuple(
        ComponentMoved(
            part["component"], part["metric"], part["value"], places[part["scorecard"], part["component"], "mid"]["value"],
            part["position"], round(_place(part, "mid", places), 9),
        )
        for part in parts
        if (part["scorecard"], part["component"], "mid") in places
    )  # fmt: skip


def _then(whose: _Whose, card: str, scores: Mapping[tuple[str, str], float], moved: tuple[ComponentMoved, ...]) -> ScoreThen:
    told = whose.read(_SCORE, card=card)
    score = told[0]["score"] if told and told[0]["score"] is not None else scores[card, NOW]
    then = {case: round(score + scores[card, case] - scores[card, NOW], 6) for case in CASES}
    ranked = whose.read(_RANK, card=card)
    if not ranked:
        return ScoreThen(card, score, then, None, {}, None, moved)
    ranks = {case: _rank(whose, ranked[0], then[case]) for case in CASES}
    return ScoreThen(card, score, then, ranked[0]["rank"], ranks, ranked[0]["accounts"], moved)


def _rank(whose: _Whose, group: Row, score: float) -> int:
    above = whose.read(_ABOVE, card=group["scorecard"], level=group["level"], key=group["key"], score=score)
    return int(above[0]["accounts"]) + 1


_COMPONENTS = "select * from scores.component where account_id = $account_id and day = $day order by scorecard, component"
_PILLARS = """
select scorecard, pillar, pillar_weight, available, position from scores.pillar
where account_id = $account_id and day = $day and position is not null and available > 0
"""
_SCORES = """
select scorecard, available, before_risk, risk_factor from scores.account_score
where account_id = $account_id and day = $day
"""
_PASSING = "select scorecard, component from raw.components where statistic = 'growth'"
_PLACES = """
select
    tried.scorecard, tried.component, tried.scenario, tried.value,
    max(seen.value) filter (where seen.value <= tried.value) as low_value,
    min(seen.value) filter (where seen.value >= tried.value) as high_value,
    case when max(metrics.direction) = 'down'
        then min(seen.position) filter (where seen.value <= tried.value)
        else max(seen.position) filter (where seen.value <= tried.value) end as low_position,
    case when max(metrics.direction) = 'down'
        then max(seen.position) filter (where seen.value >= tried.value)
        else min(seen.position) filter (where seen.value >= tried.value) end as high_position
from raw.tried_values as tried
inner join raw.accounts as own on own.account_id = $account_id
inner join scores.component as seen
    on seen.scorecard = tried.scorecard and seen.component = tried.component and not seen.is_missing
    and date_diff('day', seen.day, $day) between 0 and 90
inner join raw.accounts as peers
    on peers.account_id = seen.account_id
    and coalesce(peers.industry, '') = coalesce(own.industry, '') and coalesce(peers.size, '') = coalesce(own.size, '')
left join raw.metrics as metrics on metrics.metric = seen.metric
where seen.value is not null and seen.position is not null
group by tried.scorecard, tried.component, tried.scenario, tried.value
"""
_SCORE = "select score from scores.account_score where account_id = $account_id and day = $day and scorecard = $card"
_RANK = """
select scorecard, level, key, rank, accounts from scores.rank
where account_id = $account_id and day = $day and scorecard = $card
"""
_ABOVE = """
select count(*) as accounts
from scores.account_score as scored
inner join staging.peer_group as placed
    on placed.account_id = scored.account_id and placed.level = $level and placed.key = $key
where scored.day = $day and scored.scorecard = $card and scored.account_id <> $account_id and scored.score > $score
"""
