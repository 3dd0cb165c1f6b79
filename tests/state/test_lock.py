from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from opsengine.errors import Locked
from opsengine.state import lock

HOLD = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from opsengine.state import lock
with lock(Path(sys.argv[1]), datetime(2026, 6, 22, 8, tzinfo=UTC)):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_run_is_refused_and_told_who_works(tmp_path, holder, now):
    with pytest.raises(Locked) as refusal, lock(tmp_path, now):
        pass

    assert refusal.value.exit == 6
    assert str(refusal.value) == f"another run is at work here: process {holder.pid}, since 2026-06-22T08:00:00+00:00"


def test_the_lock_dies_with_the_process(tmp_path, holder, now):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()

    with lock(tmp_path, now):
        pass


def test_the_lock_is_free_again_afterwards(tmp_path, now):
    with lock(tmp_path, now):
        pass
    with lock(tmp_path, now):
        pass


def test_sixty_starts_leave_one_at_work(tmp_path, holder, now):
    refused = 0
    for _ in range(59):
        with pytest.raises(Locked), lock(tmp_path, now):
            time.sleep(60)
        refused += 1

    assert refused == 59
