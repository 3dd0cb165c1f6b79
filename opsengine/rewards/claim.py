"""A claim: a grant with the adjustments that were made to it, and where each amount of it stands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opsengine.state import ENDING, GIVING, Kind, Status

if TYPE_CHECKING:
    from opsengine.state import Entry

Meaning = tuple[str, str, str, str]
"""Rule, cycle, subject and occasion: what is granted once, by whatever version of the rule."""


@dataclass(slots=True)
class Claim:
    """What one subject got by one rule for one cycle; grows while the ledger is read."""

    gives: list[Entry] = field(default_factory=list)
    """The grant, then its adjustments."""
    stands: dict[str, Status | None] = field(default_factory=dict)
    """By entry id: where the amount stands; None once it has ended."""
    ended: Entry | None = None
    """The last entry that ended one of them."""

    @property
    def grant(self) -> Entry:
        """The entry it began with."""
        return self.gives[0]

    @property
    def is_open(self) -> bool:
        """Whether anything of it stands."""
        return any(status is not None for status in self.stands.values())

    @property
    def amount(self) -> int:
        """What of it stands anywhere, in smallest parts."""
        return sum(entry.amount for entry in self.gives if self.stands[entry.entry_id] is not None)

    def at(self, *statuses: Status) -> list[Entry]:
        """The entries whose amounts stand there, the largest first: so no sum on the way is higher than the one before."""
        found = [entry for entry in self.gives if self.stands[entry.entry_id] in statuses]
        return sorted(found, key=lambda entry: (-entry.amount, entry.entry_id))

    def amount_at(self, status: Status) -> int:
        """How much stands there, in smallest parts."""
        return sum(entry.amount for entry in self.at(status))

    @property
    def evidence(self) -> dict[str, Any]:
        """What the grant rests on."""
        found: dict[str, Any] = json.loads(self.grant.evidence)
        return found

    @property
    def standing(self) -> Status:
        """Where the least advanced of it stands; confirmed when nothing does."""
        return next((status for status in Status if self.at(status)), Status.CONFIRMED)

    @property
    def state(self) -> str:
        """In one word: pending, confirmed, fulfilled, or how it ended."""
        for status in Status:
            if self.at(status):
                return status.value
        return _ENDED[self.ended.kind] if self.ended else "confirmed"


_ENDED = {Kind.REVERSAL: "reversed", Kind.CANCELLATION: "cancelled", Kind.EXPIRY: "expired"}


def meaning_of(entry: Entry) -> Meaning:
    """What an entry that gives is about."""
    return entry.rule, entry.cycle, entry.subject, entry.occasion.partition("#")[0]


def claims_of(entries: Iterable[Entry]) -> dict[Meaning, Claim]:
    """The claims that the entries of a ledger make, oldest first."""
    claims: dict[Meaning, Claim] = {}
    owner: dict[str, Claim] = {}
    for entry in entries:
        if entry.kind in GIVING:
            claim = claims.setdefault(meaning_of(entry), Claim())
            entry_id = entry.entry_id
            claim.gives.append(entry)
            claim.stands[entry_id] = entry.status
            owner[entry_id] = claim
        elif entry.target in owner:
            claim, is_end = owner[entry.target], entry.kind in ENDING
            claim.stands[entry.target] = None if is_end else entry.status
            claim.ended = entry if is_end else claim.ended
    return claims
