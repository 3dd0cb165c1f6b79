"""An entry of the ledger: what was earned, by which rule, and what became of it.

An amount is granted as `pending` or `confirmed`; a confirmation and a fulfilment are further entries that name the
grant. It ends once: cancelled while it is pending, expired before it is fulfilled, or reversed from wherever it stands.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from json.encoder import encode_basestring


class Kind(StrEnum):
    """What an entry does."""

    GRANT = "grant"
    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"
    CONFIRMATION = "confirmation"
    FULFILMENT = "fulfilment"
    CANCELLATION = "cancellation"
    EXPIRY = "expiry"


GIVING = (Kind.GRANT, Kind.ADJUSTMENT)
"""Entries that bring an amount into the book; all others name one of these."""
ENDING = (Kind.REVERSAL, Kind.CANCELLATION, Kind.EXPIRY)
"""Entries that take an amount out of the book again, whole."""


class Status(StrEnum):
    """Where an amount stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    FULFILLED = "fulfilled"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to write into the ledger; those that name another are made by `confirmation` and its family."""

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
    """The `entry_id` that this entry ends, confirms or fulfils."""
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
        plain = "|".join((self.kind, *parts))
        if plain.count("|") == len(parts) and "%" not in plain:
            return plain
        return "|".join((self.kind, *(part.replace("%", "%25").replace("|", "%7C") for part in parts)))

    @property
    def params_sha(self) -> str:
        """The hash of what must not differ when the same entry comes again."""
        return self.stamp[1]

    @property
    def stamp(self) -> tuple[str, str]:
        """The id and the hash of the parameters as canonical JSON, made together."""
        entry_id = self.entry_id
        texts = map(encode_basestring, (entry_id, self.cycle, self.rule, self.subject, self.unit, self.status.value))
        says, cycle, rule, subject, unit, status = texts
        meaning = f"[{says},{cycle},{rule},{self.rule_version},{subject},{self.amount},{unit},{status}]"
        return entry_id, hashlib.sha256(meaning.encode()).hexdigest()


def confirmation(entry: Entry, evidence: str = "{}") -> Entry:
    """The entry that moves a pending grant or adjustment to confirmed."""
    return _following(entry, Kind.CONFIRMATION, Status.CONFIRMED, evidence)


def fulfilment(entry: Entry, evidence: str = "{}") -> Entry:
    """The entry that moves a confirmed grant or adjustment to fulfilled: the subject has it now."""
    return _following(entry, Kind.FULFILMENT, Status.FULFILLED, evidence)


def reversal(entry: Entry, stands: Status, evidence: str = "{}") -> Entry:
    """The entry that takes a grant or adjustment back from where its amount stands now."""
    return replace(_following(entry, Kind.REVERSAL, stands, evidence), amount=-entry.amount)


def cancellation(entry: Entry, evidence: str = "{}") -> Entry:
    """The entry that takes a grant or adjustment back before it was confirmed."""
    return replace(_following(entry, Kind.CANCELLATION, Status.PENDING, evidence), amount=-entry.amount)


def expiry(entry: Entry, stands: Status, evidence: str = "{}") -> Entry:
    """The entry that ends a grant or adjustment nobody took up in time."""
    return replace(_following(entry, Kind.EXPIRY, stands, evidence), amount=-entry.amount)


def _following(entry: Entry, kind: Kind, status: Status, evidence: str) -> Entry:
    return replace(entry, kind=kind, status=status, target=entry.entry_id, occasion="", evidence=evidence)
