"""Several connections at once: faster, and as safe as one."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import UTC, date, datetime

import pytest

from opsengine import faults
from opsengine.cli.finishing import finishing
from opsengine.errors import EngineError
from opsengine.report.delivery import CarrierTrouble, Reply, deliver
from opsengine.report.message import Letter
from opsengine.report.outbox import Batch, Draft, Occasion, plan
from opsengine.report.pacing import Pace
from opsengine.settings import Mail
from opsengine.state import Address, Channel, Outbox, Runs, Stage, Topic, open_state

NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)
PEOPLE = tuple(f"reader-{number:02}@brand.example" for number in range(12))


class Crew:
    """A way with some hands, that notes what they do and when."""

    def __init__(self, hands: int, act=None) -> None:
        self.hands, self.act = hands, act
        self.lock = threading.Lock()
        self.at_work = self.most_at_work = 0
        self.carried: list[str] = []
        self.closed = 0

    def team(self):
        return tuple(_Hand(self) for _ in range(self.hands))


class _Hand:
    def __init__(self, crew: Crew) -> None:
        self.crew = crew

    def team(self):
        raise AssertionError("only the first is asked")

    def carry(self, message, content, enter_data):
        crew, recipient = self.crew, message.address.recipient
        assert content
        with crew.lock:
            crew.at_work += 1
            crew.most_at_work = max(crew.most_at_work, crew.at_work)
        try:
            enter_data()
            time.sleep(0.005)
            if crew.act:
                crew.act(recipient)
        finally:
            with crew.lock:
                crew.at_work -= 1
        crew.carried.append(recipient)
        return Reply(Stage.SENT, "250 ok")

    def close(self):
        self.crew.closed += 1


@pytest.fixture
def state(tmp_path):
    with open_state(tmp_path / "state.db") as opened:
        opened.read("PRAGMA synchronous = OFF")
        run_id = Runs(opened).start("report", date(2026, 6, 21), {}, NOW)
        addresses = tuple(Address(Channel.MAIL, person) for person in PEOPLE)
        draft = Draft(Topic("weekly", "2026-W25", "tea"), {"brief.md": b"712"}, Letter("周报", "712", "<p>712</p>"), addresses)
        plan(opened, Batch([draft]), Mail(host="localhost"), Occasion(run_id, NOW))
        yield opened


def stages(state):
    return [message.stage for message in Outbox(state).of(Topic("weekly", "2026-W25", "tea"))]


def test_as_many_work_at_once_as_there_are_hands(state):
    crew = Crew(4)
    delivery = deliver(state, {Channel.MAIL: crew}, NOW)

    assert crew.most_at_work == 4
    assert sorted(crew.carried) == list(PEOPLE)
    assert len(delivery.touched) == len(PEOPLE)
    assert set(stages(state)) == {Stage.SENT}
    assert crew.closed == 4


def test_what_ends_and_what_begins_is_committed_together(state, tmp_path):
    """Two commits a message at the most, and one before the first: the disk is what takes longest."""
    faults.arm(f"trace:{tmp_path / 'trace'}")
    try:
        deliver(state, {Channel.MAIL: Crew(4)}, NOW)
    finally:
        faults.arm("")

    trace = (tmp_path / "trace").read_text(encoding="utf-8").split()
    assert trace.count("state.committed") <= 2 * len(PEOPLE) + 2


def test_a_way_that_is_blocked_is_given_up_by_all(state):
    def blocked(_):
        raise CarrierTrouble("the way is blocked")

    class Blocked(_Hand):
        def carry(self, message, content, enter_data):  # noqa: ARG002  it does not come that far
            return blocked(message)

    crew = Crew(4)
    crew.team = lambda: tuple(Blocked(crew) for _ in range(4))
    delivery = deliver(state, {Channel.MAIL: crew}, NOW)

    assert [str(trouble) for trouble in delivery.troubles] == ["the way is blocked"]
    assert set(stages(state)) == {Stage.PENDING}
    assert {message.attempts for message in Outbox(state).at(Stage.PENDING)} == {0}


def test_when_nothing_can_be_written_down_nothing_more_leaves(state, monkeypatch):
    """The disk fills up while messages are under way: those come to their end, and the next run cannot mistake them."""
    committed = Outbox.move
    moves = []

    def failing(self, key, stage, now, reply=""):
        moves.append(stage)
        if moves.count(Stage.IN_DATA) > 5:
            raise EngineError("the state database failed: the disk is full")
        committed(self, key, stage, now, reply)

    monkeypatch.setattr(Outbox, "move", failing)
    crew = Crew(4)
    with pytest.raises(EngineError):
        deliver(state, {Channel.MAIL: crew}, NOW)
    monkeypatch.undo()
    left = list(crew.carried)
    deliver(state, {Channel.MAIL: crew}, NOW)

    assert 0 < len(left) <= 5
    assert sorted(set(crew.carried)) == sorted(crew.carried)
    assert stages(state).count(Stage.UNKNOWN) + stages(state).count(Stage.SENT) == len(PEOPLE)
    assert crew.closed == 8


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, ZeroDivisionError])
def test_what_breaks_a_hand_is_raised_when_the_others_have_finished(state, stop):
    def breaking(recipient):
        if recipient == PEOPLE[2]:
            raise stop

    crew = Crew(3, breaking)
    with pytest.raises(stop):
        deliver(state, {Channel.MAIL: crew}, NOW)
    broken = deliver(state, {Channel.MAIL: Crew(1)}, NOW)

    assert crew.at_work == 0
    assert stages(state).count(Stage.UNKNOWN) == 1
    assert PEOPLE[2] not in [message.address.recipient for message in broken.touched]


def test_asked_to_stop_it_finishes_what_is_under_way_and_begins_nothing(state):
    def stopped(recipient):
        if recipient == PEOPLE[4]:
            os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.05)

    crew = Crew(3, stopped)
    with finishing(), pytest.raises(KeyboardInterrupt):
        deliver(state, {Channel.MAIL: crew}, NOW)
    left = sorted(crew.carried)
    deliver(state, {Channel.MAIL: crew}, NOW)

    assert 4 <= len(left) < len(PEOPLE)
    assert PEOPLE[4] in left
    assert sorted(crew.carried) == list(PEOPLE)
    assert set(stages(state)) == {Stage.SENT}
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_pace_is_kept_by_all_who_share_it():
    slept, now = [], [0.0]

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(20, clock=lambda: now[0], sleep=sleep)
    for _ in range(5):
        pace.wait()
    now[0] += 10
    pace.wait()

    assert slept == pytest.approx([0.05] * 4)


def test_without_a_pace_nobody_waits():
    Pace(0, clock=lambda: 1 / 0, sleep=lambda _: 1 / 0).wait()
