"""Whether a promise was made easier while its cycle ran: what counts is the harder of what was said first and what is said now."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from opsengine.goals import Remark
from opsengine.rewards.rule import LEVELS
from opsengine.state import Promised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from opsengine.rewards.feat import Feat
    from opsengine.rewards.rule import Level

Term = tuple[str, str, str, str]
"""Subject, cycle, role and, but for a primary promise, the metric: a primary promise may not change its metric unnoticed."""


def seen(feats: Iterable[Feat], as_of: date) -> list[Promised]:
    """The promises behind these feats as they are today, to be kept."""
    return [
        Promised(
            feat.subject, feat.cycle_key, feat.role, feat.metric, feat.direction,
            {level: str(bound) for level, bound in feat.terms}, feat.evidence["revision"], as_of,
        )
        for feat in feats
        if feat.by == "goal"
    ]  # fmt: skip


def first_terms(promised: Iterable[Promised], starts: Mapping[str, date]) -> dict[Term, Promised]:
    """What counts for each promise: the last form seen before its cycle began, else the first form seen at all.

    `starts` says on which day a cycle begins, by its key.
    """
    counts: dict[Term, Promised] = {}
    for one in promised:
        term = (one.subject, one.cycle, one.role, "" if one.role == "primary" else one.metric)
        start = starts.get(one.cycle)
        if term not in counts or (start is not None and one.seen_on < start):
            counts[term] = one
    return counts


def fair_level(feat: Feat, *witnesses: Mapping[Term, Promised]) -> tuple[Level | None, Remark | None]:
    """The highest level that stands by the hardest of all forms; and what to say when today's alone would give more.

    Witnesses are those who saw the promise before: what runs have kept, and git.
    """
    said = [_level_by(feat, terms) for terms in witnesses]
    return min(said, key=lambda one: LEVELS.index(one[0]) if one[0] else -1, default=(feat.level, None))


def _level_by(feat: Feat, terms: Mapping[Term, Promised]) -> tuple[Level | None, Remark | None]:
    first = terms.get((feat.subject, feat.cycle_key, feat.role, "" if feat.role == "primary" else feat.metric))
    if first is None or not feat.terms or feat.level is None:
        return feat.level, None
    if (first.metric, first.direction) != (feat.metric, feat.direction):
        fields = {"metric": first.metric}
        return None, Remark("the promise was changed while its cycle ran: it was about {metric}", fields)
    if all(_same(first.levels.get(name), bound) for name, bound in feat.terms):
        return feat.level, None
    return _harder(feat, first)


def _same(then: str | None, now: Decimal) -> bool:
    return then is not None and (then == str(now) or Decimal(then) == now)


def _harder(feat: Feat, first: Promised) -> tuple[Level | None, Remark | None]:
    sign = 1 if feat.direction == "up" else -1
    stands: Level | None = None
    for level in LEVELS:
        now, then = dict(feat.terms).get(level), first.levels.get(level)
        if now is not None and then is not None and feat.actual is not None:
            harder = max(now * sign, Decimal(then) * sign)
            stands = level if feat.actual * sign >= harder else stands
    if stands == feat.level:
        return stands, None
    then, now = first.levels.get(feat.level or "target", "–"), dict(feat.terms).get(feat.level or "target")
    return stands, Remark("the goal was made easier while its cycle ran: from {then} to {now}", {"then": then, "now": str(now)})
