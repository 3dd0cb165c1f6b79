"""Alerts about where an account stands among its peers, and about how close its fans are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from opsengine.monitor.alert import Alert, Rule, State
from opsengine.monitor.wording import evidence_of, field_label, sentence_of
from opsengine.strategy import Label, Number

if TYPE_CHECKING:
    from opsengine.warehouse import Engine

Row = Mapping[str, Any]
_SCORES: Mapping[str, Label] = {
    "business": {"zh-CN": "经营值", "en": "business score"},
    "popularity": {"zh-CN": "人气值", "en": "popularity score"},
}
_TIERS: Mapping[str, Label] = {
    "devoted": {"zh-CN": "真爱粉", "en": "devoted fans"},
    "warm": {"zh-CN": "好感粉", "en": "warm fans"},
    "casual": {"zh-CN": "路人粉", "en": "casual fans"},
}


@dataclass(frozen=True, slots=True)
class _Found:
    """What a rule looks at, of one account."""

    account_id: str
    name: str
    """The name of the number that is shown."""
    shown: Number | None
    before: float | None
    """What the number was, for a change."""
    judged: float | None
    """What is held against the threshold: the number itself, its change, or by how much the level moved."""
    numbers: Mapping[str, Number | None]
    """What a sentence may say of it, as far as it is known."""
    words: Mapping[str, Label]
    """What a sentence may call it."""
    is_steady: bool = True
    """Of a moved level: whether every day of the week says so."""


def put_ranks(engine: Engine, rules: Sequence[Rule]) -> None:
    """Of which scores the rank is watched."""
    cards = {rule.declared.scorecard for rule in rules if rule.declared.watch == "rank"}
    engine.put("raw.watched_ranks", {"scorecard": "VARCHAR"}, [(card,) for card in sorted(filter(None, cards))])


def about_ranks(engine: Engine, rules: Sequence[Rule], as_of: date, firing: Collection[tuple[str, str]]) -> Iterator[Alert]:
    """What each rule about a rank says of every account that has, or could have, that score."""
    watching = [rule for rule in rules if rule.declared.watch == "rank"]
    for row in engine.read(_RANKS) if watching else ():
        for rule in watching:
            if rule.declared.scorecard == row["scorecard"]:
                yield _rank(rule, row, as_of, firing)


def about_tiers(engine: Engine, rules: Sequence[Rule], as_of: date, firing: Collection[tuple[str, str]]) -> Iterator[Alert]:
    """What each rule about the share of a tier says of every account whose fans are known."""
    watching = [rule for rule in rules if rule.declared.watch == "tier_share"]
    for row in engine.read(_SHARES) if watching else ():
        for rule in watching:
            if rule.declared.tier == row["tier"]:
                yield _share(rule, row, as_of, firing)


def _rank(rule: Rule, row: Row, as_of: date, firing: Collection[tuple[str, str]]) -> Alert:
    shown, days = _number(row["rank"], "count"), rule.declared.days
    before, moved, is_steady = None, None, True
    match rule.declared.way:
        case "change":
            before, moved = row[f"rank_{days}d"], row[f"change_{days}d"]
        case "shift":
            moved, is_steady = row["shift"], row["is_steady"]
    judged = row["rank"] if rule.declared.way == "threshold" else moved
    numbers = {
        "rank": shown,
        "accounts": _number(row["accounts"], "count"),
        "before": _number(before, "count"),
        "change": _number(moved, "share_change"),
        "days": Number(days, "days"),
    }
    words = {"score": _SCORES[row["scorecard"]], "group": field_label(row["key"] or "")}
    found = _Found(row["account_id"], f"{row['scorecard']}_rank", shown, before, judged, numbers, words, is_steady)
    return _alert(rule, found, as_of, firing)


def _share(rule: Rule, row: Row, as_of: date, firing: Collection[tuple[str, str]]) -> Alert:
    share, before = row["share"], row["previous_share"]
    change = (share - before) / before if share is not None and before else None
    judged = share if rule.declared.way == "threshold" else change
    numbers = {
        "share": _number(share, "ratio"),
        "fans": _number(row["fans"], "count"),
        "before": _number(before, "ratio"),
        "change": _number(change, "change"),
    }
    words = {"tier": _TIERS[row["tier"]]}
    found = _Found(row["account_id"], f"{row['tier']}_share", numbers["share"], before, judged, numbers, words)
    return _alert(rule, found, as_of, firing)


def _alert(rule: Rule, found: _Found, as_of: date, firing: Collection[tuple[str, str]]) -> Alert:
    state = _state(rule, found, is_firing=(rule.name, found.account_id) in firing)
    way, is_down = rule.declared.way, rule.declared.direction == "down"
    known = {name: number for name, number in found.numbers.items() if number is not None}
    return Alert(
        rule=rule,
        subject=found.account_id,
        account_id=found.account_id,
        state=state,
        since=as_of - timedelta(days=6) if way == "shift" and state is State.FIRING else as_of,
        value=found.judged,
        threshold=-rule.threshold if way != "threshold" and is_down else rule.threshold,
        evidence=evidence_of(found.name, found.shown, rule.threshold if way == "threshold" else found.before),
        because=sentence_of(rule, state, known, found.words),
    )


def _state(rule: Rule, found: _Found, *, is_firing: bool) -> State:
    """What the rule says; a level that fires goes on until it is back, however single days lie."""
    if found.judged is None:
        return State.NO_DATA
    is_passed = _is_passed(rule, found.judged, rule.clears_at if is_firing else rule.threshold)
    return State.FIRING if is_passed and (found.is_steady or is_firing) else State.OK


def _is_passed(rule: Rule, judged: float, limit: float) -> bool:
    """Whether a number is past the limit in the direction that matters. The best rank is 1: further down is more."""
    is_down = rule.declared.direction == "down"
    match rule.declared.watch, rule.declared.way:
        case "rank", "threshold":
            return judged > limit if is_down else judged <= limit
        case _, "threshold":
            return judged < limit if is_down else judged > limit
        case _:
            return abs(judged) >= limit and (rule.declared.direction == "both" or (judged < 0) is is_down)


def _number(value: float | None, unit: str) -> Number | None:
    return None if value is None else Number(value, unit)


_RANKS = """
select account_id, scorecard, key, rank, accounts, rank_7d, rank_28d, change_7d, change_28d, shift, is_steady
from monitor.rank_watch
order by account_id, scorecard
"""
_SHARES = "select account_id, tier, fans, share, previous_share from monitor.tier_watch order by account_id, tier"
