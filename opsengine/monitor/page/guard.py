"""Who may ask what: our own names only, no other site, reading only, and a token where others can reach us.

A page on loopback is not safe by that alone: any site that a browser visits can point a name of its own at 127.0.0.1.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
COOKIE = "opsengine"
_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)(?::(?P<port>\d{1,5}))?")
_LONGEST_QUERY = 2000


@dataclass(frozen=True, slots=True)
class Gate:
    """What a request must fulfil."""

    hosts: tuple[str, ...] = LOOPBACK
    """The names by which the page may be called."""
    token: str = ""
    """What a reader must know; empty on loopback."""
    base_path: str = "/"
    """What a proxy puts before our paths; ends with a slash."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is turned away."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Guarded:
    """An application behind a gate; every answer carries the same strict headers."""

    def __init__(self, app: App, gate: Gate) -> None:
        self._app, self._gate = app, gate

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or turn it away."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = refused(self._gate, scope)
        if refusal is not None:
            await _turn_away(refusal, send)
            return
        await self._app(_without_base(scope, self._gate.base_path), receive, _strict(send))


def refused(gate: Gate, scope: Message) -> Refusal | None:
    """Why this request is turned away; None when it is not."""
    named = [(name.lower(), value) for name, value in scope["headers"]]
    hosts = [value for name, value in named if name == b"host"]
    if len(hosts) != 1 or not is_our_name(hosts[0].decode("latin-1"), gate.hosts):
        return Refusal(400)
    if scope["method"] not in ("GET", "HEAD"):
        return Refusal(405, ((b"allow", b"GET, HEAD"),))
    if any(name == b"sec-fetch-site" and value == b"cross-site" for name, value in named):
        return Refusal(403)
    if len(scope.get("query_string", b"")) > _LONGEST_QUERY:
        return Refusal(414)
    if gate.base_path != "/" and scope["path"] + "/" == gate.base_path:  # links of the page count from its folder
        return Refusal(308, ((b"location", gate.base_path.encode()),))
    return _unknown_reader(gate, scope, named)


def is_our_name(host: str, hosts: Iterable[str]) -> bool:
    """Whether a Host header is exactly one of these names, with or without a port; `localhost.` is none of them."""
    match = _HOST.fullmatch(host)
    return match is not None and match["name"].lower() in hosts


def _unknown_reader(gate: Gate, scope: Message, named: list[tuple[bytes, bytes]]) -> Refusal | None:
    """Where a token is wanted: a header or a cookie has it; once in the query, it becomes a cookie of this page alone."""
    if not gate.token or _knows(gate.token, named):
        return None
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
    if asked and _is_it(gate.token, asked):
        cookie = f"{COOKIE}={asked}; Path={gate.base_path}; HttpOnly; SameSite=Strict; Max-Age=43200"
        return Refusal(303, ((b"location", gate.base_path.encode()), (b"set-cookie", cookie.encode())))
    return Refusal(401, ((b"www-authenticate", b"Bearer"),))


def _knows(token: str, named: list[tuple[bytes, bytes]]) -> bool:
    for name, value in named:
        text = value.decode("latin-1")
        if name == b"authorization" and text.startswith("Bearer ") and _is_it(token, text[7:]):
            return True
        if name == b"cookie" and _is_it(token, _cookie(text)):
            return True
    return False


def _cookie(text: str) -> str:
    """Our cookie's value among all that a browser sends."""
    pairs = (part.strip().partition("=") for part in text.split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), "")


def _is_it(token: str, given: str) -> bool:
    return hmac.compare_digest(token.encode(), given.encode("utf-8", "surrogateescape"))


def _without_base(scope: Message, base: str) -> Message:
    """The request as we know it, whether the proxy has taken its path off or not."""
    path = scope["path"]
    if base != "/" and (path + "/").startswith(base):
        path = "/" + path[len(base) :]
    return {**scope, "path": path, "raw_path": path.encode(), "root_path": ""}


def _strict(send: Send) -> Send:
    async def answered(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name.lower() for name, _ in HEADERS}
            message["headers"] = [pair for pair in message.get("headers", []) if pair[0].lower() not in own] + list(HEADERS)
        await send(message)

    return answered


async def _turn_away(refusal: Refusal, send: Send) -> None:
    headers = [*HEADERS, (b"content-type", b"text/plain"), (b"content-length", b"0"), *refusal.headers]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
