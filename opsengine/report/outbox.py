"""Planning: what was made and what was earned go into the state together, in full or not at all.

A message exists once for each report, period, subject, recipient and channel. When a brief comes out differently later,
what was planned stays as it was, unless somebody asks for it to be sent again: that makes a further revision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from opsengine.errors import EngineError, Exit
from opsengine.report.chat import Chats, Outside
from opsengine.report.delivery import Carrier, Delivery
from opsengine.report.folder import OutboxFolder, PageFolder
from opsengine.report.message import Envelope, Letter, compose
from opsengine.report.note import note_of
from opsengine.report.secret import read_password
from opsengine.report.smtp import MailServer
from opsengine.report.targets import check_addresses
from opsengine.settings import Chat, Mail
from opsengine.state import (
    Address,
    BriefRecord,
    Briefs,
    Channel,
    Entry,
    Ledger,
    Message,
    Outbox,
    Stage,
    State,
    Topic,
    content_sha,
    message_key,
)

if TYPE_CHECKING:
    from opsengine.project import Project
    from opsengine.report.rendering import Rendered
    from opsengine.settings import Settings

KEPT_FRESH = timedelta(hours=48)
"""A brief that could not be delivered for two days is no news any more."""


class Repeat(StrEnum):
    """Whether what was planned before is sent again."""

    NEVER = "never"
    FAILED = "failed"
    """To those alone whose message failed."""
    FORCED = "forced"


@dataclass(frozen=True, slots=True)
class Draft:
    """A brief as it was made: what is kept of it, what its message says, and where that goes."""

    topic: Topic
    parts: Mapping[str, bytes]
    """The files to archive and publish: `index.html`, `brief.md`, `brief.json`."""
    letter: Letter
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """All that one run has to say and to give."""

    drafts: Sequence[Draft]
    entries: Iterable[Entry] = ()
    repeat: Repeat = Repeat.NEVER


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which run it is, and when."""

    run_id: str
    now: datetime
    site: str = ""
    """The address under which pages are served; empty when they are not."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One topic after planning: the revision that stands, its messages, and which of them are new."""

    topic: Topic
    brief_id: str
    message_keys: tuple[str, ...]
    new_keys: frozenset[str] = field(default_factory=frozenset)
    differs: bool = False
    """Whether the brief came out differently now than the revision that stands."""


def draft(topic: Topic, rendered: Rendered, data: str, locale: str, addresses: Iterable[Address]) -> Draft:
    """A brief on paper as a draft; `data` is the brief as JSON."""
    texts = {"index.html": rendered.page_html, "brief.md": rendered.markdown, "brief.json": data}
    letter = Letter(rendered.subject, rendered.markdown, rendered.mail_html, rendered.pictures, locale)
    return Draft(topic, {name: text.encode() for name, text in texts.items()}, letter, tuple(addresses))


def plan(state: State, batch: Batch, mail: Mail, occasion: Occasion) -> list[Planned]:
    """Keep a batch in one transaction: ledger entries, briefs and messages; nothing is sent yet.

    Raises LedgerConflict when an entry contradicts the ledger, UserError when an address is none or outside of the domains that
    mail may go to, EngineError when the ledger is not what was written; then nothing is kept.
    """
    with state.transaction():
        _trust(Ledger(state))
        Outbox(state).recover(occasion.now)
        Ledger(state).append(batch.entries, occasion.run_id, occasion.now)
        return [_plan_one(state, one, batch.repeat, mail, occasion) for one in batch.drafts]


def channel_of(mail: Mail) -> Channel:
    """How messages travel under these settings."""
    return Channel.MAIL if mail.host else Channel.FOLDER


@dataclass(frozen=True, slots=True)
class Ways:
    """What the ways of a project are made of; files named in settings count from the `project` folder."""

    mail: Mail
    project: Path
    outbox: Path
    environment: Mapping[str, str]
    chats: Mapping[str, Chat] = field(default_factory=dict)
    clock: Callable[[], int] = lambda: 0
    """The seconds since 1970, for signatures."""


def ways_of(project: Project, settings: Settings, environment: Mapping[str, str], now: datetime) -> Ways:
    """The ways of a project, with the secrets of the environment."""
    seconds = int(now.timestamp())
    return Ways(settings.mail, project.root, project.outbox, environment, settings.chats, lambda: seconds)


def carriers_for(ways: Ways) -> dict[Channel, Carrier]:
    """The ways that are open. Raises UserError when the mail server cannot be used safely, or its password is missing."""
    mail, project, environment = ways.mail, ways.project, ways.environment
    carriers: dict[Channel, Carrier] = {
        Channel.FOLDER: OutboxFolder(ways.outbox),
        Channel.FILES: PageFolder(project),
        Channel.CHAT: Chats(ways.chats, project, environment, Outside(ways.clock)),
    }
    if mail.host:
        carriers[Channel.MAIL] = _mail_server(mail, project, environment)
    return carriers


def knock(mail: Mail, project: Path, environment: Mapping[str, str]) -> None:
    """See whether the mail server lets us in; nothing is sent. Raises UserError, CarrierTrouble."""
    _mail_server(mail, project, environment).knock()


