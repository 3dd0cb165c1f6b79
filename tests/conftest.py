"""What all tests share: golden files, which `pytest --update-golden` writes anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable


# A busy machine is no failure: no test of ours asserts a time, and neither does hypothesis.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


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
