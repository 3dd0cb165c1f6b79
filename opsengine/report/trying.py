"""Sending a few of today's briefs to one reader, to see how they arrive. Nothing is kept, and nobody else gets anything."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from opsengine.errors import UserError
from opsengine.report.outbox import carriers_for, channel_of, payload_of
from opsengine.report.targets import address_of, check_addresses, is_target
from opsengine.state import BriefRecord, Message, Stage, Topic, canonical, content_sha, instant
from opsengine.words import Words

if TYPE_CHECKING:
    from opsengine.report.outbox import Draft, Occasion, Ways
    from opsengine.state import Address

MOST_TRIED = 3
"""Briefs: enough to see how they look."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How one brief went out."""

    topic: Topic
    address: Address
    stage: Stage
    said: str


def check_reader(target: str, ways: Ways) -> Address:
    """Where a trial goes. Raises UserError when it is no target, or one that mail may not go to."""
    if not is_target(target):
        raise UserError("{address} is not a mail address", hint="write one address alone, such as ops@example.com", address=target)
    address = address_of(target, channel_of(ways.mail))
    check_addresses([address], ways.mail.domains)
    return address


def try_out(drafts: Iterable[Draft], address: Address, ways: Ways, occasion: Occasion) -> Iterator[Tried]:
    """Send each draft to this address now, marked as a trial. Raises CarrierTrouble when the way is blocked."""
    carrier = carriers_for(ways)[address.channel]
    try:
        for one in drafts:
            message, content = _prepared(one, address, ways, occasion)
            reply = carrier.carry(message, content, lambda: None)
            yield Tried(one.topic, address, reply.stage, reply.text)
    finally:
        carrier.close()


def _prepared(draft: Draft, address: Address, ways: Ways, occasion: Occasion) -> tuple[Message, bytes]:
    """A message that is in no outbox; each trial is another one."""
    letter = replace(draft.letter, subject=Words(draft.letter.language)("[trial] {subject}", subject=draft.letter.subject))
    now = instant(occasion.now)
    meaning = canonical([str(draft.topic), address.channel, address.recipient, now])
    brief = BriefRecord(f"{draft.topic}/trial", draft.topic, 0, content_sha(draft.parts), "", now)
    key = hashlib.blake2b(meaning.encode(), digest_size=16).hexdigest()
    content = payload_of(letter, draft.parts, brief, address, ways.mail, occasion, key)
    return Message(key, brief.brief_id, draft.topic, 0, address, "", now, now, Stage.CONNECTING, 0, now, now, "", None), content
