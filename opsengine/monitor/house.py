"""Alerts about the house itself: messages that did not arrive, a ledger that is not what was written, files that were refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from opsengine.monitor.alert import Alert, State
from opsengine.monitor.wording import evidence_of, sentence_of
from opsengine.strategy import Label, Number

if TYPE_CHECKING:
    from opsengine.monitor.alert import Rule


MOST_NAMED = 5
"""Files or entries in one sentence."""


@dataclass(frozen=True, slots=True)
class House:
    """How the program's own work goes."""

    failed: int = 0
    """Messages that could not be delivered within the last two days."""
    unknown: int = 0
    """Messages of which nobody knows whether they arrived."""
    difference: str = ""
    """Where the ledger is not what was written; empty when it is."""
    refused: tuple[str, ...] = ()
    """Files that the last import refused."""
    held: tuple[str, ...] = ()
    """Grants that are held until a person has looked at their data: for whom, and by which rule."""
    reason: str = ""
    """Why the day could not be looked at; empty when it could."""


def about_house(house: House, rules: Sequence[Rule], as_of: date) -> Iterator[Alert]:
    """What each rule about the house says."""
    for rule in rules:
        match rule.declared.watch:
            case "delivery":
                value, words = house.failed + house.unknown, _words()
                numbers = {"failed": Number(house.failed, "count"), "unknown": Number(house.unknown, "count")}
            case "ledger":
                value, numbers, words = int(bool(house.difference)), {}, _words(difference=house.difference)
            case "review":
                value, numbers, words = len(house.held), {}, _words(entries=_first(house.held))
            case "import":
                value, numbers, words = len(house.refused), {}, _words(files=_first(house.refused))
            case "run":
                value, numbers, words = int(bool(house.reason)), {}, _words(reason=house.reason)
            case _:
                continue
        yield _alert(rule, value, numbers, words, as_of)


def _alert(rule: Rule, value: int, numbers: dict[str, Number], words: dict[str, Label], as_of: date) -> Alert:
    state = State.FIRING if value > rule.threshold else State.OK
    watch = rule.declared.watch
    return Alert(
        rule=rule, subject=watch, account_id=None, state=state, since=as_of, value=value, threshold=rule.threshold,
        evidence=evidence_of(watch, Number(value, "count"), rule.threshold), because=sentence_of(rule, state, numbers, words),
    )  # fmt: skip


def _first(names: Sequence[str]) -> str:
    """The first few of them."""
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


def _words(**texts: str) -> dict[str, Label]:
    return {name: {"zh-CN": text, "en": text} for name, text in texts.items()}
