"""A call to a host that the operator has allowed: no redirects, no detours, no private addresses.

The name is looked up once and every address it has must be a public one; the connection goes to that very address, so that a
name that changes its mind in between leads nowhere. A redirect is an answer like any other: nobody follows it.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from opsengine import faults
from opsengine.errors import UserError

SECONDS = 10.0
"""For each step of a call."""
MOST_BYTES = 64 * 1024
"""Of an answer; the rest is not read."""
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
class Line:
    """How the world is reached; tests bring their own."""

    resolve: Resolve
    connect: Connect


@dataclass(frozen=True, slots=True)
class Place:
    """What may be called."""

    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said."""

    status: int
    """0 when it was no answer at all."""
    first_line: str
    body: bytes


def allowed(url: str, hosts: Collection[str], hint: str) -> Place:
    """The place that an address names, when it may be called. Raises UserError; `hint` says where hosts are allowed."""
    parts = urlsplit(url)
    try:
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        host, port = "", 0
    if parts.scheme != "https" or parts.username is not None or not host or "\\" in url:
        raise UserError("the webhook is no plain https address", hint="such as https://benefits.example.com/orders")
    if host not in {one.lower() for one in hosts}:
        raise UserError("the host {host} is not allowed to be called", hint=hint, host=host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not (path.isascii() and path.isprintable()):
        raise UserError("the address of the webhook has characters that must be escaped")
    return Place(host, port, path)


def connect(place: Place, line: Line) -> socket.socket:
    """An open line to a place. Raises UserError when it leads to no public address, OSError when it leads nowhere."""
    addresses = [_public(address, place.host) for address in line.resolve(place.host, place.port)]
    if not addresses:
        raise OSError("no address")
    faults.point("webhook.connect")
    opened = line.connect(place.host, addresses[0], place.port)
    faults.point("webhook.connected")
    opened.settimeout(SECONDS)
    return opened


def request(place: Place, headers: Mapping[str, str], body: bytes) -> bytes:
    """The bytes of one POST of JSON, after which the other side hangs up."""
    said = {
        "Host": place.host, "Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close", **headers,
    }  # fmt: skip
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"POST {place.path} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


def exchange(opened: socket.socket, sent: bytes) -> Answer:
    """Send, hear the answer, hang up. Raises OSError when the line breaks: then nobody knows what arrived."""
    deadline = time.monotonic() + 2 * SECONDS
    with opened:
        faults.point("webhook.send")
        opened.sendall(sent)
        faults.point("webhook.sent")
        heard = b""
        while len(heard) < MOST_BYTES and time.monotonic() < deadline:
            piece = opened.recv(4096)
            if not piece:
                break
            heard += piece
        faults.point("webhook.answered")
    return _answer(heard)


def _answer(heard: bytes) -> Answer:
    """What was heard, as far as it goes: also a body that breaks off."""
    first = heard.partition(b"\r\n")[0][:200].decode("ascii", "replace")
    response = http.client.HTTPResponse(_Heard(heard))  # type: ignore[arg-type]  # it asks for nothing but a file
    try:
        response.begin()
        body = response.read()
    except http.client.IncompleteRead as error:
        body = error.partial
    except (http.client.HTTPException, ValueError):
        return Answer(0, first, b"")
    return Answer(response.status, first, body)


class _Heard:
    """Bytes that were heard, where a socket is expected."""

    def __init__(self, heard: bytes) -> None:
        self._heard = heard

    def makefile(self, _mode: str) -> io.BytesIO:
        """Them as a file."""
        return io.BytesIO(self._heard)


def _public(address: str, host: str) -> str:
    """The address, when it is a public one. Raises UserError."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if not found.is_global or found.is_multicast or any(found in net for net in _REFUSED if net.version == found.version):
        raise UserError("{host} leads to {address}, which is no public address: nothing was sent", host=host, address=address)
    return address


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


def _secured(host: str, address: str, port: int) -> socket.socket:
    """A line to that very address, whose certificate is the host's."""
    plain = socket.create_connection((address, port), timeout=SECONDS)
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


PUBLIC_LINE = Line(_look_up, _secured)
