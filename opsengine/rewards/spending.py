"""Caps and budgets: what has been spent, and whether one more entry fits whole."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from opsengine.goals import Remark
from opsengine.state import ENDING, GIVING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsengine.rewards.rule import RuleFile
    from opsengine.state import Entry

_COUNTED = (*GIVING, *ENDING)
"""Entries that change how much was granted; confirmations and fulfilments only move it."""


class Spent:
    """What the rules have granted so far, in this run and before, in smallest parts."""

    def __init__(self, written: Iterable[Entry]) -> None:
        self._sums: Counter[tuple[str, ...]] = Counter()
        for entry in written:
            if entry.kind in _COUNTED:
                self.add(entry)

    def add(self, entry: Entry) -> None:
        """Count an entry; what has ended gives back what it took."""
        for key in _keys(entry):
            self._sums[key] += entry.amount

    def obstacle(self, entry: Entry, rule: RuleFile) -> Remark | None:
        """The cap or budget that an entry would break; None when it fits, or takes away."""
        limits = (rule.budget, rule.cap_cycle, rule.cap_subject, rule.cap)
        if limits == _UNLIMITED or entry.amount < 0:
            return None
        for limit, key, text in zip(limits, _keys(entry), _TEXTS, strict=True):
            if limit is not None and self._sums[key] + entry.amount > limit:
                return Remark(text, {})
        return None


def _keys(entry: Entry) -> tuple[tuple[str, ...], ...]:
    """What an entry counts towards: its rule's budget, the cycle, the subject, the subject in the cycle."""
    rule, unit = entry.rule, entry.unit
    return (
        (rule, unit),
        (rule, unit, "cycle", entry.cycle),
        (rule, unit, "subject", entry.subject),
        (rule, unit, entry.cycle, entry.subject),
    )


_UNLIMITED = (None, None, None, None)
_TEXTS = (
    "the budget of the rule is used up",
    "the cap for all subjects in one cycle is used up",
    "the cap for one subject is used up",
    "the cap for one subject and cycle is used up",
)
