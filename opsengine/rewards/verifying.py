"""Looking the whole book over: the chain of hashes, every promise of the rules, and what the data say today."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsengine.errors import EngineError, InvalidFiles
from opsengine.goals import Remark
from opsengine.rewards.awarding import Way
from opsengine.rewards.claim import claims_of, meaning_of
from opsengine.rewards.granting import judged
from opsengine.rewards.reading import rule_of
from opsengine.rewards.rule import LEVELS
from opsengine.rewards.spending import Spent
from opsengine.state import ENDING, GIVING, Kind, Ledger, Status, collector_at_rest, fetch

if TYPE_CHECKING:
    from opsengine.rewards.benefit import BenefitFile
    from opsengine.rewards.ground import Ground
    from opsengine.rewards.rule import Rule
    from opsengine.state import Entry, State


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found; `first` is the first entry or claim that is not as it should be."""

    entries: int
    head: str
    first: str | None = None
    why: Remark | None = None
    recomputed: int = 0
    """Claims whose amount follows from the files and data of today."""
    not_recomputed: int = 0
    """Claims whose goal, rule or data are not there any more, or that a person has ended."""

    @property
    def is_ok(self) -> bool:
        """Whether everything is as it should be."""
        return self.first is None

    def as_json(self) -> dict[str, Any]:
        """The audit as `opsengine rewards verify` prints it."""
        difference = self.first if self.why is None else f"{self.first}: {self.why}"
        return {
            "ok": self.is_ok, "entries": self.entries, "head": self.head, "first_difference": difference,
            "recomputed": self.recomputed, "not_recomputed": self.not_recomputed,
        }  # fmt: skip


def audit(state: State, catalogue: Mapping[str, BenefitFile], ground: Ground | None = None) -> Audit:
    """The chain, then the promises of the rules at every step, then, with a ground, the data: the first difference ends it."""
    with collector_at_rest():
        return _audited(state, catalogue, ground)


def _audited(state: State, catalogue: Mapping[str, BenefitFile], ground: Ground | None) -> Audit:
    chain, written = Ledger(state).verified_statement()
    if not chain.ok:
        return Audit(chain.entries, chain.head, chain.first_difference, Remark("it is not what was written", {}))
    entries = [one.entry for one in written]
    trouble = next(_broken_promises(state, entries, catalogue), None) or _wrong_balance(state, entries)
    if trouble is not None:
        return Audit(chain.entries, chain.head, *trouble)
    if ground is None:
        return Audit(chain.entries, chain.head)
    return _against_data(state, entries, ground, Audit(chain.entries, chain.head))


def _broken_promises(state: State, entries: list[Entry], catalogue: Mapping[str, BenefitFile]) -> Iterator[tuple[str, Remark]]:
    """Grants made twice, of another amount than their rule says, or beyond a cap or budget as it was then."""
    kept = _KeptRules(state, catalogue)
    spent, granted = Spent(()), set()
    for entry in entries:
        if entry.kind is Kind.GRANT:
            meaning = meaning_of(entry)
            if meaning in granted:
                yield entry.entry_id, Remark("the same was granted before", {})
            granted.add(meaning)
        rule = kept.of(entry) if entry.kind in GIVING else None
        trouble = _wrong_amount(entry, rule) or spent.obstacle(entry, rule.says) if rule else None
        if trouble is not None:
            yield entry.entry_id, trouble
        if entry.kind in GIVING or entry.kind in ENDING:
            spent.add(entry)


class _KeptRules:
    """The rules as they were kept, each understood once."""

    def __init__(self, state: State, catalogue: Mapping[str, BenefitFile]) -> None:
        self._state = state
        self._catalogue = catalogue
        self._known: dict[str, Rule | None] = {}

    def of(self, entry: Entry) -> Rule | None:
        """The rule that an entry names, as its file was then; None when it was not kept."""
        if entry.rule_sha not in self._known:
            self._known[entry.rule_sha] = self._read(entry)
        return self._known[entry.rule_sha]

    def _read(self, entry: Entry) -> Rule | None:
        try:
            return rule_of(fetch(self._state, entry.rule_sha).decode(), entry.rule, self._catalogue)
        except (EngineError, InvalidFiles):
            return None


def _wrong_amount(entry: Entry, rule: Rule) -> Remark | None:
    if entry.kind is not Kind.GRANT:
        return None
    level = json.loads(entry.evidence).get("level")
    says = rule.says.pays(level) if level in LEVELS else rule.says.benefit.amount_at(LEVELS[-1])
    if says == entry.amount:
        return None
    return Remark("{amount} were granted where the rule says {says}", {"amount": entry.amount, "says": says})


def _wrong_balance(state: State, entries: list[Entry]) -> tuple[str, Remark] | None:
    """Whether the balance that people see is the sum of what every claim still holds."""
    sums: Counter[tuple[str, str, Status]] = Counter()
    for claim in claims_of(entries).values():
        for entry, stands in zip(claim.gives, claim.stands.values(), strict=True):
            if stands is not None:
                sums[entry.subject, entry.unit, stands] += entry.amount
    for row in Ledger(state).balance():
        says = tuple(sums[row.subject, row.unit, status] for status in Status)
        if says != (row.pending, row.confirmed, row.fulfilled):
            return row.subject, Remark("the balance in {unit} is not the sum of its entries", {"unit": row.unit})
    return None


def _against_data(state: State, entries: list[Entry], ground: Ground, so_far: Audit) -> Audit:
    """Every claim against what the files and the data of today give; what is only new is no difference."""
    claims = claims_of(entries)
    made = {(feat.cycle_key, feat.subject, feat.occasion) for feat in ground.feats}
    rules = {rule.name: rule.says.version for rule in ground.rules}
    first: tuple[str, Remark | None] | None = None
    for one in judged(state, ground):
        claim = claims.get(meaning_of(one.entry)) if one.entry.kind in GIVING else None
        if claim is not None and first is None and one.entry.kind is not Kind.GRANT:
            first = claim.grant.entry_id, _explained(one.way, one.reason)
        elif claim is not None and first is None:
            first = claim.grant.entry_id, one.reason
    checked = sum(
        claim.is_open and meaning[1:] in made and rules.get(meaning[0]) == claim.grant.rule_version
        for meaning, claim in claims.items()
    )
    name, why = first or (None, None)
    return Audit(so_far.entries, so_far.head, name, why, checked, len(claims) - checked)


def _explained(way: Way, reason: Remark | None) -> Remark:
    if reason is not None:
        return reason
    text = "the data give more than was granted: the next grant adjusts it" if way is Way.DUE else "the data say something else"
    return Remark(text, {})
