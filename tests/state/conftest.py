from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from opsengine import faults
from opsengine.state import Runs, State, Where, open_state


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 6, 22, 8, 0, 3, tzinfo=UTC)


@pytest.fixture
def state(where: Where) -> Iterator[State]:
    with open_state(where) as opened:
        yield opened


@pytest.fixture
def file_state(tmp_path: Path) -> Iterator[State]:
    with open_state(tmp_path / "state.db") as opened:
        yield opened


@pytest.fixture
def run_id(state: State, now: datetime) -> str:
    return Runs(state).start("report", date(2026, 6, 21), {"opsengine": "0.1.0"}, now)


@pytest.fixture(autouse=True)
def _no_fault_stays_armed() -> Iterator[None]:
    yield
    faults.arm("")
