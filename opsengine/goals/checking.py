"""From goals and the warehouse to results: where every promise stood at the end of one day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from opsengine.goals.campaigns import read_declared
from opsengine.goals.checkins import check_in_of
from opsengine.goals.curving import shares_due
from opsengine.goals.forecasting import put_forecast, read_foreseen, shipped_forecast
from opsengine.goals.history import read_revisions
from opsengine.goals.measuring import measure_id_of, put_goals
from opsengine.goals.notes import read_notes
from opsengine.goals.reading import read_goals
from opsengine.goals.resolving import with_targets
from opsengine.goals.result import Found, GoalResult
from opsengine.goals.together import together_by_goal
from opsengine.state import collector_at_rest
from opsengine.warehouse import build_models

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from opsengine.goals.campaigns import CampaignFile
    from opsengine.goals.forecasting import Forecast
    from opsengine.goals.goal import Goal, Known
    from opsengine.goals.notes import Note
    from opsengine.project import Project
    from opsengine.warehouse import Engine

MODELS = "goals"
"""The folder of the models that are built here."""


@dataclass(frozen=True, slots=True)
class PaceDay:
    """One day in the picture of a primary promise."""

    day: date
    actual: float | None
    """Reached by the end of that day; None before the first data."""
    is_missing: bool
    """Whether any account behind the promise has no data for the day."""


def check_goals(
    engine: Engine, project: Project, as_of: date, known: Known, zone: ZoneInfo | None = None
) -> tuple[GoalResult, ...]:
    """A result for every measure of every goal file of a project, by file name, primary first.

    Raises InvalidFiles when a goal file is wrong. Goals of cycles that are over, or yet to begin, are there as well.
    The days of commits are those of `zone`.
    """
    goals, notes, history = read_goals(project, known), read_notes(project), read_revisions(project)
    results = measure_goals(engine, goals, as_of, read_declared(project))
    whole = together_by_goal(results)
    return tuple(
        replace(
            result,
            lowered=history.lowered(result.goal, result.measure, as_of, zone),
            commit=history.commit_of(result.goal.file),
            is_edited=history.is_edited(result.goal.file),
            **_said(result, notes.get(result.goal.name, ())),
            together=whole.get(result.measure_id),
        )
        for result in results
    )


def _said(result: GoalResult, notes: Sequence[Note]) -> dict[str, Any]:
    """Check-ins, told once: with the primary measure or the first."""
    if result.measure != result.goal.measures[0]:
        return {}
    return {"note_of_owner": _newest(notes, result), "check_in": check_in_of(result.goal, notes, result.as_of)}


def measure_goals(
    engine: Engine,
    goals: Sequence[Goal],
    as_of: date,
    campaigns: Mapping[str, CampaignFile] | None = None,
    forecast: Forecast | None = None,
) -> tuple[GoalResult, ...]:
    """Put the goals into the warehouse, build the models of this room, and read where each measure stands and will land."""
    with collector_at_rest():
        goals = with_targets(engine, goals)
        measures = {measure_id_of(goal, measure): (goal, measure) for goal in goals for measure in goal.measures}
        put_goals(engine, goals)
        put_forecast(engine, forecast or shipped_forecast(), campaigns)
        build_models(engine, as_of, MODELS)
        rows = {row["measure_id"]: row for row in engine.read(_PROGRESS)}
        foreseen, curves = read_foreseen(engine), shares_due(engine, goals, as_of)
        return tuple(
            GoalResult(goal, measure, as_of, _found(rows.get(name)), foreseen.get(name), curves.get(name))
            for name, (goal, measure) in measures.items()
        )


def pace_of(engine: Engine, result: GoalResult) -> tuple[PaceDay, ...]:
    """How a primary promise grew, day by day, up to the day of the result; empty for other roles and before it begins."""
    return tuple(PaceDay(**row) for row in engine.read(_DAILY, measure_id=result.measure_id))


_PROGRESS = """
select measure_id, accounts, accounts_with_data, numerator, denominator, baseline, days_expected, days_with_data, last_day,
    days_typed
from goals.progress
"""
_DAILY = "select day, actual, is_missing from goals.daily where measure_id = $measure_id order by day"
_numbers_found = itemgetter(*Found.__slots__)


def _found(row: dict[str, Any] | None) -> Found:
    return Found() if row is None else Found(*_numbers_found(row))


def _newest(notes: Sequence[Note], result: GoalResult) -> Note | None:
    """The newest check-in up to the day, within the cycle."""
    said = [note for note in notes if result.cycle.start <= note.on <= result.as_of]
    return said[-1] if said else None
