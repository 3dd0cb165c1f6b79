"""Granting that is killed anywhere and started again ends with the same ledger: nothing twice, nothing lost."""

from __future__ import annotations

import os
import random
import signal
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from opsengine import faults
from opsengine.project import Project
from opsengine.rewards import (
    Word,
    approval,
    audit,
    due,
    grant,
    ground_of_goals,
    handing_over,
    keep_ground,
    taking_back,
)
from opsengine.state import Ledger, Runs, lock, open_state, read_state

AS_OF = date(2026, 7, 2)
NOW = datetime(2026, 7, 3, 8, tzinfo=UTC)
SEQUENCES = 200
"""Of two or three kills each."""
WORD = Word("Li", "checked")


@pytest.fixture(scope="module")
def whole_job(make_result, make_rule):
    """A cycle granted, restated, approved, handed over and taken back: each step does nothing when it was done before."""
    rules = [make_rule("approval: needed", "money"), make_rule("earns: {level: floor}\nbudget: 400", "points")]
    accounts = ("bread", "cake", "juice", "rice", "tea")
    first = [make_result(account=name, actual=90) for name in accounts]
    later = [make_result(account=name, actual=120) for name in accounts]

    def job(home: Path) -> None:
        with lock(home, NOW), open_state(home / "state.db") as state:
            state.read("PRAGMA synchronous = OFF")  # a killed process loses nothing that the system was told
            run_id = Runs(state).start("rewards grant", AS_OF, {"by": "Li"}, NOW)
            for results in (first, later):
                ground = ground_of_goals(results, rules, AS_OF)
                with state.transaction():
                    keep_ground(state, Project(home), ground, run_id)
                    grant(state, due(state, ground), run_id, NOW)
            for step in (_approve, _fulfil, _reverse):
                with state.transaction():
                    grant(state, step(state), run_id, NOW)
            Runs(state).finish(run_id, "done", NOW)

    return job


def _standing(state, suffix):
    entries = [one.entry for one in Ledger(state).statement()]
    known = {entry.entry_id for entry in entries}
    return [name for name in sorted(known) if name.startswith("grant|2026-06|money") and f"{suffix}|{name}" not in known]


def _approve(state):
    return [entry for name in _standing(state, "confirmation") for entry in approval(state, name, WORD)]


def _fulfil(state):
    return [entry for name in _standing(state, "fulfilment") for entry in handing_over(state, [name], WORD, AS_OF)]


def _reverse(state):
    name = "grant|2026-06|money|v1|tea|points"
    return taking_back(state, name, WORD) if Ledger(state).find(f"reversal|{name}") is None else []


def run(job, home: Path, fault: str = "") -> int:
    """The job in a process of its own; the signal that ended it, or 0."""
    pid = os.fork()
    if pid == 0:
        try:
            faults.arm(fault)
            job(home)
        except BaseException:  # noqa: BLE001  a child never goes back into the tests
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def ledger(home: Path):
    with read_state(home / "state.db") as state:
        assert audit(state, {}).is_ok
        return [written.entry for written in Ledger(state).statement()]


@pytest.fixture(scope="module")
def calm(whole_job, tmp_path_factory):
    """What an undisturbed job leaves, and the points it passes."""
    home = tmp_path_factory.mktemp("calm")
    trace = home / "trace"
    run(whole_job, home, f"trace:{trace}")
    return ledger(home), len(trace.read_text(encoding="utf-8").splitlines())


def test_killed_at_every_point_it_ends_the_same(whole_job, calm, tmp_path):
    expected, points = calm
    assert points >= 15
    for point in range(1, points + 1):
        home = tmp_path / str(point)
        home.mkdir()

        assert run(whole_job, home, f"kill@{point}") == signal.SIGKILL
        assert run(whole_job, home) == 0
        assert ledger(home) == expected


def test_killed_again_and_again_it_ends_the_same(whole_job, calm, tmp_path):
    expected, points = calm
    dice = random.Random(11)  # noqa: S311  chance that can be repeated
    for number in range(SEQUENCES):
        home = tmp_path / str(number)
        home.mkdir()
        for _ in range(dice.randint(2, 3)):
            run(whole_job, home, f"kill@{dice.randint(1, points)}")

        assert run(whole_job, home) == 0
        assert ledger(home) == expected
