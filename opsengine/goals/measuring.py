"""What the warehouse is told of promises: one row for each measure of each goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsengine.goals.goal import Goal, Measure

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
