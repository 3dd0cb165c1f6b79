"""Saying yes or no to a suggestion, and telling how its tasks go on: from values to words for the state database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from opsengine.errors import UserError
from opsengine.project import did_you_mean
from opsengine.state import TaskEvent
from opsengine.strategy.life import DISMISSED_FOR, PLAY_ONLY, Life, Task, task_id
from opsengine.strategy.names import measured_by
from opsengine.strategy.saying import Number, Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opsengine.strategy.play import Play
    from opsengine.warehouse import Engine


@dataclass(frozen=True, slots=True)
class Who:
    """Who says yes, and who does it."""

    by: str
    owner: str = ""
    """Empty: the role that the play names for each task."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Who says no, why, and until when."""

    by: str
    reason: str
    until: date | None = None
    """The last day it counts; four weeks when left out."""


def numbers_of(engine: Engine, account_id: str) -> dict[str, float]:
    """Every number of one account by name; needs `strategy.account_state`."""
    rows = engine.read(
        "select name, value from strategy.account_state where account_id = $account_id order by name", account_id=account_id
    )
    return {row["name"]: row["value"] for row in rows}


def accept(life: Life, play: Play, account_id: str, numbers: Mapping[str, float], who: Who) -> list[TaskEvent]:
    """The words with which an account takes a play up: one for each of its tasks, with the baseline as it is today.

    Raises UserError when the play is under way already.
    """
    if life.open_tasks(account_id, play.name):
        hint = "`opsengine tasks list` shows its tasks"
        raise UserError("{account} has taken up {play} already", hint=hint, account=account_id, play=play.name)
    why = Sentence(
        play.declared.because.label, {name: Number(numbers[name], unit) for name, unit in play.units.items() if name in numbers}
    )
    taken = {
        "title": dict(play.declared.title.label),
        "why": dict(why.label),
        "family": play.declared.family,
        "effort": play.declared.effort,
        "revision": play.revision,
        "metric": play.declared.expected.metric,
    }
    return [
        TaskEvent(
            task_id(account_id, play.name, life.as_of, work.name), account_id, play.name, "accepted", life.as_of, who.by,
            {
                "task": work.name,
                "task_title": dict(work.title),
                "owner": who.owner or work.owner,
                "due": (life.as_of + timedelta(days=work.days)).isoformat(),
                "baseline": numbers.get(measured_by(play.declared.expected.metric)),
                "taken": taken,
            },
        )
        for work in play.works
    ]  # fmt: skip


def dismiss(life: Life, account_id: str, play: str, refusal: Refusal) -> list[TaskEvent]:
    """The words with which an account turns a play down, and gives up what it has open of it."""
    detail = {"reason": refusal.reason, "until": (refusal.until or life.as_of + DISMISSED_FOR).isoformat()}
    ids = [task.id for task in life.open_tasks(account_id, play) if task.state != "done"]
    only = task_id(account_id, play, life.as_of, PLAY_ONLY)
    return [TaskEvent(one, account_id, play, "dismissed", life.as_of, refusal.by, detail) for one in ids or [only]]


def move(life: Life, wanted: str, event: str, by: str, playbook: Sequence[Play]) -> TaskEvent:
    """The word that a task was started or done.

    Raises UserError when there is no such task, it is no longer open, or a task that comes before it is not done.
    """
    task = find(life, wanted)
    if task.state not in ("accepted", "started") or event == task.state:
        raise UserError("the task {task} is {state} already", task=task.id, state=task.state)
    works = {work.name: work for play in playbook if play.name == task.play for work in play.works}
    before = works[task.name].after if task.name in works else ()
    open_names = {other.name for other in life.open_tasks(task.account_id, task.play) if other.state != "done"}
    waiting_for = next((name for name in before if name in open_names), None)
    if event == "done" and waiting_for is not None:
        raise UserError(
            "the task {task} comes after {other}", hint="say first that this one is done", task=task.id, other=waiting_for
        )
    return TaskEvent(task.id, task.account_id, task.play, event, life.as_of, by)


def note(life: Life, wanted: str, text: str, by: str) -> TaskEvent:
    """A remark about a task. Raises UserError when there is no such task."""
    task = find(life, wanted)
    return TaskEvent(task.id, task.account_id, task.play, "noted", life.as_of, by, {"text": text})


def find(life: Life, wanted: str) -> Task:
    """The task of that id. Raises UserError."""
    known = {task.id: task for task in life.tasks}
    if wanted not in known:
        guess = did_you_mean(wanted, known)
        hint = "did you mean `{guess}`?" if guess else "`opsengine tasks list` shows the tasks"
        raise UserError("there is no task {task}", hint=hint, task=wanted, guess=guess)
    return known[wanted]
