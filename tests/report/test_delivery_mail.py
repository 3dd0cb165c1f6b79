from __future__ import annotations

import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from opsengine.errors import Exit, UserError
from opsengine.report.delivery import MOST_ATTEMPTS, deliver, wait_after
from opsengine.report.message import Letter
from opsengine.report.outbox import Batch, Draft, Occasion, plan, tally
from opsengine.report.smtp import MailServer, Patience
from opsengine.settings import Mail
from opsengine.state import Address, Channel, Outbox, Runs, Stage, Topic, open_state

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
PEOPLE = ("an@brand.example", "li@brand.example", "zhou@brand.example")
QUICK = Patience(connect=10, command=10, after_dot=1)
LINES = ".\r\n..\r\n.leading dot\r\n" * 50


class Scripted(socketserver.ThreadingTCPServer):
    """A mail server that goes wrong once, at the second recipient, where and how it was told."""

    allow_reuse_address = daemon_threads = True
    size = 100_000
    """The largest message it takes, in bytes."""

    def __init__(self, place: str, answer: str, times: int) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.place, self.answer, self.times = place, answer, times
        self.accepted: list[tuple[str, bytes]] = []
        self.sessions = 0
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def fault_at(self, place: str, recipient: str) -> str:
        """The answer that was told, when this is the place; empty otherwise."""
        is_here = place == self.place and (place in ("connect", "ehlo", "mail") or recipient == PEOPLE[1])
        if is_here and self.times:
            self.times -= 1
            return self.answer
        return ""


class _Hangup(Exception):
    pass


class _Session(socketserver.StreamRequestHandler):
    server: Scripted

    def handle(self) -> None:
        self.server.sessions += 1
        self.recipient = ""
        try:
            self.say("connect", "220 ready")
            while line := self.rfile.readline():
                verb = line[:4].decode().strip().lower()
                if verb == "rcpt":
                    self.recipient = line.decode().partition("<")[2].partition(">")[0]
                if verb == "data":
                    self.data()
                elif verb == "ehlo":
                    self.say("ehlo", f"250-here\r\n250 SIZE {self.server.size}")
                else:
                    self.say(verb, "221 bye" if verb == "quit" else "250 ok")
        except (_Hangup, OSError):
            return

    def data(self) -> None:
        if not self.say("data", "354 go on"):
            return
        body = b""
        if self.server.fault_at("body", self.recipient):
            self.rfile.read(10)
            raise _Hangup
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            body += line.removeprefix(b".") if line.startswith(b"..") else line
        told = self.server.fault_at("dot", self.recipient)
        if not told.startswith(("4", "5")):
            self.server.accepted.append((self.recipient, body))
        self.answer(told, "250 accepted")

    def say(self, place: str, answer: str) -> bool:
        told = self.server.fault_at(place, self.recipient)
        self.answer(told, answer)
        return not told

    def answer(self, told: str, answer: str) -> None:
        if told == "slow":
            self.rfile.read(1)  # until the other side has given up
        if told in ("drop", "slow"):
            raise _Hangup
        self.wfile.write(f"{told or answer}\r\n".encode())
        if told.startswith("421"):
            raise _Hangup


class Post:
    """A state with one brief for three people, and a way to carry it out."""

    def __init__(self, state) -> None:
        self.state, self.outbox, self.now = state, Outbox(state), NOW
        run_id = Runs(state).start("report", date(2026, 6, 21), {}, NOW)
        addresses = tuple(Address(Channel.MAIL, person) for person in PEOPLE)
        draft = Draft(
            Topic("weekly", "2026-W25", "shop-01"), {"brief.md": b"712"}, Letter("周报", "712", f"<p>{LINES}</p>"), addresses
        )
        self.planned = plan(state, Batch([draft]), Mail(host="localhost"), Occasion(run_id, NOW))

    def tick(self, server, **mail):
        settings = Mail(host="127.0.0.1", port=server.server_address[1], security="none", **{"connections": 1} | mail)
        delivery = deliver(self.state, {Channel.MAIL: MailServer(settings, None, QUICK)}, self.now)
        self.now += timedelta(hours=1)
        return delivery

    def tally(self, delivery):
        return tally(self.state, self.planned, (), delivery)

    @property
    def stages(self):
        return tuple(message.stage for message in self.outbox.of(Topic("weekly", "2026-W25", "shop-01")))


