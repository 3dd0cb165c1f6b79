"""One signed call to a host that the operator has allowed: no redirects, no detours, no private addresses.

The name is looked up once and every address it has must be a public one; the connection goes to that very address, so that a
name that changes its mind in between leads nowhere. What is sent is signed with its time (HMAC-SHA256), and carries a key that
is the same each time, so that the other side can tell a repetition.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from opsengine import faults
from opsengine.errors import UserError
from opsengine.state import Outcome

SECONDS = 10.0
"""For the whole call."""
MOST_BYTES = 64 * 1024
"""Of an answer; the rest is not read."""
LEAST_SECRET = 16
"""Bytes: a shorter secret could be guessed."""
_REFUSED = [
    ipaddress.ip_network(text)
    for text in (
        *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10", "ff00::/8"),
    )
]
"""Beside what Python calls not global: translated, tunnelled and metadata addresses that lead home again."""

Resolve = Callable[[str, int], Sequence[str]]
"""From host and port to the addresses."""
Connect = Callable[[str, str, int], socket.socket]
"""From host, address and port to a line that is open and, but for tests, secured for the host."""


@dataclass(frozen=True, slots=True)
class Reply:
    """How a call went, and the first line of what the other side said."""

    outcome: Outcome
    said: str


@dataclass(frozen=True, slots=True)
class Line:
    """How the world is reached; tests bring their own."""

    resolve: Resolve
    connect: Connect


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
    used = line or PUBLIC_LINE
    host, port, path = _allowed(url, hosts)
    if len(secret) < LEAST_SECRET:
        raise UserError("the secret of the webhook is missing, or too short", hint="16 characters or more")
    if not (path.isascii() and path.isprintable() and what.key.isascii() and what.key.isprintable()):
        raise UserError("the address of the webhook has characters that must be escaped")
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(what.body)}\r\n"
        f"Connection: close\r\nIdempotency-Key: {what.key}\r\nOpsengine-Timestamp: {what.timestamp}\r\n"
        f"Opsengine-Signature: {signature(secret, what.timestamp, what.body)}\r\n\r\n"
    )
    try:
        addresses = [_public(address, host) for address in used.resolve(host, port)]
        return _exchange(used.connect(host, addresses[0], port), head.encode("ascii") + what.body)
    except (OSError, IndexError) as error:
        return Reply(Outcome.UNKNOWN, type(error).__name__)


def _allowed(url: str, hosts: Collection[str]) -> tuple[str, int, str]:
    """Host, port and path of an address that may be called. Raises UserError."""
    parts = urlsplit(url)
    try:
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        host, port = "", 0
    if parts.scheme != "https" or parts.username is not None or not host or "\\" in url:
        raise UserError("the webhook is no plain https address", hint="such as https://benefits.example.com/orders")
    if host not in {allowed.lower() for allowed in hosts}:
        hint = "list it under `rewards: {webhook: {hosts: […]}}` in opsengine.yaml"
        raise UserError("the host {host} is not allowed to be called", hint=hint, host=host)
    return host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _public(address: str, host: str) -> str:
    """The address, when it is a public one. Raises UserError."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if not found.is_global or found.is_multicast or any(found in net for net in _REFUSED if net.version == found.version):
        raise UserError("{host} leads to {address}, which is no public address: nothing was sent", host=host, address=address)
    return address


def _exchange(line: socket.socket, request: bytes) -> Reply:
    """Send, read the answer's first line, hang up. A redirect is a refusal: orders go where they were addressed."""
    deadline = time.monotonic() + SECONDS
    with line:
        line.settimeout(SECONDS)
        faults.point("webhook.send")
        line.sendall(request)
        faults.point("webhook.sent")
        answer = b""
        while b"\r\n" not in answer and len(answer) < MOST_BYTES and time.monotonic() < deadline:
            piece = line.recv(4096)
            if not piece:
                break
            answer += piece
    return _judged(answer.partition(b"\r\n")[0][:200].decode("ascii", "replace"))


def _judged(status_line: str) -> Reply:
    """2xx is accepted, 3xx and 4xx are refused; 408, 409, 425, 429, 5xx and everything else leaves it open."""
    words = status_line.split()
    code = int(words[1]) if len(words) > 1 and words[0].startswith("HTTP/1.") and words[1].isdigit() else 0
    if 200 <= code < 300:
        return Reply(Outcome.ACCEPTED, status_line)
    if 300 <= code < 500 and code not in (408, 409, 425, 429):
        return Reply(Outcome.REFUSED, status_line)
    return Reply(Outcome.UNKNOWN, status_line)


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


def _secured(host: str, address: str, port: int) -> socket.socket:
    """A line to that very address, whose certificate is the host's."""
    plain = socket.create_connection((address, port), timeout=SECONDS)
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


PUBLIC_LINE = Line(_look_up, _secured)
