"""The owner of a report is told once when it cannot be delivered: what, why, and the command that helps. Readers get nothing.

What is told is a message in the outbox like any other, so it is sent once as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from opsengine.report.content import Theme, readable
from opsengine.report.delivery import deliver
from opsengine.report.message import Letter
from opsengine.report.outbox import channel_of, payload_of
from opsengine.report.rendering import in_cells
from opsengine.report.targets import address_of, is_inside, is_target
from opsengine.report.templating import paper
from opsengine.state import Briefs, Outbox, Stage, Topic
from opsengine.words import Words

if TYPE_CHECKING:
    from opsengine.report.delivery import Carrier, CarrierTrouble, Delivery
    from opsengine.report.due import Job
    from opsengine.report.outbox import Occasion
    from opsengine.report.running import Late
    from opsengine.settings import Settings
    from opsengine.state import Channel, Message, State

MOST_NAMED = 10
"""Of what is in trouble; the rest is counted."""
KEPT = timedelta(days=7)
"""An owner who was away should still hear of it."""
NOTICE = "!"
"""Stands before the report's name in the topic of a notice: no file can be called so."""


class Cause(StrEnum):
    """Why something was not delivered."""

    HELD = "held"
    FAILED = "failed"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One cause, for one report and period."""

    job: Job
    """Any of its briefs: report and period are the same for all."""
    cause: Cause
    names: tuple[str, ...]
    """What is in trouble: subjects, or recipients."""
    reason: str
    """The first reason that was given, as a sentence of the program or in the words of the other side."""
    fields: Mapping[str, str | int | float]

    @property
    def topic(self) -> Topic:
        """What the notice is about: there is one for each report, period and cause."""
        return Topic(f"{NOTICE}{self.job.report.name}", self.job.period.id, self.cause.value)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended for its briefs."""

    jobs: Sequence[Job]
    held: Sequence[Late]
    delivery: Delivery


def tell_owners(
    state: State, ending: Ending, settings: Settings, occasion: Occasion, carriers: Mapping[Channel, Carrier]
) -> tuple[str, ...]:
    """Tell the owner of each trouble that was not told before, over the ways that are open; who was told."""
    told: list[str] = []
    with state.transaction():
        for trouble in find_troubles(state, ending):
            owner = _owner_of(trouble, settings)
            if owner and Briefs(state).latest(trouble.topic) is None:
                _plan(state, trouble, owner, settings, occasion)
                told.append(owner)
    if told:
        deliver(state, {way: one for way, one in carriers.items() if way not in ending.delivery.blocked}, occasion.now)
    return tuple(told)


def find_troubles(state: State, ending: Ending) -> Iterator[Trouble]:
    """What was not delivered, by report, period and cause."""
    late: defaultdict[tuple[str, str], list[Late]] = defaultdict(list)
    for one in ending.held:
        late[one.job.report.name, one.job.period.id].append(one)
    for some in late.values():
        names = tuple(f"{one.job.subject}: {one.last_day}" if one.last_day else one.job.subject for one in some)
        yield Trouble(some[0].job, Cause.HELD, names, some[0].reason, {})
    undelivered: dict[tuple[str, str, Cause], tuple[Job, list[Message]]] = {}
    for job in ending.jobs:
        for message in Outbox(state).newest(job.topic):
            cause = _cause_of(message, ending.delivery.blocked)
            if cause is not None:
                undelivered.setdefault((job.report.name, job.period.id, cause), (job, []))[1].append(message)
    for (_, _, cause), (job, messages) in undelivered.items():
        trouble = ending.delivery.blocked.get(messages[0].address.channel) if cause is Cause.BLOCKED else None
        names = tuple(f"{one.topic.subject}: {one.address.recipient or one.address.channel.value}" for one in messages)
        yield Trouble(job, cause, names, trouble.text if trouble else messages[0].last_reply, trouble.fields if trouble else {})


def _owner_of(trouble: Trouble, settings: Settings) -> str:
    """Who is told: the report's owner, else the project's; empty where that is nobody whom we may write to."""
    owner = next((one for one in (trouble.job.report.report.owner, settings.owner) if is_target(one)), "")
    return owner if "@" not in owner or is_inside(owner, settings.mail.domains) else ""


def _plan(state: State, trouble: Trouble, owner: str, settings: Settings, occasion: Occasion) -> None:
    address = address_of(owner, channel_of(settings.mail))
    letter = letter_of(trouble, trouble.job.report.report.locale or settings.locale)
    parts = {"brief.md": letter.markdown.encode(), "index.html": letter.html.encode()}
    standing = Briefs(state).add(trouble.topic, parts, occasion.run_id, occasion.now)
    content = payload_of(letter, parts, standing, address, settings.mail, occasion)
    Outbox(state).add(standing, address, content, occasion.now, occasion.now + KEPT)


def letter_of(trouble: Trouble, locale: str) -> Letter:
    """What the owner reads."""
    words, job = Words(locale), trouble.job
    count = len(trouble.names)
    subject = words(_SUBJECTS[trouble.cause], report=job.report.name, period=job.period.id, count=count)
    why, commands = words(trouble.reason, **trouble.fields) if trouble.reason else "–", _commands(trouble)
    names = [readable(name) for name in trouble.names[:MOST_NAMED]]
    if count > MOST_NAMED:
        names.append(words("and {count} more", count=count - MOST_NAMED))
    last = words("The readers were told nothing. This is said once.")
    lines = [f"{words('why')}: {why}", *(f"{words('what to do')}: `{command}`" for command in commands)]
    markdown = "\n".join([f"# {subject}", "", *lines, "", *(f"- {name}" for name in names), "", last, ""])
    notice = {"why": readable(why), "commands": commands, "names": names}
    content = {"locale": locale, "theme": Theme().colours(), "subject": subject, "preheader": why, "notice": notice}
    return Letter(subject, markdown, in_cells(paper(None).fill("mail/notice.html.j2", content)), (), locale)


def _commands(trouble: Trouble) -> tuple[str, ...]:
    retry = f"opsengine report --report {trouble.job.report.name}"
    return {
        Cause.HELD: ("opsengine import FILE", retry),
        Cause.FAILED: (f"{retry} --retry",),
        Cause.UNKNOWN: ("opsengine outbox list", "opsengine outbox resolve KEY --sent --by NAME"),
        Cause.BLOCKED: ("opsengine doctor --network", retry),
    }[trouble.cause]


_SUBJECTS = {
    Cause.HELD: "{report}, {period}: {count} briefs are held",
    Cause.FAILED: "{report}, {period}: {count} messages failed",
    Cause.UNKNOWN: "{report}, {period}: nobody knows whether {count} messages arrived",
    Cause.BLOCKED: "{report}, {period}: {count} messages cannot leave",
}


def _cause_of(message: Message, blocked: Mapping[Channel, CarrierTrouble]) -> Cause | None:
    if message.stage is Stage.PENDING and message.address.channel in blocked:
        return Cause.BLOCKED
    return {Stage.FAILED: Cause.FAILED, Stage.UNKNOWN: Cause.UNKNOWN}.get(message.stage)
