"""Whether the data proves what people say is done; and what has run out of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from opsengine.state import TaskEvent
from opsengine.strategy.judging import Question, judgement
from opsengine.strategy.names import measured_by
from opsengine.strategy.taking_up import numbers_of

if TYPE_CHECKING:
    from opsengine.strategy.life import Life, Task
    from opsengine.strategy.play import Play, Work
    from opsengine.warehouse import Engine

SETTLED_AFTER = timedelta(days=7)
"""Orders of the last days are still refunded and attributed; what was done is measured a week later."""
PROVED_WITHIN = timedelta(days=28)
"""A window of 28 days has then seen nothing but what came after; what has not shown by now will not."""
OPSENGINE = "opsengine"
"""Who says what no person says."""


def prove(engine: Engine, life: Life, playbook: Sequence[Play]) -> list[TaskEvent]:
    """The words that follow from the data of the day: what is verified, and what expired. Needs `strategy.account_state`."""
    works = {(play.name, work.name): (play, work) for play in playbook for work in play.works}
    done = [task for task in life.tasks if task.state == "done" and task.done_on and task.done_on + SETTLED_AFTER <= life.as_of]
    held = _judged(
        engine, life, {(task.play, task.name): works[task.play, task.name][1] for task in done if (task.play, task.name) in works}
    )
    numbers = {account: numbers_of(engine, account) for account in sorted({task.account_id for task in done})}
    proved = {
        task.id: evidence
        for task in done
        if (task.play, task.name) in works
        and (evidence := _evidence(task, *works[task.play, task.name], numbers[task.account_id], held)) is not None
    }
    return list(_words(life, proved))


def _judged(engine: Engine, life: Life, works: Mapping[tuple[str, str], Work]) -> dict[tuple[str, str], bool]:
    """For each account and stage of a task, whether its condition holds; stages that cannot be judged are left out."""
    questions = [
        Question(f"{play}/{name}/{stage}", condition)
        for (play, name), work in sorted(works.items())
        for stage, condition in enumerate(work.stages)
    ]
    if not questions:
        return {}
    engine.make(judgement("raw.task_judgements", questions), life.as_of)
    rows = engine.read("select account_id, question, is_true from raw.task_judgements where is_true is not null")
    return {(row["account_id"], row["question"]): row["is_true"] for row in rows}


def _evidence(
    task: Task, play: Play, work: Work, numbers: Mapping[str, float], held: Mapping[tuple[str, str], bool]
) -> dict[str, object] | None:
    """What proves the task; None when nothing does."""
    if work.stages:
        reached = [stage for stage in range(len(work.stages)) if held.get((task.account_id, f"{task.play}/{task.name}/{stage}"))]
        condition = work.stages[-1]
        if len(work.stages) - 1 not in reached:
            return None
        return {"test": condition.text, "numbers": {name: numbers[name] for name in condition.names if name in numbers}}
    expected = play.declared.expected
    now = numbers.get(measured_by(expected.metric))
    if now is None or task.baseline is None:
        return None
    cautious = task.baseline + abs(task.baseline) * float(expected.low)
    is_moved = now > task.baseline and now >= cautious if expected.mid >= 0 else now < task.baseline and now <= cautious
    return {"test": measured_by(expected.metric), "baseline": task.baseline, "value": now} if is_moved else None


def _words(life: Life, proved: Mapping[str, Mapping[str, object]]) -> Iterator[TaskEvent]:
    for task in life.tasks:
        if task.id in proved:
            yield TaskEvent(task.id, task.account_id, task.play, "verified", life.as_of, OPSENGINE, proved[task.id])
        elif task.state in ("accepted", "started") and life.as_of > task.due:
            yield TaskEvent(task.id, task.account_id, task.play, "expired", life.as_of, OPSENGINE, {"reason": "overdue"})
        elif task.state == "done" and task.done_on and life.as_of > task.done_on + SETTLED_AFTER + PROVED_WITHIN:
            yield TaskEvent(task.id, task.account_id, task.play, "expired", life.as_of, OPSENGINE, {"reason": "not proved"})
