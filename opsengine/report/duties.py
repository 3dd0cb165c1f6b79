"""What people took on: tasks of plays, and check-ins on goals that are overdue."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from opsengine.report.undertaken import CheckIn, Task

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsengine.goals import Cycle, GoalResult
    from opsengine.report.labels import Label
    from opsengine.strategy import Task as TakenUp

EVERY = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=31)}
"""How long a check-in holds."""
ORDER = ("accepted", "started", "done", "verified", "expired")


def tasks_of(taken: Iterable[TakenUp], period: Cycle) -> tuple[Task, ...]:
    """The tasks of an account that are open, or came to their end within the period; overdue ones first."""
    told = [_task(one, period.end) for one in taken if _is_told(one, period)]
    return tuple(sorted(told, key=lambda task: (not task.is_overdue, ORDER.index(task.state), task.due)))


def overdue_check_ins(results: Iterable[GoalResult], named: dict[str, Label], as_of: date) -> tuple[CheckIn, ...]:
    """The running goals whose owner was to say how it goes and has not; `named` gives each measure its metric's name."""
    found = []
    for result in results:
        every, is_first = result.goal.plan.check_in, result.measure == result.goal.measures[0]
        if every is None or not is_first or not result.is_running:
            continue
        last = result.note_of_owner.on if result.note_of_owner else None
        since = last or result.cycle.start - timedelta(days=1)
        if as_of - since >= EVERY[every]:
            found.append(CheckIn(result.goal.name, named[result.measure_id], result.goal.owner, every, last))  # type: ignore[arg-type]  # the plan's words
    return tuple(found)


def _is_told(task: TakenUp, period: Cycle) -> bool:
    if task.accepted_on > period.end or task.state == "dismissed":
        return False
    return task.state in ("accepted", "started", "done") or task.moved_on >= period.start


def _task(one: TakenUp, as_of: date) -> Task:
    return Task(one.title, one.taken["title"], one.state, one.owner, one.due, as_of, one.is_verified)  # type: ignore[arg-type]  # dismissed ones are left out
