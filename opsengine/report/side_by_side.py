"""Several hands for one way: they speak with the other side, and only the thread that called them touches the state.

A hand that is about to let the first byte go asks, waits until that is committed, and only then goes on. So the order that makes
delivery safe is the same for one connection and for sixteen. What several hands say at the same moment, and what is begun next, is
committed together: a disk that takes its time for a commit does not take it for each message and step.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol

from opsengine.errors import DeliveryFailed

if TYPE_CHECKING:
    from opsengine.report.delivery import Carrier, Reply
    from opsengine.state import Message


LISTENING = 0.5
"""Seconds after which a hand that waits for an answer looks whether there is still anybody to give it."""


class Desk(Protocol):
    """Where every step of a message is written down; only ever spoken to by the thread that owns it."""

    def together(self) -> AbstractContextManager[None]:
        """What is written down inside is kept at its end, all of it or nothing."""

    def claim(self, message: Message) -> bytes:
        """Take a message; its bytes."""

    def enter_data(self, message: Message) -> None:
        """Pass the point of no return."""

    def settle(self, message: Message, outcome: Reply | DeliveryFailed) -> bool:
        """Write down how it ended; whether this way is still open."""


@dataclass(slots=True)
class _Asked:
    """A hand asks to pass the point of no return."""

    message: Message
    answered: threading.Event = field(default_factory=threading.Event)
    is_allowed: bool = False


@dataclass(frozen=True, slots=True)
class _Done:
    """A hand has finished with a message."""

    message: Message
    carrier: Carrier
    outcome: Reply | BaseException


class _Refused(Exception):
    """The point of no return could not be written down: nothing has left."""


def carry_all(messages: Sequence[Message], team: Sequence[Carrier], desk: Desk) -> None:
    """Take these messages out, as many at once as the team has hands; returns when no hand works any more.

    When writing down fails, or somebody stops us, no further message is begun, those under way come to their end, and the error
    is raised.
    """
    hands = team[: max(1, min(len(team), len(messages)))]
    with ThreadPoolExecutor(len(hands), thread_name_prefix="delivery") as pool:
        _Round(deque(messages), list(hands), desk, pool).go()


class _Round:
    """One round over one way."""

    def __init__(self, waiting: deque[Message], idle: list[Carrier], desk: Desk, pool: ThreadPoolExecutor) -> None:
        self._waiting, self._idle, self._desk, self._pool = waiting, idle, desk, pool
        self._events: SimpleQueue[_Asked | _Done] = SimpleQueue()
        self._working = 0
        self._error: BaseException | None = None
        self._is_deaf = False

    def go(self) -> None:
        try:
            self._guarded(lambda: self._turn([]))
            while self._working:
                self._guarded(self._listen)
        finally:
            self._is_deaf = True
        if self._error is not None:
            raise self._error

    def _guarded(self, act: Callable[[], None]) -> None:
        """The first thing that goes wrong ends the round, but not before every hand has put down what it holds."""
        try:
            act()
        except BaseException as error:
            if self._error is not None:
                raise
            self._stop(error)

    def _stop(self, error: BaseException) -> None:
        """Begin nothing any more."""
        self._error = self._error or error
        self._waiting.clear()

    def _listen(self) -> None:
        events = [self._events.get()]
        while not self._events.empty():
            events.append(self._events.get())
        self._turn(events)

    def _turn(self, events: Sequence[_Asked | _Done]) -> None:
        """Write down what was said, and what is begun next; only then does anybody go on.

        When that fails, what has ended is written down once more, by itself.
        """
        try:
            try:
                allowed, begun = self._write(events)
            except BaseException as error:  # noqa: BLE001  raised at the end of the round
                self._stop(error)
                allowed, begun = self._write(events)
            for asked in allowed:
                asked.is_allowed = True
        finally:
            for event in events:
                self._let_go(event)
        for message, content in begun:
            self._working += 1
            self._pool.submit(self._carry, message, content, self._idle.pop())

    def _write(self, events: Sequence[_Asked | _Done]) -> tuple[list[_Asked], list[tuple[Message, bytes]]]:
        """One commit; who may pass the point of no return, and which messages are begun."""
        allowed: list[_Asked] = []
        begun: list[tuple[Message, bytes]] = []
        hands = len(self._idle) + sum(isinstance(event, _Done) for event in events)
        with self._desk.together():
            for event in events:
                if isinstance(event, _Done):
                    self._settle(event.message, event.outcome)
                elif self._error is None:
                    self._desk.enter_data(event.message)
                    allowed.append(event)
            while self._waiting and len(begun) < hands:
                message = self._waiting.popleft()
                begun.append((message, self._desk.claim(message)))
        return allowed, begun

    def _settle(self, message: Message, outcome: Reply | BaseException) -> None:
        if isinstance(outcome, _Refused):
            return
        if isinstance(outcome, BaseException) and not isinstance(outcome, DeliveryFailed):
            self._stop(outcome)
        elif not self._desk.settle(message, outcome):
            self._waiting.clear()

    def _let_go(self, event: _Asked | _Done) -> None:
        if isinstance(event, _Asked):
            event.answered.set()
        else:
            self._working -= 1
            self._idle.append(event.carrier)

    def _carry(self, message: Message, content: bytes, carrier: Carrier) -> None:
        """In a thread of its own."""

        def enter_data() -> None:
            asked = _Asked(message)
            self._events.put(asked)
            while not asked.answered.wait(LISTENING) and not self._is_deaf:
                pass
            if not asked.is_allowed:
                raise _Refused

        outcome: Reply | BaseException
        try:
            outcome = carrier.carry(message, content, enter_data)
        except BaseException as error:  # noqa: BLE001  it is raised in the thread that waits for us
            outcome = error
        self._events.put(_Done(message, carrier, outcome))
