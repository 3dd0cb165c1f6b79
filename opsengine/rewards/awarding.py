"""From the ground of a day to entries: values in, values out.

A feat earns when its cycle is over and settled, its data is complete, the level stands and no guardrail broke. Entries are
made in one fixed order, so that caps and budgets are spent the same way each time; an entry that does not fit whole is not
granted. What is in the ledger already is never granted again, also not by a later version of its rule. Where the data say
something else than before, the difference is an adjustment: upward by itself, downward only with a person's word.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from opsengine.goals import Remark
from opsengine.rewards.claim import Claim, Meaning, claims_of
from opsengine.rewards.feat import Feat, is_asked_for
from opsengine.rewards.promised import Term, fair_level, first_terms
from opsengine.rewards.rule import LEVELS, Rule
from opsengine.rewards.spending import Spent
from opsengine.rewards.suspecting import as_evidence, suspicions
from opsengine.state import Entry, Kind, Promised, Status, canonical, collector_at_rest, expiry

if TYPE_CHECKING:
    from opsengine.rewards.ground import Ground


class Way(Enum):
    """What becomes of an entry that could be written."""

    DUE = "due"
    """It is written by itself."""
    NEEDS_APPROVAL = "needs_approval"
    """A person may have it written."""
    WITHHELD = "withheld"
    """It is not written now."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """An entry that a feat gives cause for, what becomes of it, and why."""

    entry: Entry
    way: Way
    reason: Remark | None = None


def judge(ground: Ground, written: Iterable[Entry] = ()) -> list[Judgement]:
    """Everything there is cause for on a day, given the entries of the ledger: in the order in which it is written."""
    with collector_at_rest():
        return list(_Judge(ground, list(written)).judgements())


def award(ground: Ground, written: Iterable[Entry] = ()) -> list[Entry]:
    """The entries that are due on a day and not yet among the `written` entries of the ledger."""
    return [one.entry for one in judge(ground, written) if one.way is Way.DUE]


class _Judge:
    """Judges one day; keeps what it has spent on the way."""

    def __init__(self, ground: Ground, written: list[Entry]) -> None:
        self._ground = ground
        self._claims = claims_of(written)
        self._spent = Spent(written)
        starts = {feat.cycle_key: feat.cycle.start for feat in ground.feats}
        self._terms: tuple[Mapping[Term, Promised], ...] = (
            first_terms(ground.promised, starts), first_terms(ground.committed, starts),
        )  # fmt: skip

    def judgements(self) -> Iterator[Judgement]:
        for claim in self._claims.values():
            yield from self._expired(claim)
        for feat, rule in self._in_order():
            yield from self._judged(feat, rule)

    def _expired(self, claim: Claim) -> Iterator[Judgement]:
        """What nobody handed over in time."""
        open_ones = claim.at(Status.PENDING, Status.CONFIRMED)
        last = claim.evidence.get("expires") if open_ones else None
        if last is not None and self._ground.as_of > date.fromisoformat(last):
            for entry in open_ones:
                ends = expiry(entry, claim.stands[entry.entry_id] or Status.PENDING, canonical({"expired_after": last}))
                claim.stands[entry.entry_id] = None
                self._spent.add(ends)
                yield Judgement(ends, Way.DUE)

    def _in_order(self) -> list[tuple[Feat, Rule]]:
        """The pairs of feat and rule that pay, or have paid, in the order in which budgets are spent."""
        by_way: defaultdict[str, list[Feat]] = defaultdict(list)
        for feat in self._ground.feats:
            by_way[feat.by].append(feat)
        pairs: list[tuple[tuple[Any, ...], Feat, Rule]] = []
        for rule in self._ground.rules:
            pays = {None: 0} | {level: rule.says.pays(level) for level in LEVELS}
            ways = (rule.says.earns.by, f"{rule.says.earns.by}:{rule.name}")
            pairs += [
                (_place(feat, rule, pays[feat.level]), feat, rule)
                for way in ways
                for feat in by_way[way]
                if _counts(feat, rule) and (pays[feat.level] or _meaning(feat, rule) in self._claims)
            ]
        pairs.sort(key=lambda pair: pair[0])
        return [(feat, rule) for _, feat, rule in pairs]

    def _judged(self, feat: Feat, rule: Rule) -> Iterator[Judgement]:
        claim = self._claims.get(_meaning(feat, rule))
        if claim is None:
            yield from self._first(feat, rule)
        elif claim.is_open and claim.grant.rule_version == rule.says.version:
            yield from self._again(feat, rule, claim)

    def _first(self, feat: Feat, rule: Rule) -> Iterator[Judgement]:
        """A feat that was not paid yet."""
        level, lowered = self._fair(feat, rule)
        fair, full = rule.says.pays(level), rule.says.pays(feat.level)
        entry = _grant(feat, rule, fair or full, level or feat.level)
        reason = _unfinished(feat, rule, self._ground.as_of) or self._broken(feat, rule) or self._too_late(feat, rule)
        if reason is not None:
            yield Judgement(entry, Way.WITHHELD, reason)
        elif fair:
            yield self._fitted(self._reviewed(entry, feat, rule), rule)
        else:
            yield Judgement(entry, Way.NEEDS_APPROVAL, lowered)

    def _again(self, feat: Feat, rule: Rule, claim: Claim) -> Iterator[Judgement]:
        """A feat that was paid: whether the data, or the promise, say something else now."""
        evidence = claim.evidence
        if _was_rewritten(claim.grant, evidence, rule):
            yield Judgement(claim.grant, Way.WITHHELD, Remark("the rule was changed without raising its version", {}))
            return
        broken = self._broken(feat, rule)
        if _unfinished(feat, rule, self._ground.as_of) is not None or (broken is not None and "no data" in broken.text):
            return
        level, lowered = (feat.level, None) if _was_approved(claim) else self._fair(feat, rule)
        fair, full = (0, 0) if broken else (rule.says.pays(level), rule.says.pays(feat.level))
        has = claim.amount
        if max(fair, full) > has and self._too_late(feat, rule):
            return
        if fair > has:
            entry = _adjustment(claim, feat, fair - has, 0, rule)
            yield self._fitted(self._reviewed(entry, feat, rule), rule)
        elif fair < has:
            for entry in _taken_back(claim, feat, has - fair, rule):
                yield Judgement(entry, Way.NEEDS_APPROVAL, broken or _restated(evidence, feat))
        elif full > has:
            yield Judgement(_adjustment(claim, feat, full - has, 0, rule), Way.NEEDS_APPROVAL, lowered)

    def _fair(self, feat: Feat, rule: Rule) -> tuple[Any, Remark | None]:
        return (feat.level, None) if rule.says.lowered == "allow" else fair_level(feat, *self._terms)

    def _broken(self, feat: Feat, rule: Rule) -> Remark | None:
        """A guardrail of the same subject and cycle that did not hold, or that nobody can judge."""
        return None if rule.says.guardrails == "ignore" else self._ground.guardrails.get(feat.whose)

    def _too_late(self, feat: Feat, rule: Rule) -> Remark | None:
        """What would have expired before it was granted."""
        last = rule.says.expires_on(feat.cycle.end)
        if last is None or self._ground.as_of <= last:
            return None
        return Remark("it could be handed over until {day}", {"day": last.isoformat()})

    def _reviewed(self, entry: Entry, feat: Feat, rule: Rule) -> Entry:
        """The entry as it is, or held for a person with what is suspicious about its data."""
        if rule.says.review == "ignore" or not self._ground.traces:
            return entry
        found = suspicions(feat, self._ground.traces.get(feat.whose, {}), rule.says.fair_play)
        if not found:
            return entry
        evidence = {**json.loads(entry.evidence), "review": as_evidence(found)}
        return replace(entry, status=Status.PENDING, evidence=canonical(evidence))

    def _fitted(self, entry: Entry, rule: Rule) -> Judgement:
        """Due when it fits whole into every cap and the budget."""
        obstacle = self._spent.obstacle(entry, rule.says)
        if obstacle is not None:
            return Judgement(entry, Way.WITHHELD, obstacle)
        self._spent.add(entry)
        return Judgement(entry, Way.DUE)


def _counts(feat: Feat, rule: Rule) -> bool:
    """Whether a feat is what the rule asks for: its subject, its names, a cycle that is over and counts."""
    says = rule.says
    return (
        feat.is_over
        and says.subjects.include(feat.kind, feat.key)
        and says.valid.includes(feat.cycle.end)
        and (not feat.goal or is_asked_for(feat, says.earns))
    )


def _meaning(feat: Feat, rule: Rule) -> Meaning:
    return rule.name, feat.cycle_key, feat.subject, feat.occasion


def _place(feat: Feat, rule: Rule, amount: int) -> tuple[Any, ...]:
    """Where a feat stands in the order of spending; the first two places keep the orders of different rules apart."""
    first: Any = {"earliest": 0, "best": -feat.progress, "smallest": amount}[rule.says.spending]
    return feat.cycle.end, rule.name, first, feat.subject, feat.metric, feat.goal, feat.cycle.start


def _grant(feat: Feat, rule: Rule, amount: int, level: str | None) -> Entry:
    """The grant; a primary promise is one for its subject and cycle, a secondary one is told apart by its metric."""
    says = rule.says
    return Entry(
        kind=Kind.GRANT, cycle=feat.cycle_key, rule=rule.name, rule_version=says.version, subject=feat.subject, amount=amount,
        unit=says.benefit.unit, status=Status.PENDING if says.approval == "needed" else Status.CONFIRMED,
        occasion=feat.occasion, rule_sha=rule.revision, evidence=_evidence(feat, rule, level),
    )  # fmt: skip


def _evidence(feat: Feat, rule: Rule, level: str | None) -> str:
    """The numbers; the level that pays; and when the benefit can be handed over, where that is not any time."""
    says, end, more = rule.says, feat.cycle.end, {}
    if says.usable.after_days:
        more["usable_from"] = says.usable_from(end).isoformat()
    if (last := says.expires_on(end)) is not None:
        more["expires"] = last.isoformat()
    if says.benefit.of:
        more["benefit"] = says.benefit.of
    paid = says.earns.level if says.benefit.amounts is None else level
    return canonical({**feat.evidence, "level": paid, **more})


def _adjustment(claim: Claim, feat: Feat, amount: int, before: int, rule: Rule) -> Entry:
    """A further amount for a claim; told apart by its number within the claim, from 1."""
    number = len(claim.gives) + before
    grant = _grant(feat, rule, amount, feat.level)
    evidence = {**json.loads(grant.evidence), "adjusts": claim.grant.entry_id}
    return replace(grant, kind=Kind.ADJUSTMENT, occasion=f"{feat.occasion}#{number}", evidence=canonical(evidence))


def _taken_back(claim: Claim, feat: Feat, amount: int, rule: Rule) -> Iterator[Entry]:
    """Entries that take an amount back, first from where it is least advanced."""
    made = 0
    for status in Status:
        part = min(claim.amount_at(status), amount)
        if part > 0:
            yield replace(_adjustment(claim, feat, -part, made, rule), status=status)
            amount, made = amount - part, made + 1


def _unfinished(feat: Feat, rule: Rule, as_of: date) -> Remark | None:
    """What is unfinished about a level that stands; None when it is settled and complete."""
    settled = feat.cycle.end + timedelta(days=rule.says.settle_days)
    if as_of < settled:
        return Remark("its numbers settle until {day}", {"day": settled.isoformat()})
    if not feat.is_complete:
        return Remark("data for {known} of {days} days", {"known": feat.known_days, "days": feat.expected_days})
    return None


def _was_rewritten(grant: Entry, evidence: Mapping[str, Any], rule: Rule) -> bool:
    """Whether the same version of a rule now says something else about what it granted."""
    if grant.rule_sha == rule.revision:
        return False
    level = evidence.get("level")
    return grant.unit != rule.says.benefit.unit or (level in LEVELS and rule.says.pays(level) != grant.amount)


def _was_approved(claim: Claim) -> bool:
    """Whether a person has said that what was made easier shall be paid all the same."""
    return any(entry.amount > 0 and "approved_by" in json.loads(entry.evidence) for entry in claim.gives)


def _restated(evidence: Mapping[str, Any], feat: Feat) -> Remark:
    fields = {"then": str(evidence.get("actual")), "now": feat.evidence.get("actual", "–")}
    return Remark("the data were restated: {then} then, {now} now", fields)
