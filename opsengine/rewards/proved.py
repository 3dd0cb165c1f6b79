"""Tasks that the data proved, as feats. What somebody only says is done earns nothing, and what was turned down never does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opsengine.goals import CycleKind, cycle_containing
from opsengine.rewards.feat import Feat, cycle_key, data_sha
from opsengine.state import canonical

if TYPE_CHECKING:
    from datetime import date

    from opsengine.rewards.rule import Rule
    from opsengine.state import TaskEvent

REACHED = Decimal(1)
"""A task is proved or it is not; there is no half of it."""


@dataclass(frozen=True, slots=True)
class _Proof:
    """A verified task: the word that took it up, the word that it was done, and the word of the data."""

    accepted: TaskEvent
    done: TaskEvent
    verified: TaskEvent


def feats_of_tasks(said: Iterable[TaskEvent], rules: Iterable[Rule], as_of: date) -> list[Feat]:
    """For every rule that pays for tasks: each task of its plays that the data proved, in the cycle in which they did.

    `said` are the words about tasks up to the day, the oldest first.
    """
    proofs = list(_proofs(said))
    return [
        _feat(proof, rule, as_of)
        for rule in rules
        if rule.says.earns.by == "task"
        for proof in proofs
        if proof.verified.play in rule.says.earns.plays
    ]


def _proofs(said: Iterable[TaskEvent]) -> Iterator[_Proof]:
    words: dict[tuple[str, str], TaskEvent] = {}
    for word in said:
        words[word.task_id, word.event] = word
        if word.event == "verified":
            yield _Proof(words[word.task_id, "accepted"], words[word.task_id, "done"], word)


def _feat(proof: _Proof, rule: Rule, as_of: date) -> Feat:
    """Told apart within its cycle by the play, the day on which it was taken up, and the task's name."""
    word = proof.verified
    cycle = cycle_containing(word.day, CycleKind(rule.says.earns.cycle))
    return Feat(
        by=f"task:{rule.name}", subject=word.account_id, kind="account", key=word.account_id, cycle=cycle,
        cycle_key=cycle_key(cycle), level="target", progress=REACHED, evidence=_evidence(proof, cycle.id),
        metric=_metric(proof), occasion=word.task_id.removeprefix(f"{word.account_id}/"), is_over=cycle.is_over(as_of),
        accounts=(word.account_id,),
    )  # fmt: skip


def _evidence(proof: _Proof, cycle: str) -> Mapping[str, str]:
    """Who took it up, who said that it was done, and the numbers that proved it."""
    word, accepted = proof.verified, proof.accepted
    numbers: Mapping[str, Any] = word.detail.get("numbers", {})
    told = {name: str(word.detail[name]) for name in ("test", "baseline") if word.detail.get(name) is not None}
    actual = word.detail.get("value", ", ".join(f"{name} {value}" for name, value in sorted(numbers.items())))
    return {
        "task": word.task_id, "play": word.play, "revision": accepted.detail["taken"].get("revision", ""), "cycle": cycle,
        "taken_up": f"{accepted.day.isoformat()} {accepted.by}", "done": f"{proof.done.day.isoformat()} {proof.done.by}",
        "verified": word.day.isoformat(), "actual": str(actual), "metric": _metric(proof), **told,
        "data_sha": data_sha(word.task_id, word.day, canonical(dict(word.detail))),
    }  # fmt: skip


def _metric(proof: _Proof) -> str:
    """The metric that the play was to move; what looks made about it is looked at."""
    return str(proof.accepted.detail["taken"].get("metric", ""))
