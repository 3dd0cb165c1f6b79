"""What a person decides by name: approve, reverse, fulfil. Each decision is an entry that says who, and why.

A decision is about a whole claim, the grant with its adjustments: it moves together, all or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from opsengine.errors import UserError
from opsengine.rewards.awarding import Way
from opsengine.rewards.claim import claims_of
from opsengine.rewards.granting import entries_of, judged
from opsengine.rewards.spending import Spent
from opsengine.state import Kind, Ledger, Status, cancellation, canonical, confirmation, fulfilment, reversal

if TYPE_CHECKING:
    from opsengine.rewards.claim import Claim
    from opsengine.rewards.ground import Ground
    from opsengine.state import Entry, State


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word: who says it, and why. Raises UserError without a name."""

    by: str
    why: str = ""

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise UserError("who decides?", hint="say --by NAME")

    @property
    def evidence(self) -> str:
        """The word as the ledger keeps it."""
        return canonical({"by": self.by, **({"why": self.why} if self.why else {})})


def approval(state: State, name: str, word: Word) -> list[Entry]:
    """The entries that confirm all that is pending of a claim; also what was held for review is released by them.

    Raises UserError when nothing of it is pending.
    """
    claim = find_claim(state, name)
    pending = claim.at(Status.PENDING)
    if not pending:
        text = "nothing of {entry} is pending: it is {state}"
        raise UserError(text, hint="`opsengine rewards statement` shows where it stands", entry=name, state=claim.state)
    return [confirmation(entry, word.evidence) for entry in pending]


def permission(state: State, name: str, word: Word, ground: Ground) -> list[Entry]:
    """The entries that wait for a person's word before they are written at all: a lowered goal, a downward adjustment.

    Raises UserError when nothing of that name waits, or when it does not fit into a cap or the budget.
    """
    waiting = [one.entry for one in judged(state, ground) if one.way is Way.NEEDS_APPROVAL]
    chosen = next((entry for entry in waiting if entry.entry_id == name), None)
    if chosen is None:
        hint = "`opsengine rewards due` shows what waits"
        raise UserError("no entry is called {entry}, and none waits under that name", hint=hint, entry=name)
    spent, rules = Spent(entries_of(state)), {rule.name: rule.says for rule in ground.rules}
    obstacle = spent.obstacle(chosen, rules[chosen.rule])
    if obstacle is not None:
        raise UserError(obstacle.text, where=name, hint="a person's word does not stretch a budget", **obstacle.fields)
    return [_permitted(entry, word) for entry in waiting if _adjusted(entry) == _adjusted(chosen)]


def taking_back(state: State, name: str, word: Word) -> list[Entry]:
    """The entries that end a claim: what is pending is cancelled, what is confirmed or fulfilled is reversed.

    Raises UserError when it has ended already.
    """
    claim = find_claim(state, name)
    if not claim.is_open:
        raise UserError("{entry} has ended: it is {state}", entry=name, state=claim.state)
    return [
        cancellation(entry, word.evidence)
        if claim.stands[entry.entry_id] is Status.PENDING
        else reversal(entry, claim.stands[entry.entry_id] or Status.CONFIRMED, word.evidence)
        for entry in claim.at(*Status)
    ]


def handing_over(state: State, names: Iterable[str], word: Word, as_of: date) -> list[Entry]:
    """The entries that say that benefits were handed over.

    Raises UserError when one is not confirmed, cannot be used yet, or has expired.
    """
    made: list[Entry] = []
    for name in names:
        claim = find_claim(state, name)
        confirmed = claim.at(Status.CONFIRMED)
        if not confirmed or claim.amount_at(Status.CONFIRMED) <= 0 or claim.at(Status.PENDING):
            hint = "approve it first" if claim.at(Status.PENDING) else "`opsengine rewards balance` shows what is owed"
            raise UserError("{entry} cannot be handed over: it is {state}", hint=hint, entry=name, state=claim.state)
        _check_day(claim, name, as_of)
        made += [fulfilment(entry, word.evidence) for entry in confirmed]
    return made


def find_claim(state: State, name: str) -> Claim:
    """The claim that an entry belongs to: by the entry's id, or its number in the ledger. Raises UserError."""
    written = find_entry(state, name)
    if written is None:
        raise UserError("no entry is called {entry}", hint="`opsengine rewards statement` shows the entries", entry=name)
    wanted = written.target or written.entry_id
    return next(claim for claim in claims_of(entries_of(state)).values() if wanted in claim.stands)


def find_entry(state: State, name: str) -> Entry | None:
    """The entry of that id, or of that number in the ledger."""
    if name.isdigit():
        return next((one.entry for one in Ledger(state).statement() if one.seq == int(name)), None)
    found = Ledger(state).find(name)
    return found.entry if found else None


def owed(state: State, as_of: date) -> list[Claim]:
    """The claims that can be handed over on a day: confirmed, nothing pending, usable."""
    return [
        claim
        for claim in claims_of(entries_of(state)).values()
        if claim.amount_at(Status.CONFIRMED) > 0 and not claim.at(Status.PENDING) and not _day_trouble(claim, as_of)
    ]


def _adjusted(entry: Entry) -> str:
    """The claim that an adjustment changes; a grant stands alone."""
    adjusted = json.loads(entry.evidence).get("adjusts")
    return str(adjusted) if adjusted and entry.kind is Kind.ADJUSTMENT else entry.entry_id


def _permitted(entry: Entry, word: Word) -> Entry:
    """The entry with the word of who let it be written; that word confirms it as well."""
    evidence = {**json.loads(entry.evidence), "approved_by": word.by, **({"why": word.why} if word.why else {})}
    is_upward = entry.amount > 0
    return replace(entry, status=Status.CONFIRMED if is_upward else entry.status, evidence=canonical(evidence))


def _check_day(claim: Claim, name: str, as_of: date) -> None:
    trouble = _day_trouble(claim, as_of)
    if trouble:
        raise UserError(trouble, entry=name, first=claim.evidence.get("usable_from", ""), last=claim.evidence.get("expires", ""))


def _day_trouble(claim: Claim, as_of: date) -> str:
    """Why a claim cannot be handed over on a day; empty when it can."""
    evidence = claim.evidence
    if as_of < date.fromisoformat(evidence.get("usable_from", "0001-01-01")):
        return "{entry} can be handed over from {first} on"
    if as_of > date.fromisoformat(evidence.get("expires", "9999-12-31")):
        return "{entry} has expired: it could be handed over until {last}"
    return ""