def _mail_server(mail: Mail, project: Path, environment: Mapping[str, str]) -> MailServer:
    resolved = mail.model_copy(update={"ca_file": str(project / mail.ca_file)}) if mail.ca_file else mail
    return MailServer(resolved, read_password(mail, project, environment))


@dataclass(frozen=True, slots=True)
class Tally:
    """How a run ended for its messages; `planned` counts the new ones."""

    planned: int
    delivered: int
    already_delivered: int
    held: int
    waiting: int
    failed: int
    unknown: int

    @property
    def exit(self) -> Exit:
        """Good only when nothing waits, failed, or needs a person."""
        if self.unknown:
            return Exit.DELIVERY_UNKNOWN
        return Exit.DELIVERY_FAILED if self.failed or self.waiting else Exit.SUCCESS


def tally(state: State, planned: Iterable[Planned], standing: Iterable[Topic], delivery: Delivery) -> Tally:
    """Count the messages of this run and of the topics that stood before it, and all that still wait or are unknown."""
    outbox = Outbox(state)
    plans = list(planned)
    touched = {message.key: message for message in delivery.touched}
    known = [message for one in plans for key in one.message_keys if key not in touched and (message := outbox.find(key))]
    known += [message for topic in standing for message in outbox.newest(topic) if message.key not in touched]
    mine: list[Message] = [*touched.values(), *known]
    return Tally(
        planned=sum(len(one.new_keys) for one in plans),
        delivered=sum(message.stage is Stage.SENT for message in touched.values()),
        already_delivered=sum(message.stage is Stage.SENT for message in known),
        held=len(outbox.at(Stage.HELD)),
        waiting=len(outbox.at(Stage.PENDING)),
        failed=sum(message.stage is Stage.FAILED for message in mine),
        unknown=len(outbox.at(Stage.UNKNOWN)),
    )


def _trust(ledger: Ledger) -> None:
    found = ledger.verify()
    if not found.ok:
        raise EngineError(
            "the ledger is not what was written: {difference}",
            hint="restore state.db from a backup; nothing was granted or sent",
            difference=found.first_difference or "",
        )


def _plan_one(state: State, made: Draft, repeat: Repeat, mail: Mail, occasion: Occasion) -> Planned:
    latest = Briefs(state).latest(made.topic)
    differs = latest is not None and latest.content_sha != content_sha(made.parts)
    addresses = tuple(dict.fromkeys(made.addresses))
    check_addresses(addresses, mail.domains)
    history = {message.address: message for message in Outbox(state).of(made.topic)}
    wanted = [address for address in addresses if address not in history]
    if repeat is Repeat.FORCED:
        wanted = [address for address in addresses if address not in history or differs or not _is_on_its_way(history[address])]
    if repeat is Repeat.FAILED:
        wanted = [address for address in addresses if address not in history or history[address].stage is Stage.FAILED]
    again = [history[address] for address in wanted if address in history]
    if latest is None or again or (differs and (wanted or not history)):
        standing = Briefs(state).add(made.topic, made.parts, occasion.run_id, occasion.now)
    else:
        standing = latest
    _suppress(state, again, occasion.now)
    new: dict[Address, str] = {}
    for address in wanted:
        payload = payload_of(made.letter, made.parts, standing, address, mail, occasion)
        new[address] = Outbox(state).add(standing, address, payload, occasion.now, occasion.now + KEPT_FRESH)
    keys = tuple(new.get(address) or history[address].key for address in addresses)
    return Planned(made.topic, standing.brief_id, keys, frozenset(new.values()), differs and standing == latest)


def _is_on_its_way(message: Message) -> bool:
    return message.stage in (Stage.HELD, Stage.PENDING)


def _suppress(state: State, messages: Iterable[Message], now: datetime) -> None:
    """Stop messages that wait while a newer revision is about to be planned."""
    for message in messages:
        if _is_on_its_way(message):
            Outbox(state).move(message.key, Stage.SUPPRESSED, now, "a newer revision was planned")


def payload_of(  # noqa: PLR0913, PLR0917  a letter is written from all of these
    letter: Letter, parts: Mapping[str, bytes], brief: BriefRecord, address: Address, mail: Mail, occasion: Occasion, key: str = ""
) -> bytes:
    """What travels: a message, a note, or the page itself; `key` names the message where it is in no outbox."""
    if address.channel is Channel.CHAT:
        return note_of(letter, brief.topic, occasion.site).as_bytes()
    if address.channel is Channel.FILES:
        return parts["index.html"]
    return compose(letter, _envelope(brief, address, mail, (occasion.now, key)))


def _envelope(brief: BriefRecord, address: Address, mail: Mail, moment: tuple[datetime, str]) -> Envelope:
    now, key = moment
    return Envelope(
        sender=mail.sender,
        sender_name=mail.sender_name,
        recipient=address.recipient,
        key=key or message_key(brief.topic, brief.revision, address),
        report=brief.topic.report,
        date=now,
        unsubscribe=mail.unsubscribe,
    )
