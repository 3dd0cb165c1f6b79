"""What people took on: tasks of plays, and check-ins on goals that are overdue."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from opsengine.report.undertaken import CheckIn, Task

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsengine.goals import Cycle, GoalResult
    from opsengine.report.labels import Label
    from opsengine.strategy import Task as TakenUp

ORDER = ("accepted", "started", "done", "verified", "expired")


def tasks_of(taken: Iterable[TakenUp], period: Cycle) -> tuple[Task, ...]:
    """The tasks of an account that are open, or came to their end within the period; overdue ones first."""
    told = [_task(one, period.end) for one in taken if _is_told(one, period)]
    return tuple(sorted(told, key=lambda task: (not task.is_overdue, ORDER.index(task.state), task.due)))


def overdue_check_ins(results: Iterable[GoalResult], named: dict[str, Label]) -> tuple[CheckIn, ...]:
    """The running goals whose owner was to say how it goes and has not; `named` gives each measure its metric's name."""
    return tuple(
        CheckIn(result.goal.name, named[result.measure_id], result.goal.owner, result.check_in.every, result.check_in.last)  # type: ignore[arg-type]  # the plan's words
        for result in results
        if result.check_in is not None and result.check_in.is_overdue
    )


def _is_told(task: TakenUp, period: Cycle) -> bool:
    if task.accepted_on > period.end or task.state == "dismissed":
        return False
    return task.state in ("accepted", "started", "done") or task.moved_on >= period.start


def _task(one: TakenUp, as_of: date) -> Task:
    return Task(one.title, one.taken["title"], one.state, one.owner, one.due, as_of, one.is_verified)  # type: ignore[arg-type]  # dismissed ones are left out
