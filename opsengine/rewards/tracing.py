"""From one entry back to everything it rests on: rule, file revisions, data, numbers, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsengine.errors import EngineError, UserError
from opsengine.rewards.granting import line_of
from opsengine.state import Handovers, Ledger, fetch

if TYPE_CHECKING:
    from opsengine.state import State


@dataclass(frozen=True, slots=True)
class Trace:
    """Where an entry comes from, and where it went."""

    entry: dict[str, Any]
    follows: dict[str, Any] | None
    """The grant or adjustment that it confirms, fulfils or ends."""
    followed_by: list[dict[str, Any]]
    orders: list[dict[str, str]]
    """Every time an order to hand it over left."""
    rule_text: str | None
    """The rule's file as it was then; None when it was not kept."""
    goal_text: str | None
    """The file of the goal, or of the play whose task earned it, as it was then; of a play, as it was when it was taken up."""

    def as_json(self) -> dict[str, Any]:
        """The trace as `opsengine rewards show` prints it."""
        return {
            "entry": self.entry, "follows": self.follows, "followed_by": self.followed_by, "orders": self.orders,
            "rule_file": self.rule_text, "goal_file": self.goal_text,
        }  # fmt: skip


def trace(state: State, name: str) -> Trace:
    """The trace of an entry, by its id or its number. Raises UserError when there is no such entry."""
    statement = Ledger(state).statement()
    found = next((one for one in statement if name in (one.entry.entry_id, str(one.seq))), None)
    if found is None:
        raise UserError("no entry is called {entry}", hint="`opsengine rewards statement` shows the entries", entry=name)
    root = next((one for one in statement if one.entry.entry_id == found.entry.target), None)
    named = (root or found).entry.entry_id
    evidence = line_of(root or found)["evidence"]
    return Trace(
        entry=line_of(found),
        follows=line_of(root) if root else None,
        followed_by=[line_of(one) for one in statement if one.entry.target == named and one is not found],
        orders=[{"channel": one.channel.value, "outcome": one.outcome.value, "by": one.by, "reply": one.reply}
                for one in Handovers(state).of(named)],
        rule_text=_kept(state, found.entry.rule_sha),
        goal_text=_kept(state, evidence.get("revision", "")),
    )  # fmt: skip


def _kept(state: State, sha256: str) -> str | None:
    try:
        return fetch(state, sha256).decode()
    except EngineError:
        return None
