"""What all tests share: golden files, which `pytest --update-golden` writes anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.postgres import Postgres, programs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opsengine.state import Where


# A busy machine is no failure: no test of ours asserts a time, and neither does hypothesis.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


LONGEST_FIRST = (
    "warehouse/test_spark.py", "report/test_crash.py", "report/test_delivery_run.py", "see/test_properties.py", "cli/test_monitor.py",
    "report/test_quiet_run.py", "see/test_growing.py", "report/test_crash_chats.py", "sources/test_sweeping.py", "see/test_by_the_book.py",
    "corridor/test_killed.py", "cli/test_contract.py", "strategy/test_demo.py", "see/test_command.py", "cli/test_rewards.py",
    "monitor/test_page.py", "report/test_browser.py", "monitor/test_telling.py", "test_by_hand.py", "report/test_press.py",
)  # fmt: skip
"""A module runs in one process: the long ones begin first, so that none goes on alone when all others are done."""


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    places = {here / name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write the golden files again from what the code makes now")


@pytest.fixture
def golden(request) -> Callable[[str, str], None]:
    """Compares a text with `golden/<name>` beside the test."""
    folder = Path(request.path).parent / "golden"

    def compare(text: str, name: str) -> None:
        if request.config.getoption("--update-golden"):
            folder.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        assert text == (folder / name).read_text(encoding="utf-8"), f"{name} differs; if it is better now: pytest --update-golden"

    return compare


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of the tests' own."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    pytest.importorskip("sqlalchemy.dialects.postgresql.psycopg", reason="SQLAlchemy is not installed")
    if programs() is None:
        pytest.skip("no PostgreSQL server on this machine (Debian: apt-get install postgresql)")
    with Postgres() as server:
        yield server


@pytest.fixture(params=["file", "server"])
def where(request, tmp_path) -> Where:
    """Where a state is kept: once in a file, once on a PostgreSQL server."""
    return tmp_path / "state.db" if request.param == "file" else request.getfixturevalue("postgres").server()
