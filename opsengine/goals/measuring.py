"""What the warehouse is told of promises: one row for each measure of each goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsengine.goals.goal import Goal, Measure
    from opsengine.warehouse import Engine

COLUMNS = {
    "measure_id": "VARCHAR",
    "role": "VARCHAR",
    "metric": "VARCHAR",
    "kind": "VARCHAR",
    "subject_kind": "VARCHAR",
    "subject": "VARCHAR",
    "start_day": "DATE",
    "end_day": "DATE",
    "direction": "VARCHAR",
    "target": "DECIMAL(24, 6)",
    "floor": "DECIMAL(24, 6)",
    "stretch": "DECIMAL(24, 6)",
}
"""Of the table `raw.goals`."""
_SELECTORS = {"subject": "VARCHAR", "attribute": "VARCHAR", "value": "VARCHAR", "attributes": "INTEGER"}


def put_goals(engine: Engine, goals: Sequence[Goal]) -> None:
    """Tell the warehouse every measure of these goals, and which accounts selectors mean."""
    told = [(goal, measure) for goal in goals for measure in goal.measures if not measure.is_open]
    engine.put("raw.goals", COLUMNS, {measure_id_of(*pair): row_of(*pair) for pair in told}.values())
    put_selectors(engine, goals)


def put_selectors(engine: Engine, goals: Sequence[Goal]) -> None:
    """Tell the warehouse which accounts the selectors of these goals mean."""
    selectors = {goal.subject.key: goal.subject.accounts.wanted for goal in goals if goal.subject.accounts}
    engine.put("raw.selectors", _SELECTORS, [
        (subject, attribute, value, len(wanted))
        for subject, wanted in selectors.items()
        for attribute, values in wanted.items()
        for value in values
    ])  # fmt: skip


def measure_id_of(goal: Goal, measure: Measure) -> str:
    """Goal, role and metric: one result in a check."""
    return f"{goal.name}/{measure.role}/{measure.metric}"


def row_of(goal: Goal, measure: Measure) -> tuple[object, ...]:
    """A measure as a row of `raw.goals`."""
    subject, cycle = goal.subject, goal.cycle
    return (
        measure_id_of(goal, measure), measure.role.value, measure.metric, measure.kind, subject.kind, subject.key,
        cycle.start, cycle.end, measure.direction, measure.target, measure.floor, measure.stretch,
    )  # fmt: skip
