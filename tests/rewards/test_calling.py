"""One signed call to an allowed public host, and to nobody else."""

from __future__ import annotations

import hashlib
import hmac
import socket
import threading

import pytest

from opsengine.errors import UserError
from opsengine.rewards.calling import MOST_BYTES, Call, Line, Reply, call
from opsengine.state import Outcome

SECRET = b"a secret of enough bytes"
WHAT = Call("key-1", b'{"amount": 1}', 1_780_000_000)
URL = "https://benefits.example.com/orders?x=1"
PUBLIC = "93.184.216.34"


class Server:
    """A real server on this machine that answers one call with what it is told."""

    def __init__(self, answer: bytes) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.heard = b""
        self._answer = answer
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        line, _ = self._listening.accept()
        with line:
            while b"\r\n\r\n" not in self.heard or len(self.heard.partition(b"\r\n\r\n")[2]) < len(WHAT.body):
                self.heard += line.recv(4096)
            try:
                line.sendall(self._answer)
            except OSError:
                return

    def done(self) -> None:
        self._thread.join(5)
        self._listening.close()


def ask(answer: bytes) -> tuple[Reply, Server]:
    server = Server(answer)
    line = Line(lambda *_: [PUBLIC], lambda *_: socket.create_connection(("127.0.0.1", server.port)))
    reply = call(URL, ["benefits.example.com"], SECRET, WHAT, line)
    server.done()
    return reply, server


def test_an_order_is_signed_with_its_time_and_carries_its_key():
    reply, server = ask(b"HTTP/1.1 201 Created\r\n\r\n")
    head, _, body = server.heard.partition(b"\r\n\r\n")
    lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    expected = hmac.new(SECRET, b"1780000000." + WHAT.body, hashlib.sha256).hexdigest()

    assert head.startswith(b"POST /orders?x=1 HTTP/1.1\r\nHost: benefits.example.com\r\n")
    assert (lines["Idempotency-Key"], lines["Opsengine-Timestamp"], lines["Opsengine-Signature"]) == ("key-1", "1780000000", f"v1={expected}")
    assert (body, reply.outcome) == (WHAT.body, Outcome.ACCEPTED)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", Outcome.ACCEPTED),
        (b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n", Outcome.REFUSED),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", Outcome.REFUSED),
        (b"HTTP/1.1 429 Too Many Requests\r\n\r\n", Outcome.UNKNOWN),
        (b"HTTP/1.1 500 Oh\r\n\r\n", Outcome.UNKNOWN),
        (b"", Outcome.UNKNOWN),
        (b"nonsense\r\n", Outcome.UNKNOWN),
        (b"x" * (4 * MOST_BYTES), Outcome.UNKNOWN),
    ],
)
def test_what_the_other_side_says_is_accepted_refused_or_open(answer, outcome):
    assert ask(answer)[0].outcome is outcome


def test_a_line_that_breaks_leaves_it_open():
    def refuse(*_):
        raise ConnectionRefusedError

    assert call(URL, ["benefits.example.com"], SECRET, WHAT, Line(lambda *_: [PUBLIC], refuse)).outcome is Outcome.UNKNOWN


ADDRESSES = (
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "0.0.0.0"),  # noqa: S104  to be refused, not bound to
    *("192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254"),
    *("64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "::127.0.0.1", "2001::1", "2001:db8::1", "ff02::1", "fec0::1"),
)
URLS = (
    *("http://benefits.example.com/", "ftp://benefits.example.com/", "https://evil.example.com/", "https://127.0.0.1/"),
    *("https://benefits.example.com.evil.example/", "https://benefits.example.com@evil.example/", "https://evil@benefits.example.com/"),
    *("https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://[::1]/", "https://benefits.example.com:99999/"),
    *("https:///orders", "https://benefits.example.com\\@evil.example/", "https://sub.benefits.example.com/", ""),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_name_that_leads_home_is_never_called(address):
    with pytest.raises(UserError, match="no public address"):
        call(URL, ["benefits.example.com"], SECRET, WHAT, Line(lambda *_: [PUBLIC, address], _never))


@pytest.mark.parametrize("url", URLS)
def test_an_address_that_is_not_allowed_is_never_called(url):
    with pytest.raises(UserError):
        call(url, ["benefits.example.com"], SECRET, WHAT, Line(_never, _never))


def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_mind():
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    called = []

    def connect(_host, address, _port):
        called.append(address)
        raise OSError

    call(URL, ["benefits.example.com"], SECRET, WHAT, Line(lambda *_: next(answers), connect))

    assert called == [PUBLIC]


def test_nothing_is_sent_without_a_real_secret():
    with pytest.raises(UserError, match="secret"):
        call(URL, ["benefits.example.com"], b"short", WHAT, Line(_never, _never))


def _never(*_):
    raise AssertionError("somebody was called")