@pytest.fixture
def post(tmp_path) -> Iterator[Post]:
    with open_state(tmp_path / "state.db") as state:
        state.read("PRAGMA synchronous = OFF")  # the disk is not what is tested here
        yield Post(state)


@pytest.fixture
def serving():
    servers = []

    def serve(place: str = "", answer: str = "", times: int = 1) -> Scripted:
        servers.append(Scripted(place, answer, times))
        return servers[-1]

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


S, P, F, U = Stage.SENT, Stage.PENDING, Stage.FAILED, Stage.UNKNOWN
SCRIPTS = {
    "421 at connect": ("connect", "421 busy", (P, P, P), (S, S, S), (1, 1, 1)),
    "no answer to EHLO": ("ehlo", "drop", (P, P, P), (S, S, S), (1, 1, 1)),
    "451 at MAIL": ("mail", "451 later", (P, S, S), (S, S, S), (1, 1, 1)),
    "drop after MAIL": ("mail", "drop", (P, S, S), (S, S, S), (1, 1, 1)),
    "450 at RCPT": ("rcpt", "450 greylisted", (S, P, S), (S, S, S), (1, 1, 1)),
    "550 at RCPT": ("rcpt", "550 nobody here", (S, F, S), (S, F, S), (1, 0, 1)),
    "drop at RCPT": ("rcpt", "drop", (S, P, S), (S, S, S), (1, 1, 1)),
    "421 at RCPT": ("rcpt", "421 closing", (S, P, S), (S, S, S), (1, 1, 1)),
    "554 at DATA": ("data", "554 no", (S, F, S), (S, F, S), (1, 0, 1)),
    "451 at DATA": ("data", "451 later", (S, P, S), (S, S, S), (1, 1, 1)),
    "drop in the body": ("body", "drop", (S, U, S), (S, U, S), (1, 0, 1)),
    "451 after the dot": ("dot", "451 later", (S, P, S), (S, S, S), (1, 1, 1)),
    "554 after the dot": ("dot", "554 spam", (S, F, S), (S, F, S), (1, 0, 1)),
    "drop after the dot": ("dot", "drop", (S, U, S), (S, U, S), (1, 1, 1)),
    "250 too late": ("dot", "slow", (S, U, S), (S, U, S), (1, 1, 1)),
    "gibberish after the dot": ("dot", "what?", (S, U, S), (S, U, S), (1, 1, 1)),
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_whatever_a_server_does_nobody_gets_two_and_no_loss_is_silent(post, serving, script):
    place, answer, after_one, after_three, copies = script
    server = serving(place, answer)

    first = post.tick(server)
    assert post.stages == after_one
    assert post.tally(first).exit is not Exit.SUCCESS
    post.tick(server)
    last = post.tick(server)

    assert post.stages == after_three
    arrived = Counter(recipient for recipient, _ in server.accepted)
    assert tuple(arrived[person] for person in PEOPLE) == copies
    expected = {F: Exit.DELIVERY_FAILED, U: Exit.DELIVERY_UNKNOWN}.get(after_three[1], Exit.SUCCESS)
    assert post.tally(last).exit is expected


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_over_four_connections_it_ends_the_same(post, serving, script):
    """Only who is hit may differ where the server goes wrong before it knows to whom a message goes."""
    place, answer, _, after_three, copies = script
    server = serving(place, answer)
    for _ in range(3):
        last = post.tick(server, connections=4)

    assert post.stages == after_three
    arrived = Counter(recipient for recipient, _ in server.accepted)
    assert tuple(arrived[person] for person in PEOPLE) == copies
    expected = {F: Exit.DELIVERY_FAILED, U: Exit.DELIVERY_UNKNOWN}.get(after_three[1], Exit.SUCCESS)
    assert post.tally(last).exit is expected


def test_an_unknown_outcome_is_not_tried_again_in_a_hundred_runs(post, serving):
    server = serving("dot", "drop")
    for _ in range(100):
        post.tick(server)

    assert Counter(recipient for recipient, _ in server.accepted) == dict.fromkeys(PEOPLE, 1)
    assert post.stages == (S, U, S)


def test_a_person_may_have_an_unknown_message_sent_again_and_it_is_the_same_one(post, serving):
    server = serving("dot", "drop")
    post.tick(server)
    (unknown,) = post.outbox.at(Stage.UNKNOWN)
    post.outbox.resolve(unknown.key, Stage.PENDING, "Li", post.now, post.now + timedelta(hours=1))
    post.tick(server)

    twins = [body for recipient, body in server.accepted if recipient == PEOPLE[1]]
    assert len(twins) == 2
    assert twins[0] == twins[1]


def test_what_arrives_is_what_was_kept_to_the_byte(post, serving):
    server = serving()
    post.tick(server)

    kept = {message.address.recipient: post.outbox.payload(message) for message in post.outbox.at(Stage.SENT)}
    assert dict(server.accepted) == kept
    assert server.sessions == 1


def test_lines_that_begin_with_a_dot_arrive_with_it(post, serving):
    from opsengine.report.smtp import _stuffed

    assert _stuffed(b".a\r\n..\r\nb") == b"..a\r\n...\r\nb\r\n.\r\n"


def test_a_server_that_is_down_costs_no_attempt(post):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        mail = Mail(host="127.0.0.1", port=unused.getsockname()[1], security="none")
    for _ in range(10):
        delivery = deliver(post.state, {Channel.MAIL: MailServer(mail, None, QUICK)}, post.now)

    assert post.stages == (P, P, P)
    assert {message.attempts for message in post.outbox.at(P)} == {0}
    assert "cannot be reached" in str(delivery.troubles[0])
    assert post.tally(delivery).exit is Exit.DELIVERY_FAILED


def test_a_sender_that_is_refused_stops_the_round_and_burns_nothing(post, serving):
    server = serving("mail", "550 who are you?", times=9)
    delivery = post.tick(server)

    assert post.stages == (P, P, P)
    assert "refuses our sender: 550 who are you?" in str(delivery.troubles[0])
    assert server.sessions == 1


def test_a_server_that_always_says_later_means_no(post, serving):
    server = serving("rcpt", "450 later", times=99)
    for _ in range(MOST_ATTEMPTS + 2):
        post.tick(server)

    assert post.stages == (S, F, S)
    assert post.outbox.at(F)[0].last_reply == "450 later"
    assert server.times == 99 - MOST_ATTEMPTS


def test_a_message_that_waits_is_left_alone_until_its_time(post, serving):
    server = serving("rcpt", "450 later")
    post.tick(server)
    post.now = NOW + timedelta(seconds=29)
    post.tick(server)
    assert post.stages == (S, P, S)

    post.now = NOW + timedelta(seconds=30)
    post.tick(server)
    assert post.stages == (S, S, S)


def test_waiting_doubles_from_half_a_minute_to_an_hour():
    assert [wait_after(attempts).total_seconds() for attempts in range(1, 10)] == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_a_message_larger_than_the_server_takes_is_not_offered(post, serving, monkeypatch):
    monkeypatch.setattr(post.outbox.__class__, "payload", lambda *_: b"x" * 100_001)
    server = serving()
    post.tick(server)

    assert post.stages == (F, F, F)
    assert "at most 100000 bytes" in post.outbox.at(F)[0].last_reply


@pytest.mark.parametrize("host", ["mail.brand.example", "10.0.0.1", "localhost.brand.example"])
def test_mail_is_unencrypted_on_this_machine_only(host):
    with pytest.raises(UserError, match="unencrypted"):
        MailServer(Mail(host=host, security="none"), None)


def test_a_password_never_travels_unencrypted():
    with pytest.raises(UserError, match="never sent unencrypted"):
        MailServer(Mail(host="localhost", security="none", user="ops"), None)
