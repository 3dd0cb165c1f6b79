"""Data that came later: a brief that stands is looked at again, and what is told otherwise now becomes a revision with corrections.

Nobody is sent it again by itself. The page and the archive have the newest revision; the one that was sent stays as it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from opsengine.report.figures import figures
from opsengine.report.plainness import as_plain
from opsengine.state import Briefs, Outbox, Stage, canonical
from opsengine.words import LOCALES, Words

if TYPE_CHECKING:
    from opsengine.report.brief import Brief
    from opsengine.report.due import Job
    from opsengine.report.labels import Label, Unit
    from opsengine.report.outbox import Draft, Occasion, Planned
    from opsengine.report.team import TeamBrief
    from opsengine.state import State, Topic

MOST_CORRECTIONS = 12
"""A reader wants to know what changed, not to compare two tables."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One value that was told otherwise before."""

    label: Label
    unit: Unit
    before: float | None
    after: float | None


def inputs_of(jobs: Iterable[Job], records: Sequence[Mapping[str, Any]]) -> dict[Topic, str]:
    """For each brief, the hash of the imported files that it can rest on; `records` are those of the import log."""
    known = [(str(one.get("first_day") or ""), frozenset(one.get("accounts") or ()), str(one["sha256"])) for one in records]
    found: dict[Topic, str] = {}
    for job in jobs:
        end, mine = job.period.end.isoformat(), {account.account_id for account in job.accounts}
        files = sorted(sha256 for first_day, accounts, sha256 in known if first_day <= end and (not accounts or accounts & mine))
        found[job.topic] = hashlib.sha256(canonical(files).encode()).hexdigest()
    return found


def note_inputs(state: State, planned: Iterable[Planned], inputs: Mapping[Topic, str]) -> None:
    """Keep under which inputs these revisions came out."""
    with state.transaction():
        for one in planned:
            if not one.differs:
                Briefs(state).note_inputs(one.brief_id, inputs[one.topic])


def restated(state: State, standing: Iterable[Job], inputs: Mapping[Topic, str]) -> list[Job]:
    """The briefs that stand and rest on other inputs now. Where nothing was kept of that, today's inputs are where it begins."""
    found: list[Job] = []
    with state.transaction():
        for job in standing:
            latest = Briefs(state).latest(job.topic)
            known = Briefs(state).inputs(latest.brief_id) if latest else frozenset()
            if latest and not known:
                Briefs(state).note_inputs(latest.brief_id, inputs[job.topic])
            elif latest and inputs[job.topic] not in known:
                found.append(job)
    return found


def since_sent(state: State) -> Callable[[Job, Brief | TeamBrief], Brief | TeamBrief]:
    """What becomes of a brief that is sent again: it says what was told otherwise in the revision that its readers have."""

    def amend(job: Job, brief: Brief | TeamBrief) -> Brief | TeamBrief:
        sent = [message for message in Outbox(state).of(job.topic) if message.stage is Stage.SENT]
        return replace(brief, corrections=_corrections(state, sent[-1].brief_id, brief)) if sent else brief

    return amend


def _corrections(state: State, brief_id: str, brief: Brief | TeamBrief) -> tuple[Correction, ...]:
    """What a brief tells otherwise than an earlier revision of it, up to a number that can be read."""
    before = json.loads(Briefs(state).parts(brief_id).get("brief.json", b"{}"))
    return tuple(corrections_between(before, cast("dict[str, Any]", as_plain(brief))))[:MOST_CORRECTIONS]


class Corrector:
    """Holds briefs that were written anew against those that stand."""

    def __init__(self, state: State, inputs: Mapping[Topic, str]) -> None:
        self._state, self._inputs = state, inputs
        self._same: list[tuple[str, str]] = []

    def amend(self, job: Job, brief: Brief | TeamBrief) -> Brief | TeamBrief | None:
        """The brief with its corrections; None when it tells the same."""
        latest = Briefs(self._state).latest(job.topic)
        if latest is None:
            return None
        corrections = _corrections(self._state, latest.brief_id, brief)
        if not corrections:
            self._same.append((latest.brief_id, self._inputs[job.topic]))
            return None
        return replace(brief, corrections=corrections)

    def keep(self, drafts: Iterable[Draft], occasion: Occasion) -> int:
        """Keep the corrected revisions, without a message to anybody; how many there are."""
        count = 0
        with self._state.transaction():
            for brief_id, inputs in self._same:
                Briefs(self._state).note_inputs(brief_id, inputs)
            for one in drafts:
                standing = Briefs(self._state).add(one.topic, one.parts, occasion.run_id, occasion.now)
                Briefs(self._state).note_inputs(standing.brief_id, self._inputs[one.topic])
                count += 1
        return count


def corrections_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Correction]:
    """The scores, goals and numbers of two briefs, as plain values, that a reader would see differ."""
    for kind, name, value, label in _COMPARED:
        old = {one[name]: one for one in before.get(kind) or () if name in one}
        for new in after.get(kind) or ():
            was = old.get(new[name])
            unit = new.get("unit", "score")
            if was is not None and _shown(was.get(value), unit) != _shown(new.get(value), unit):
                named = _of_cycle(new[label], new) if kind == "goals" else new[label]
                yield Correction(named, unit, was.get(value), new.get(value))


_COMPARED = (
    ("scores", "scorecard", "value", "label"), ("goals", "id", "actual", "metric"), ("numbers", "metric", "value", "label"),
)  # fmt: skip
"""Where they stand: the list, what tells its members apart, the value, and what it is called."""


def _shown(value: float | None, unit: Unit) -> tuple[str, ...]:
    """A value as readers of every language see it."""
    return tuple(figures(locale).amount(value, unit) for locale in LOCALES)


def _of_cycle(metric: Label, goal: Mapping[str, Any]) -> Label:
    """A goal by its metric and days: the metric alone may stand among the numbers of the period, and in another goal."""
    return {
        locale: Words(locale)("{metric} (goal, {days})", metric=said.said(metric), days=said.days(goal["start"], goal["end"]))
        for locale in LOCALES
        for said in [figures(locale)]
    }
