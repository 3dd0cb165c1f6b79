"""Why a score moved: its change taken apart into points that add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsengine.errors import UserError
from opsengine.see.building import put_compared_days
from opsengine.warehouse import read_models

if TYPE_CHECKING:
    from datetime import date

    from opsengine.warehouse import Engine


@dataclass(frozen=True, slots=True)
class Cause:
    """One part of a change. `kind` is `own` for the account's own movement, `coverage` for what came, went or changed weight.

    Places are read from one frozen reference for both days, so neither the field's movement nor a change of method
    can be a cause between them.
    """

    cause: str
    kind: str
    points: float


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


def explain_change(engine: Engine, as_of: date, since: date) -> tuple[ScoreChange, ...]:
    """The changes of both scores of every account between two days. Raises UserError when `since` is not before `as_of`."""
    if since >= as_of:
        raise UserError("{since} is not before {as_of}", since=since.isoformat(), as_of=as_of.isoformat())
    put_compared_days(engine, as_of, since)
    engine.make(read_models()["scores.change"], as_of)
    rows = engine.read(
        """
        select now_there.account_id, now_there.scorecard, then_there.score as before, now_there.score as now,
            change.component, change.kind, change.points
        from scores.change as change
        inner join scores.account_score as now_there
            on now_there.account_id = change.account_id and now_there.scorecard = change.scorecard and now_there.day = $as_of
        inner join scores.account_score as then_there
            on then_there.account_id = change.account_id and then_there.scorecard = change.scorecard and then_there.day = $since
        order by now_there.account_id, now_there.scorecard, abs(change.points) desc, change.component
        """,
        as_of=as_of,
        since=since,
    )
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["account_id"], row["scorecard"]), []).append(row)
    return tuple(
        ScoreChange(
            account_id,
            scorecard,
            parts[0]["before"],
            parts[0]["now"],
            tuple(Cause(part["component"], part["kind"], float(part["points"])) for part in parts),
        )
        for (account_id, scorecard), parts in found.items()
    )
