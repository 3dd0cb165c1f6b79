"""Who is told what and when: one digest a person, no more than they can bear, nothing at night but what cannot wait."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from opsengine.monitor.alert_file import SEVERITIES
from opsengine.monitor.living import Word
from opsengine.state import Notice, Notices

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from opsengine.monitor.remembering import Said
    from opsengine.monitor.settings import MonitorFile, Person
    from opsengine.state import State

FOLDER = ""
"""The reader that stands for the outbox folder, where nobody is named."""
QUIET, CAPPED = "quiet hours", "enough messages today"
GONE, UNKNOWN = "over before it was told", "nobody of that name is told any more"


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person is told at once."""

    person: str
    """By their name; empty for the outbox folder."""
    notices: tuple[Notice, ...]
    """The gravest first; what is over stands last."""

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each notice as plain values, for a template."""
        return [
            {"alert": one.alert, "subject": one.subject, "word": one.word, "severity": one.severity, **json.loads(one.detail)}
            for one in self.notices
        ]


def notices_for(said: Iterable[Said], file: MonitorFile, accounts: Mapping[str, Mapping[str, object]]) -> list[Notice]:
    """A notice for each person who is to hear of it; `accounts` are rows by their id."""
    return [
        Notice(one.record.alert, one.record.subject, one.word.value, person, one.record.severity, one.record.detail)
        for one in said
        for person in _readers(json.loads(one.record.detail), one.record.severity, file, accounts)
    ]


def digests(state: State, file: MonitorFile, now: datetime, zone: ZoneInfo) -> list[Digest]:
    """What is told now. Notices that must wait say why; what was over before it was told is dropped. Inside a transaction."""
    box = Notices(state)
    people = {person.name: person for person in file.people}
    waiting: dict[str, list[Notice]] = defaultdict(list)
    for notice in box.waiting():
        waiting[notice.person].append(notice)
    found: list[Digest] = []
    for name, notices in sorted(waiting.items()):
        if name not in people and (name != FOLDER or people):
            box.drop(notices, UNKNOWN, now)
            continue
        current, stale = without_what_is_over(notices)
        box.drop(stale, GONE, now)
        told = _tellable(box, current, file, people.get(name), now.astimezone(zone))
        if told:
            found.append(Digest(name, tuple(sorted(told, key=_gravity))))
    return found


def without_what_is_over(notices: Sequence[Notice]) -> tuple[list[Notice], list[Notice]]:
    """What is worth telling, and what is not: an alert that began and ended since, and older words about the same one."""
    newest: dict[tuple[str, str], Notice] = {}
    began_unheard = {(one.alert, one.subject) for one in notices if one.word == Word.FIRED}
    for one in notices:
        newest[one.alert, one.subject] = one
    told = [one for key, one in newest.items() if not (one.word == Word.OVER and key in began_unheard)]
    return told, [one for one in notices if one not in told]


def is_quiet(clock: time, begins: time, ends: time) -> bool:
    """Whether a time of day lies in the quiet hours; they may span midnight, and are none when both ends are the same."""
    return begins <= clock < ends if begins <= ends else clock >= begins or clock < ends


def _readers(
    detail: Mapping[str, Any], severity: str, file: MonitorFile, accounts: Mapping[str, Mapping[str, object]]
) -> Iterable[str]:
    if not file.people:
        return [FOLDER]
    account = accounts.get(detail["account_id"] or "")
    return [person.name for person in file.people if _cares(person, detail["route"], account, severity)]


def _cares(person: Person, route: Sequence[str], account: Mapping[str, object] | None, severity: str) -> bool:
    if route:
        return person.name in route
    if SEVERITIES.index(person.least) < SEVERITIES.index(severity):
        return False
    return person.where.fits(account) if account is not None else person.cares_for_all


def _tellable(box: Notices, notices: list[Notice], file: MonitorFile, person: Person | None, clock: datetime) -> list[Notice]:
    """What may be said at this time of day, to somebody who has heard so much today already."""
    if person is None:
        return notices
    told = notices
    if is_quiet(clock.time(), *file.quiet_of(person)):
        told = [one for one in notices if one.severity == "critical" and one.word != Word.OVER]
        box.hold([one for one in notices if one not in told], QUIET)
    midnight = clock.replace(hour=0, minute=0, second=0, microsecond=0)
    if told and box.digests_since(person.name, midnight) >= file.most_for(person):
        box.hold(told, CAPPED)
        return []
    return told


def _gravity(notice: Notice) -> tuple[bool, int, str, str]:
    return notice.word == Word.OVER, SEVERITIES.index(notice.severity), notice.alert, notice.subject
