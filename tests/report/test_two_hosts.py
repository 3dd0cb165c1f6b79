"""Two hosts with homes of their own share one PostgreSQL: whatever happens to either, nobody gets two copies."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter

import pytest

from opsengine.errors import EngineError, Exit
from opsengine.state import Outbox, Stage, open_state, read_state
from tests.report.test_crash import NOW, SHOPS, World, _fork, _wait, server  # noqa: F401  a fixture

TRIALS = 50
KILLS = 20
CUTS = 15
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'opsengine'"


@pytest.fixture
def hosts(postgres, server, tmp_path):  # noqa: F811  the fixture that was imported
    """Makes two hosts with folders of their own and nothing in common but the servers."""

    def make(number: int) -> tuple[World, World]:
        where = postgres.server()
        return tuple(World(tmp_path / f"{number}-{name}", server, 4, where) for name in "ab")

    return make


def _check(host: World) -> Counter[Stage]:
    """Nobody got two, and what did not arrive is not called sent; where the messages stand."""
    with read_state(host.where) as state:
        stages = Counter(message.stage for message in Outbox(state).at(*Stage))
    arrived = Counter(host.log.read_bytes().splitlines())
    assert all(count == 1 for count in arrived.values())
    assert stages.total() == 2 * len(SHOPS)
    assert stages[Stage.SENT] - len(SHOPS) <= len(arrived) <= stages[Stage.SENT] - len(SHOPS) + stages[Stage.UNKNOWN]
    return stages


def test_two_hosts_that_run_the_same_report_at_once_send_one_copy_of_each(hosts):
    for number in range(TRIALS):
        both = hosts(number)

        codes = sorted(map(_wait, [_fork(host.day) for host in both]))

        assert codes in ([Exit.SUCCESS, Exit.LOCKED], [Exit.SUCCESS, Exit.SUCCESS])
        assert _check(both[0]) == {Stage.SENT: 2 * len(SHOPS)}


def test_when_one_host_is_killed_anywhere_the_other_ends_its_day(hosts, tmp_path):
    first, _ = hosts(0)
    trace = tmp_path / "trace"
    assert first.run(f"trace:{trace}") == Exit.SUCCESS
    points = trace.read_text().splitlines()

    ends = Counter()
    for number in sorted(random.Random(7).sample(range(1, len(points) + 1), KILLS)):  # noqa: S311  the same kills every time
        broken, whole = hosts(number)
        ends[broken.run(f"kill@{number}")] += 1

        end = _until_it_is_free(whole)

        assert end in (Exit.SUCCESS, Exit.DELIVERY_UNKNOWN)
        assert set(_check(whole)) <= {Stage.SENT, Stage.UNKNOWN}
    assert set(ends) <= {-signal.SIGKILL, Exit.SUCCESS}, "four connections may share a commit, and end before a late point"
    assert ends[-signal.SIGKILL] > KILLS // 2


def test_a_host_whose_connection_is_cut_anywhere_sends_nothing_more(hosts, postgres):
    dice = random.Random(7)  # noqa: S311  the same cuts every time, as far as a clock allows
    ends = Counter()
    for number in range(CUTS):
        cut, whole = hosts(number)
        pid = _fork(cut.day)
        time.sleep(dice.uniform(0, 0.3))
        postgres.ask(CUT)
        end = _until_it_is_free(whole)
        ends[_wait(pid)] += 1
        end = max(end, _until_it_is_free(whole))

        assert end in (Exit.SUCCESS, Exit.DELIVERY_UNKNOWN)
        assert set(_check(whole)) <= {Stage.SENT, Stage.UNKNOWN}
    assert ends[Exit.BUG] > 0, "no cut met a host at work"


def test_a_worker_that_was_taken_for_dead_cannot_write_any_more(postgres):
    where = postgres.server()
    with open_state(where) as old:
        postgres.ask(CUT)
        with open_state(where) as new:
            with pytest.raises(EngineError, match="lost"), old.transaction():
                pass
            with pytest.raises(EngineError, match="lost"):
                old.read("SELECT 1")
            with new.transaction():
                new.change("UPDATE outbox SET state = state")


def _until_it_is_free(host: World) -> int:
    """Run a day; a server may take a moment to notice that the one before has died."""
    for _ in range(100):
        end = host.run()
        if end != Exit.LOCKED:
            return end
        time.sleep(0.05)
    return end
