"""Why a score moved: its change taken apart into points that add up to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from opsengine.errors import UserError
from opsengine.see.building import put_compared_days
from opsengine.see.reference import reference_days
from opsengine.warehouse import read_models

if TYPE_CHECKING:
    from opsengine.see.scorecard import Scorecard
    from opsengine.warehouse import Engine


@dataclass(frozen=True, slots=True)
class Cause:
    """One part of a change, in points.

    `kind` is `own` for what the account did beyond its field, `field` for what its peers did on average, `coverage` for
    what came, went or changed weight, and `method` for the same day measured by another scorecard or reference.
    """

    cause: str
    kind: str
    points: float


@dataclass(frozen=True, slots=True)
class Method:
    """By what a score was measured: the scorecard's version, and the days that places are read from."""

    version: int
    reference_from: date
    reference_to: date


@dataclass(frozen=True, slots=True)
class Told:
    """The scores of one day as they were told on that day, by account and scorecard."""

    methods: Mapping[str, Method]
    scores: Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """A score on two days, and what lies between."""

    account_id: str
    scorecard: str
    before: float
    now: float
    causes: tuple[Cause, ...]

    @property
    def change(self) -> float:
        """The points between the two days; the causes add up to it."""
        return round(self.now - self.before, 6)

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "from": self.before,
            "to": self.now,
            "change": self.change,
            "causes": [{"cause": cause.cause, "kind": cause.kind, "points": cause.points} for cause in self.causes],
        }


def told_on(engine: Engine, day: date) -> Told:
    """The scores that these tables tell of a day, and by what."""
    rows = engine.read(
        "select account_id, scorecard, score from scores.account_score where day = $day and score is not null", day=day
    )
    return Told(methods_of(engine), {(row["account_id"], row["scorecard"]): row["score"] for row in rows})


def methods_of(engine: Engine) -> dict[str, Method]:
    """By what each scorecard of these tables measures."""
    rows = engine.read("select scorecard, version, reference_from, reference_to from raw.scorecards order by scorecard")
    return {row["scorecard"]: Method(row["version"], row["reference_from"], row["reference_to"]) for row in rows}


def methods_on(engine: Engine, cards: Iterable[Scorecard], day: date) -> dict[str, Method]:
    """By what these scorecards measure a day."""
    first = engine.read("select min(day) as day from raw.calendar")[0]["day"] or day
    return {card.id: Method(card.version, *reference_days(card, day, first)) for card in cards}


def explain_change(engine: Engine, as_of: date, since: date, told: Told | None = None) -> tuple[ScoreChange, ...]:
    """The changes of both scores of every account between two days.

    `told` is what was said on `since`; where it differs from how that day is measured now, the method is a cause of its
    own. Raises UserError when `since` is not before `as_of`.
    """
    if since >= as_of:
        raise UserError("{since} is not before {as_of}", since=since.isoformat(), as_of=as_of.isoformat())
    put_compared_days(engine, as_of, since)
    for model in ("scores.change", "scores.change_cause"):
        engine.make(replace(read_models()[model], is_view=False), as_of)
    rows = engine.read(_CHANGES, as_of=as_of, since=since)
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["account_id"], row["scorecard"]), []).append(row)
    said = told.scores if told else {}
    return tuple(_change(key, parts, said.get(key)) for key, parts in found.items())


_CHANGES = """
    select now_there.account_id, now_there.scorecard, then_there.score as before, now_there.score as now,
        change.cause, change.kind, change.points
    from scores.account_score as now_there
    inner join scores.account_score as then_there
        on then_there.account_id = now_there.account_id and then_there.scorecard = now_there.scorecard and then_there.day = $since
    left join scores.change_cause as change
        on change.account_id = now_there.account_id and change.scorecard = now_there.scorecard
    where now_there.day = $as_of and now_there.score is not null and then_there.score is not null
    order by now_there.account_id, now_there.scorecard, abs(change.points) desc, change.cause, change.kind
"""


def _change(key: tuple[str, str], parts: Sequence[Mapping[str, Any]], told: float | None) -> ScoreChange:
    before = parts[0]["before"]
    causes = [Cause(part["cause"], part["kind"], float(part["points"])) for part in parts if part["cause"] is not None]
    rebase = 0.0 if told is None else round(before - told, 6)
    if rebase:
        causes.append(Cause("method", "method", rebase))
    return ScoreChange(*key, before if told is None else told, parts[0]["now"], tuple(causes))
