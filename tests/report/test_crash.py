"""A run that is killed anywhere and started again ends as if nothing had happened: no copy too many, no silent loss."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import socketserver
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from opsengine import faults
from opsengine.errors import Exit, OpsError
from opsengine.report.archive import publish
from opsengine.report.delivery import Carrier, deliver
from opsengine.report.message import Letter
from opsengine.report.outbox import Batch, Draft, Occasion, Ways, carriers_for, plan, tally
from opsengine.settings import Mail
from opsengine.state import (
    Address,
    Briefs,
    Channel,
    Entry,
    Kind,
    Ledger,
    Outbox,
    Runs,
    Stage,
    State,
    Topic,
    Where,
    lock,
    open_state,
    read_state,
)

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
SHOPS = ("shop-01", "shop-02", "shop-03", "shop-04")
POINTS_AT_LEAST = 120
"""Fewer would mean that an adapter forgot to say what it does."""
SEQUENCES = 200
"""Of two or three kills each, half of them with four connections at once."""
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  a folder of our own is made in it
"""Where folders cost no disk."""
PAIRS = 100
"""Of runs that begin at the same moment."""


class _Server(socketserver.ThreadingTCPServer):
    """A mail server that notes the Message-ID of what it accepts."""

    daemon_threads = True
    log: Path


class _Session(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        try:
            self.wfile.write(b"220 ready\r\n")
            while line := self.rfile.readline():
                if line[:4].lower() != b"data":
                    self.wfile.write(b"250 ok\r\n")
                    continue
                self.wfile.write(b"354 go on\r\n")
                self._accept()
        except OSError:
            return

    def _accept(self) -> None:
        lines = []
        while line := self.rfile.readline():
            if line == b".\r\n":
                (name,) = (line for line in lines if line.startswith(b"Message-ID:"))
                with self.server.log.open("ab", buffering=0) as log:
                    log.write(name)
                self.wfile.write(b"250 accepted\r\n")
                return
            lines.append(line)


class World:
    """A project folder, and the mail that left it."""

    places = ("briefs", "outbox")
    """Folders of what is left for people."""

    def __init__(self, folder: Path, server: tuple[int, Path], connections: int = 1, where: Where | None = None) -> None:
        self.folder, (self.port, self.log), self.connections = folder, server, connections
        self.where = where or folder / "home" / "state.db"
        self.log.write_bytes(b"")

    def day(self, now: datetime = NOW) -> Exit:
        """What `opsengine report` does once everything is rendered."""
        mail = Mail(host="127.0.0.1", port=self.port, security="none", connections=self.connections)
        drafts = [_draft(shop) for shop in SHOPS]
        carriers = carriers_for(Ways(mail, self.folder, self.folder / "outbox", {}))
        return self.tell(drafts, mail, carriers, now)

    def tell(self, drafts: list[Draft], mail: Mail, carriers: Mapping[Channel, Carrier], now: datetime) -> Exit:
        """Grant, keep, publish and send."""
        grants = [Entry(Kind.GRANT, "2026-W25", "weekly-gmv", 1, shop, 100, "points") for shop in SHOPS]
        with lock(self.folder / "home", now), open_state(self.where) as state:
            if isinstance(self.where, Path):
                state.read("PRAGMA synchronous = OFF")  # a killed process loses nothing that the system was told
            run_id = Runs(state).start("report", date(2026, 6, 21), {}, now)
            planned = plan(state, Batch(drafts, grants), mail, Occasion(run_id, now))
            publish(state, self.folder / "briefs", [one.brief_id for one in planned])
            delivery = deliver(state, carriers, now)
            end = tally(state, planned, (), delivery).exit
            Runs(state).finish(run_id, end.name.lower(), now)
        return end

    def run(self, fault: str = "", now: datetime = NOW) -> int:
        """Run a day in a process of its own, with a fault or without; its exit code, or the negative number of the signal."""
        return _wait(_fork(lambda: faults.arm(fault), lambda: self.day(now)))

    def run_beside(self) -> list[int]:
        """Two runs that begin at the same moment; their exit codes."""
        return [_wait(pid) for pid in [_fork(self.day) for _ in range(2)]]

    def outcome(self) -> tuple[str, Counter[Stage]]:
        """The hash of all that a run leaves, but for times and attempts; and how many messages stand where."""
        with read_state(self.where) as state:
            assert Ledger(state).verify().ok
            messages = Outbox(state).at(*Stage)
            facts = [_facts(state), [(message.key, message.payload_sha) for message in messages]]
        files = sorted(path for place in self.places for path in (self.folder / place).rglob("*") if path.is_file())
        facts.append([(path.relative_to(self.folder).as_posix(), path.read_bytes()) for path in files if path.suffix != ".part"])
        return hashlib.sha256(repr(facts).encode()).hexdigest(), Counter(message.stage for message in messages)

    def check(self, expected: str) -> None:
        """Nothing differs, nobody got two, and what did not arrive is not called sent."""
        found, stages = self.outcome()
        arrived = Counter(self.log.read_bytes().splitlines())
        sent_by_mail = stages[Stage.SENT] - len(SHOPS)
        assert found == expected
        assert set(stages) <= {Stage.SENT, Stage.UNKNOWN}
        assert stages.total() == 2 * len(SHOPS)
        assert all(count == 1 for count in arrived.values())
        assert sent_by_mail <= len(arrived) <= sent_by_mail + stages[Stage.UNKNOWN]


def _draft(shop: str) -> Draft:
    addresses = (Address(Channel.MAIL, "li@brand.example"), Address(Channel.FOLDER, "han@brand.example"))
    parts = {"index.html": f"<p>{shop}</p>".encode(), "brief.md": shop.encode(), "brief.json": b"{}"}
    return Draft(Topic("weekly", "2026-W25", shop), parts, Letter(shop, shop, f"<p>{shop}</p>"), addresses)


def _facts(state: State) -> list[object]:
    entries = [(written.seq, written.entry) for written in Ledger(state).statement()]
    return [entries, [(brief.brief_id, brief.content_sha) for brief in Briefs(state).newest()]]


def _fork(*acts: Callable[[], object]) -> int:
    """A child that does these acts; it exits with what the last one gives."""
    pid = os.fork()
    if pid == 0:
        code: object = Exit.BUG
        try:
            for act in acts:
                code = act()
        except OpsError as error:
            code = error.exit
        finally:
            os._exit(int(code or 0))
    return pid


def _wait(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A mail server in a process of its own, so that we may fork."""
    log = tmp_path_factory.mktemp("mail") / "accepted"
    with _Server(("127.0.0.1", 0), _Session) as listening:
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
    """Makes a fresh project for each try; without waiting for the disk, which matters when the power fails, not here."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    folders = []

    def make(connections: int = 1) -> World:
        folders.append(tempfile.TemporaryDirectory(dir=IN_MEMORY))
        return World(Path(folders[-1].name), server, connections)

    yield make
    for folder in folders:
        folder.cleanup()


@pytest.fixture
def undisturbed(world):
    """The points a quiet day passes, and what it leaves."""
    quiet = world()
    trace = quiet.folder / "trace"
    assert quiet.run(f"trace:{trace}") == Exit.SUCCESS
    return trace.read_text().splitlines(), quiet.outcome()[0]


def test_every_touch_of_the_world_is_a_point(undisturbed):
    points, _ = undisturbed

    assert len(points) >= POINTS_AT_LEAST
    assert set(points) == {
        "fs.fsync", "fs.fsync_dir", "fs.rename", "fs.renamed", "fs.write", "smtp.body", "smtp.connect", "smtp.connected",
        "smtp.data", "smtp.dot", "smtp.mail", "smtp.rcpt", "smtp.reply", "state.commit", "state.committed", "state.migrate",
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
    dice = random.Random(7)  # noqa: S311  the same kills every time
    for number in range(SEQUENCES):
        day = world(4 if number % 2 else 1)
        for _ in range(dice.choice((2, 3))):
            day.run(f"kill@{dice.randint(1, len(points))}")

        end = day.run()

        assert end in (Exit.SUCCESS, Exit.DELIVERY_UNKNOWN)
        day.check(expected)


def test_when_the_disk_is_full_or_the_line_breaks_at_any_point_the_next_run_ends_the_same(world, undisturbed):
    points, expected = undisturbed
    for number, point in enumerate(points, start=1):
        day = world()
        day.run(f"{'eio' if point.startswith('smtp.') else 'enospc'}@{number}")

        day.run()
        end = day.run(now=NOW + timedelta(hours=1))  # when what was put back is due again

        assert end in (Exit.SUCCESS, Exit.DELIVERY_UNKNOWN)
        day.check(expected)


def test_two_runs_at_once_send_one_copy(world, undisturbed):
    _, expected = undisturbed
    for _ in range(PAIRS):
        day = world(4)
        codes = sorted(day.run_beside())

        assert codes in ([Exit.SUCCESS, Exit.LOCKED], [Exit.SUCCESS, Exit.SUCCESS])
        day.check(expected)
