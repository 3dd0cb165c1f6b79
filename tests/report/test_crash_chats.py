"""The same as for mail, for group chats and folders: killed or broken off anywhere, nobody is told twice and nothing is lost silently."""

from __future__ import annotations

import http.server
import os
import random
import signal
import socket
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from opsengine.calling import Line
from opsengine.errors import Exit
from opsengine.report.chat import Chats, Outside
from opsengine.report.folder import OutboxFolder, PageFolder
from opsengine.report.message import Letter
from opsengine.report.outbox import Draft
from opsengine.report.platforms import PLATFORMS
from opsengine.settings import Chat, Mail
from opsengine.state import Address, Channel, Stage, Topic
from tests.report.test_crash import IN_MEMORY, NOW, World
from tests.report.test_delivery_chat import PATHS, SECRET, YES

SEQUENCES = 60
"""Of two or three kills each."""
PAIRS = 20
"""Of runs that begin at the same moment."""
SHOP = "shop-01"
ADDRESSES = (
    *(Address(Channel.CHAT, kind) for kind in PATHS),
    Address(Channel.FILES, "pages"),
    Address(Channel.FOLDER, "han@brand.example"),
)


class _Server(http.server.ThreadingHTTPServer):
    """All four platforms at one address: each knows its own path, says yes as it does, and notes whom it heard."""

    daemon_threads = True
    log: Path


class _Platform(http.server.BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        kind = next(kind for kind, path in PATHS.items() if self.path.startswith(path))
        with self.server.log.open("ab", buffering=0) as log:
            log.write(f"{kind} {self.headers['Idempotency-Key']}\n".encode())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(YES[kind].encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class ChatWorld(World):
    """A project folder, and what was told to the chats of all platforms."""

    places = ("briefs", "outbox", "pages")

    def day(self, now: datetime = NOW) -> Exit:
        line = Line(lambda _host, _port: ["8.8.8.8"], lambda _host, _address, _port: socket.create_connection(("127.0.0.1", self.port), 5))
        signed = ("feishu", "dingtalk")
        chats = {kind: Chat(kind=kind, url_env=kind.upper(), secret_env="SECRET" if kind in signed else "") for kind in PATHS}
        known = {kind.upper(): f"https://{PLATFORMS[kind].hosts[0]}{path}" for kind, path in PATHS.items()} | {"SECRET": SECRET}
        carriers = {
            Channel.CHAT: Chats(chats, self.folder, known, Outside(lambda: int(now.timestamp()), line)),
            Channel.FILES: PageFolder(self.folder),
            Channel.FOLDER: OutboxFolder(self.folder / "outbox"),
        }
        parts = {"index.html": b"<p>shop</p>", "brief.md": b"shop", "brief.json": b"{}"}
        draft = Draft(Topic("weekly", "2026-W25", SHOP), parts, Letter(SHOP, "# shop\n\n711", "<p>shop</p>"), ADDRESSES)
        return self.tell([draft], Mail(), carriers, now)

    def check(self, expected: str) -> None:
        found, stages = self.outcome()
        heard = Counter(self.log.read_bytes().splitlines())
        told = stages[Stage.SENT] - 2
        assert found == expected
        assert set(stages) <= {Stage.SENT, Stage.UNKNOWN}
        assert stages.total() == len(ADDRESSES)
        assert all(count == 1 for count in heard.values())
        assert told <= len(heard) <= told + stages[Stage.UNKNOWN]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The platforms in a process of their own, so that we may fork."""
    log = tmp_path_factory.mktemp("chats") / "heard"
    with _Server(("127.0.0.1", 0), _Platform) as listening:
        listening.log = log
        pid = os.fork()
        if pid == 0:
            try:
                listening.serve_forever()
            finally:
                os._exit(0)
        yield listening.server_address[1], log
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@pytest.fixture
def world(server, monkeypatch):
    """Makes a fresh project for each try; without waiting for the disk."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    folders = []

    def make() -> ChatWorld:
        folders.append(tempfile.TemporaryDirectory(dir=IN_MEMORY))
        return ChatWorld(Path(folders[-1].name), server)

    yield make
    for folder in folders:
        folder.cleanup()


@pytest.fixture
def undisturbed(world):
    """The points a quiet day passes, and what it leaves."""
    quiet = world()
    trace = quiet.folder / "trace"
    assert quiet.run(f"trace:{trace}") == Exit.SUCCESS
    quiet.check(quiet.outcome()[0])
    return trace.read_text().splitlines(), quiet.outcome()[0]


def test_every_touch_of_the_world_is_a_point(undisturbed):
    points, _ = undisturbed

    assert points.count("webhook.send") == points.count("webhook.answered") == len(PATHS)
    assert set(points) == {
        "fs.fsync", "fs.fsync_dir", "fs.rename", "fs.renamed", "fs.write", "state.commit", "state.committed", "state.migrate",
        "webhook.answered", "webhook.connect", "webhook.connected", "webhook.send", "webhook.sent",
    }  # fmt: skip


def test_killed_at_any_point_the_next_run_ends_the_same(world, undisturbed):
    points, expected = undisturbed
    for number in range(1, len(points) + 1):
        day = world()
        assert day.run(f"kill@{number}") == -signal.SIGKILL

        end = day.run()

        assert end in (Exit.SUCCESS, Exit.DELIVERY_UNKNOWN)
        day.check(expected)


def test_killed_twice_and_thrice_it_still_ends_the_same(world, undisturbed):
    points, expected = undisturbed
    dice = random.Random(11)  # noqa: S311  the same kills every time
    for _ in range(SEQUENCES):
        day = world()
        for _ in range(dice.choice((2, 3))):
            day.run(f"kill@{dice.randint(1, len(points))}")

        end = day.run()

        assert end in (Exit.SUCCESS, Exit.DELIVERY_UNKNOWN)
        day.check(expected)


def test_when_the_disk_is_full_or_the_line_breaks_at_any_point_the_next_run_ends_the_same(world, undisturbed):
    points, expected = undisturbed
    for number, point in enumerate(points, start=1):
        day = world()
        day.run(f"{'eio' if point.startswith('webhook.') else 'enospc'}@{number}")

        day.run()
        end = day.run(now=NOW + timedelta(hours=1))  # when what was put back is due again

        assert end in (Exit.SUCCESS, Exit.DELIVERY_UNKNOWN)
        day.check(expected)


def test_two_runs_at_once_tell_everybody_once(world, undisturbed):
    _, expected = undisturbed
    for _ in range(PAIRS):
        day = world()

        codes = sorted(day.run_beside())

        assert codes in ([Exit.SUCCESS, Exit.LOCKED], [Exit.SUCCESS, Exit.SUCCESS])
        day.check(expected)
