"""The life of a suggestion: taken up or turned down, begun, done, proved by the data, or run out of time.

    suggested ──▶ accepted ──▶ started ──▶ done ──▶ verified
        │             │           │          │
        └▶ dismissed ◀┴───────────┘          └▶ expired   (accepted and started expire too, when they are overdue)

State keeps the words, one after another; here they become the tasks that they are about, on a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from opsengine.strategy.saying import LOCALES, Label

if TYPE_CHECKING:
    from opsengine.state import TaskEvent
    from opsengine.strategy.play import Play

TaskState = Literal["accepted", "started", "done", "verified", "expired", "dismissed"]
OPEN: tuple[TaskState, ...] = ("accepted", "started", "done")
"""States in which something is still to come."""

DISMISSED_FOR = timedelta(days=28)
"""How long a play that was dismissed without a day stays at the end of the list."""
SHOWN_AFTER_THE_END = timedelta(days=7)
"""One more weekly brief tells how it ended."""
PLAY_ONLY = "-"
"""Stands for the task where a play was dismissed before it had any."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a play that an account took up."""

    id: str
    account_id: str
    play: str
    name: str
    """Its name within the play."""
    title: Label
    state: TaskState
    owner: str
    accepted_on: date
    due: date
    moved_on: date
    """The day of its last move."""
    done_on: date | None
    baseline: float | None
    """The metric that the play expects to move, over 28 days, frozen when it was taken up."""
    taken: Mapping[str, Any]
    """What was noted when the play was taken up: its title, family, effort and the sentence that spoke for it."""
    notes: tuple[str, ...] = ()

    @property
    def is_verified(self) -> bool | None:
        """Whether the data proved it; None while nobody can tell."""
        if self.state == "verified":
            return True
        return False if self.state == "expired" and self.done_on else None

    def as_json(self) -> dict[str, Any]:
        """The task as `opsengine tasks list` prints it."""
        return {
            "id": self.id,
            "account_id": self.account_id,
            "play": self.play,
            "task": self.name,
            "title": dict(self.title),
            "state": self.state,
            "owner": self.owner,
            "accepted_on": self.accepted_on.isoformat(),
            "due": self.due.isoformat(),
            "verified": self.is_verified,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A play that an account does not want, until a day."""

    account_id: str
    play: str
    until: date
    """The last day on which it stays at the end of the list."""
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A play that an account took up, as its brief tells of it."""

    account_id: str
    play: str
    state: Literal["accepted", "doing", "done"]
    since: date
    tasks: tuple[Task, ...]

    @property
    def title(self) -> Label:
        """What is being done, as the playbook called it then."""
        return self._taken["title"]  # type: ignore[no-any-return]  # written by `taken_up`

    @property
    def why(self) -> Label:
        """The sentence that spoke for it then."""
        told: Label = self._taken["why"]
        return {locale: _SINCE[locale].format(day=self.since.isoformat(), why=told[locale]) for locale in LOCALES}

    @property
    def family(self) -> Literal["popularity", "business", "efficiency"]:
        """What it is for."""
        return self._taken["family"]  # type: ignore[no-any-return]  # written by `taken_up`

    @property
    def effort(self) -> int:
        """1 to 5."""
        return int(self._taken["effort"])

    @property
    def _taken(self) -> Mapping[str, Any]:
        return self.tasks[0].taken

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"play": self.play, "state": self.state, "since": self.since.isoformat(), "tasks": [task.id for task in self.tasks]}


_SINCE: Label = {"zh-CN": "{day} 采纳，当时的依据：{why}", "en": "Taken up on {day}, because then: {why}"}


