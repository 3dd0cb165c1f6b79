"""One signed call to the host that hands benefits over.

What is sent is signed with its time (HMAC-SHA256), and carries a key that is the same each time, so that the other side can tell
a repetition.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass

from opsengine.calling import MOST_BYTES, PUBLIC_LINE, Answer, Line, allowed, connect, exchange, request
from opsengine.errors import UserError
from opsengine.state import Outcome

__all__ = ["MOST_BYTES", "Call", "Line", "Reply", "call", "signature"]

LEAST_SECRET = 16
"""Bytes: a shorter secret could be guessed."""
_WHERE = "list it under `rewards: {webhook: {hosts: […]}}` in opsengine.yaml"


@dataclass(frozen=True, slots=True)
class Reply:
    """How a call went, and the first line of what the other side said."""

    outcome: Outcome
    said: str


def signature(secret: bytes, timestamp: int, body: bytes) -> str:
    """What the other side computes as well: over the time in seconds, a dot, and the body."""
    return "v1=" + hmac.new(secret, f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Call:
    """One body to send."""

    key: str
    body: bytes
    timestamp: int
    """Seconds since 1970: the other side refuses what is old."""


def call(url: str, hosts: Collection[str], secret: bytes, what: Call, line: Line | None = None) -> Reply:
    """Send one body. Raises UserError when it must not go there; whatever happens on the way is a Reply."""
    place = allowed(url, hosts, _WHERE)
    if len(secret) < LEAST_SECRET:
        raise UserError("the secret of the webhook is missing, or too short", hint="16 characters or more")
    if not (what.key.isascii() and what.key.isprintable()):
        raise UserError("the address of the webhook has characters that must be escaped")
    headers = {
        "Idempotency-Key": what.key,
        "Opsengine-Timestamp": str(what.timestamp),
        "Opsengine-Signature": signature(secret, what.timestamp, what.body),
    }
    try:
        return _judged(exchange(connect(place, line or PUBLIC_LINE), request(place, headers, what.body)))
    except OSError as error:
        return Reply(Outcome.UNKNOWN, type(error).__name__)


def _judged(answer: Answer) -> Reply:
    """2xx is accepted, 3xx and 4xx are refused; 408, 409, 425, 429, 5xx and everything else leaves it open."""
    code = answer.status
    if 200 <= code < 300:
        return Reply(Outcome.ACCEPTED, answer.first_line)
    if 300 <= code < 500 and code not in (408, 409, 425, 429):
        return Reply(Outcome.REFUSED, answer.first_line)
    return Reply(Outcome.UNKNOWN, answer.first_line)
