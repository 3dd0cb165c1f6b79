"""Carrying the outbox out: each message by itself, and never twice.

The order is what makes it safe. A message is claimed (committed), offered, marked `in_data` (committed), and only then
handed over; the answer is committed last. Killed before `in_data` nothing has left; killed after it nobody can know,
so the message becomes `unknown` and waits for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from opsengine.errors import DeliveryFailed
from opsengine.report.side_by_side import carry_all
from opsengine.state import Channel, Message, Outbox, Stage, State, instant

FIRST_WAIT = timedelta(seconds=30)
"""After the first refusal; doubled after each further one. Greylisting servers want about a minute."""
LONGEST_WAIT = timedelta(hours=1)
"""Waiting longer would only make news older."""
MOST_ATTEMPTS = 6
"""A server that said "later" this often means "no"."""


class CarrierTrouble(DeliveryFailed):
    """The way itself is blocked, for every message: a server that is down, a wrong password, a full disk."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one message: `sent`, `pending` (refused for now), `failed` (for good) or `unknown`."""

    stage: Stage
    text: str = ""
    """What the other side said."""


class Carrier(Protocol):
    """A way for messages of one channel. It never touches the state, so it may work in a thread of its own."""

    def carry(self, message: Message, content: bytes, enter_data: Callable[[], None]) -> Reply:
        """Take one message out. Calls `enter_data` before its first byte leaves, when that cannot be repeated.

        Raises CarrierTrouble, before `enter_data`, when no message can go this way.
        """

    def team(self) -> Sequence[Carrier]:
        """This one, and as many more of its kind as may work side by side."""

    def close(self) -> None:
        """Say goodbye."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one round did."""

    touched: tuple[Message, ...]
    """The messages that moved, as they stand now."""
    blocked: Mapping[Channel, CarrierTrouble] = field(default_factory=dict)
    """Why a way was given up; its messages wait."""

    @property
    def troubles(self) -> tuple[CarrierTrouble, ...]:
        """Why ways were given up."""
        return tuple(self.blocked.values())


def deliver(state: State, carriers: Mapping[Channel, Carrier], now: datetime) -> Delivery:
    """Take out every message that is due. A channel without a carrier waits. Only under the project's lock.

    Never raises for what a server does; that stands in the messages and in `troubles`.
    """
    outbox = Outbox(state)
    outbox.recover(now)
    touched: list[str] = _expire(outbox, now)
    blocked: dict[Channel, CarrierTrouble] = {}
    due = [message for message in outbox.at(Stage.PENDING) if message.next_try_at <= instant(now)]
    for channel, carrier in carriers.items():
        mine = [message for message in due if message.address.channel is channel]
        if mine:
            _deliver_by(carrier, mine, desk := _Desk(outbox, now))
            touched += desk.settled
            if desk.troubles:
                blocked[channel] = desk.troubles[0]
    found = (outbox.find(key) for key in touched)
    return Delivery(tuple(message for message in found if message), blocked)


def _deliver_by(carrier: Carrier, messages: Sequence[Message], desk: _Desk) -> None:
    team = carrier.team()
    try:
        carry_all(messages, team, desk)
    finally:
        for one in team:
            one.close()


def wait_after(attempts: int) -> timedelta:
    """How long to wait after that many refusals: 30 s, 1 min, 2 min, … at most an hour."""
    doublings = min(max(attempts - 1, 0), 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


class _Desk:
    """Writes down every step of every message of one way."""

    def __init__(self, outbox: Outbox, now: datetime) -> None:
        self._outbox, self._now = outbox, now
        self.settled: dict[str, None] = {}
        """The keys of messages that are done with, in the order in which that was written down."""
        self.troubles: list[CarrierTrouble] = []

    def together(self) -> AbstractContextManager[None]:
        return self._outbox.together()

    def claim(self, message: Message) -> bytes:
        content = self._outbox.payload(message)
        self._outbox.move(message.key, Stage.CONNECTING, self._now)
        return content

    def enter_data(self, message: Message) -> None:
        self._outbox.move(message.key, Stage.IN_DATA, self._now)

    def settle(self, message: Message, outcome: Reply | DeliveryFailed) -> bool:
        """A way that is blocked is given up, and its message waits as before."""
        if isinstance(outcome, CarrierTrouble):
            self._outbox.move(message.key, Stage.PENDING, self._now, str(outcome))
            self.troubles.append(outcome)
            return False
        if isinstance(outcome, DeliveryFailed):
            raise outcome
        _settle(self._outbox, message, outcome, self._now)
        self.settled[message.key] = None
        return True


def _settle(outbox: Outbox, message: Message, reply: Reply, now: datetime) -> None:
    attempts = message.attempts + 1
    if reply.stage is Stage.SENT:
        outbox.mark_sent(message.key, now, reply.text)
    elif reply.stage is Stage.PENDING and attempts < MOST_ATTEMPTS:
        outbox.postpone(message.key, now + wait_after(attempts), now, reply.text)
    else:
        outbox.move(message.key, Stage.FAILED if reply.stage is Stage.PENDING else reply.stage, now, reply.text)


def _expire(outbox: Outbox, now: datetime) -> list[str]:
    """Give up what nobody would want to read any more; the keys."""
    stale = [message.key for message in outbox.at(Stage.PENDING) if message.deadline_at < instant(now)]
    for key in stale:
        outbox.move(key, Stage.FAILED, now, "the deadline has passed")
    return stale
