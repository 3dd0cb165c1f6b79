"""An entry of the ledger: what was earned, by which rule, and what became of it.

An amount is granted as `pending` or `confirmed`; a confirmation and a fulfilment are further entries that name the
grant. A mistake is answered by an adjustment or a reversal.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum

from opsengine.state.times import canonical


class Kind(StrEnum):
    """What an entry does."""

    GRANT = "grant"
    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"
    CONFIRMATION = "confirmation"
    FULFILMENT = "fulfilment"


class Status(StrEnum):
    """Where an amount stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    FULFILLED = "fulfilled"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to write into the ledger; make the ones that name another with `reversal`, `confirmation`, `fulfilment`."""

    kind: Kind
    cycle: str
    rule: str
    rule_version: int
    subject: str
    amount: int
    """In the unit's smallest part; never 0."""
    unit: str
    status: Status = Status.PENDING
    """Where the amount stands afterwards; for a reversal, where it is taken from."""
    target: str | None = None
    """The `entry_id` that this entry reverses, confirms or fulfils."""
    occasion: str = ""
    """Tells two entries of the same rule, cycle, subject and unit apart."""
    rule_sha: str = ""
    """The SHA-256 of the file that says so."""
    evidence: str = "{}"
    """The numbers it rests on, as canonical JSON."""

    @property
    def entry_id(self) -> str:
        """Made of what the entry means: the same meaning is the same entry, however often we run."""
        if self.target is not None:
            return f"{self.kind}|{self.target}"
        parts = (self.cycle, self.rule, f"v{self.rule_version}", self.subject, self.unit, *filter(None, [self.occasion]))
        return "|".join((self.kind, *(part.replace("%", "%25").replace("|", "%7C") for part in parts)))

    @property
    def params_sha(self) -> str:
        """The hash of what must not differ when the same entry comes again."""
        meaning = [self.entry_id, self.cycle, self.rule, self.rule_version, self.subject, self.amount, self.unit, self.status]
        return hashlib.sha256(canonical(meaning).encode()).hexdigest()


def confirmation(entry: Entry) -> Entry:
    """The entry that moves a pending grant or adjustment to confirmed."""
    return _following(entry, Kind.CONFIRMATION, Status.CONFIRMED)


def fulfilment(entry: Entry) -> Entry:
    """The entry that moves a confirmed grant or adjustment to fulfilled: the subject has it now."""
    return _following(entry, Kind.FULFILMENT, Status.FULFILLED)


def reversal(entry: Entry, stands: Status) -> Entry:
    """The entry that takes a grant or adjustment back from where its amount stands now."""
    return replace(_following(entry, Kind.REVERSAL, stands), amount=-entry.amount)


def _following(entry: Entry, kind: Kind, status: Status) -> Entry:
    return replace(entry, kind=kind, status=status, target=entry.entry_id, occasion="", evidence="{}")