@dataclass(frozen=True, slots=True)
class Life:
    """All tasks and dismissals of a project, as of a day."""

    as_of: date
    tasks: tuple[Task, ...] = ()
    """In the order in which they were taken up."""
    dismissals: tuple[Dismissal, ...] = ()

    def of_account(self, account_id: str) -> tuple[UnderWay, ...]:
        """The plays of an account that its brief tells of: something is open, or came to its end within a week."""
        return self.under_way_by_account().get(account_id, ())

    def under_way_by_account(self) -> dict[str, tuple[UnderWay, ...]]:
        """The same for every account that has any."""
        plays: dict[tuple[str, str, date], list[Task]] = {}
        for task in self.tasks:
            if task.state not in ("dismissed", "expired"):
                plays.setdefault((task.account_id, task.play, task.accepted_on), []).append(task)
        told: dict[str, list[UnderWay]] = {}
        for (account, play, since), tasks in plays.items():
            if any(task.state in OPEN or task.moved_on + SHOWN_AFTER_THE_END > self.as_of for task in tasks):
                told.setdefault(account, []).append(UnderWay(account, play, _state_of(tasks), since, tuple(tasks)))
        return {account: tuple(shown) for account, shown in told.items()}

    def open_tasks(self, account_id: str, play: str) -> list[Task]:
        """The tasks of a play that an account has still before it."""
        return [task for task in self.tasks if (task.account_id, task.play) == (account_id, play) and task.state in OPEN]

    def resting(self, playbook: Sequence[Play]) -> list[tuple[str, str, date]]:
        """Accounts and the plays that they took up so lately, or have under way, that they cool down; and until which day."""
        cooldown = {play.name: timedelta(days=play.declared.cooldown) for play in playbook}
        until: dict[tuple[str, str], date] = {}
        for task in self.tasks:
            ends = task.accepted_on + cooldown.get(task.play, timedelta())
            if task.state in OPEN:
                ends = max(ends, task.due + timedelta(days=1), self.as_of + timedelta(days=1))
            if task.state != "dismissed" and self.as_of < ends:
                until[task.account_id, task.play] = max(ends, until.get((task.account_id, task.play), ends))
        return sorted((account, play, day) for (account, play), day in until.items())

    def under_way(self) -> list[tuple[str, str]]:
        """Accounts and the plays that they have under way."""
        return sorted({(task.account_id, task.play) for task in self.tasks if task.state in OPEN})

    def turned_down(self) -> list[tuple[str, str]]:
        """Accounts and the plays that they do not want today."""
        return sorted({(one.account_id, one.play) for one in self.dismissals if one.until >= self.as_of})

    def taken_this_week(self) -> dict[str, int]:
        """For each play, the accounts that took it up within the last seven days."""
        week = {(t.play, t.account_id) for t in self.tasks if t.accepted_on > self.as_of - timedelta(days=7)}
        return {play: sum(1 for other, _ in week if other == play) for play in sorted({play for play, _ in week})}


def life(said: Iterable[TaskEvent], as_of: date) -> Life:
    """What the words up to a day amount to; words about tasks of which nothing is known are passed over."""
    tasks: dict[str, Task] = {}
    dismissals: dict[tuple[str, str], Dismissal] = {}
    for word in said:
        if word.event == "dismissed":
            until = date.fromisoformat(word.detail["until"])
            dismissals[word.account_id, word.play] = Dismissal(word.account_id, word.play, until, word.detail["reason"], word.by)
        if word.event == "accepted":
            tasks[word.task_id] = _accepted(word)
            dismissals.pop((word.account_id, word.play), None)
        elif word.task_id in tasks:
            tasks[word.task_id] = _moved(tasks[word.task_id], word)
    return Life(as_of, tuple(tasks.values()), tuple(dismissals.values()))


def task_id(account_id: str, play: str, day: date, name: str) -> str:
    """The same task of the same play, taken up on the same day, is the same task, however often it is said."""
    return f"{account_id}/{play}/{day.isoformat()}/{name}"


def _accepted(word: TaskEvent) -> Task:
    detail = word.detail
    return Task(
        word.task_id, word.account_id, word.play, detail["task"], detail["task_title"], "accepted", detail["owner"],
        accepted_on=word.day, due=date.fromisoformat(detail["due"]), moved_on=word.day, done_on=None,
        baseline=detail["baseline"], taken=detail["taken"],
    )  # fmt: skip


def _moved(task: Task, word: TaskEvent) -> Task:
    if word.event == "noted":
        return replace(task, notes=(*task.notes, f"{word.by}: {word.detail['text']}"))
    done_on = word.day if word.event == "done" else task.done_on
    return replace(task, state=word.event, moved_on=word.day, done_on=done_on)  # type: ignore[arg-type]  # the schema's events


def _state_of(tasks: Sequence[Task]) -> Literal["accepted", "doing", "done"]:
    if all(task.state in ("done", "verified") for task in tasks):
        return "done"
    return "accepted" if all(task.state == "accepted" for task in tasks) else "doing"
