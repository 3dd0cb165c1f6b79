"""`opsengine report`, killed wherever it happens to be and run again, ends as if nothing had happened, and says things once."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

DAY = "2026-06-21"
KILLS = 10
"""Moments at which the plug is pulled, each in a fresh copy of the project."""
RUN = (sys.executable, "-c", "from opsengine.cli import main; main()")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory) -> Path:
    """A small project with its exports, before anything was imported."""
    folder = tmp_path_factory.mktemp("demo") / "project"
    opsengine(folder.parent, "demo", str(folder), "--accounts", "4", "--days", "45", "--no-report")
    return folder


@pytest.fixture(scope="module")
def calm(untouched, tmp_path_factory) -> tuple[Path, int]:
    """The project after one undisturbed run, and how many points it passed."""
    project = copy_of(untouched, tmp_path_factory.mktemp("calm"))
    trace = project.parent / "trace"
    assert opsengine(project, "report", "--as-of", DAY, OPSENGINE_FAULT=f"trace:{trace}").returncode == 0
    return project, len(trace.read_text(encoding="utf-8").splitlines())


def test_a_second_run_sends_nothing_and_says_so(calm):
    project, _ = calm
    before = final_state(project)

    again = opsengine(project, "report", "--as-of", DAY, "--locale", "en")

    assert again.returncode == 0
    assert "not sent again" in again.stderr
    assert final_state(project) == before
    assert len(list((project / "outbox").glob("*.eml"))) == len(before["messages"])


@pytest.mark.parametrize("number", range(KILLS))
def test_killed_anywhere_and_run_again_it_ends_the_same(number, untouched, calm, tmp_path):
    quiet, points = calm
    project = copy_of(untouched, tmp_path)
    moment = random.Random(number).randint(1, points)  # noqa: S311  chance that can be repeated

    killed = opsengine(project, "report", "--as-of", DAY, OPSENGINE_FAULT=f"kill@{moment}")
    opsengine(project, "report", "--as-of", DAY)

    assert killed.returncode == -9
    assert final_state(project) == final_state(quiet)


def copy_of(project: Path, parent: Path) -> Path:
    return Path(shutil.copytree(project, parent / "project"))


def opsengine(project: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RUN, *words], cwd=project, env={"PATH": "/usr/bin:/bin", "HOME": str(project), "LC_ALL": "C.UTF-8", **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def final_state(project: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a run leaves, without moments and attempts."""
    with sqlite3.connect(project / ".opsengine" / "state.db") as state:
        found = {
            "messages": state.execute("select message_key, channel, recipient, state from outbox order by 1").fetchall(),
            "briefs": state.execute("select brief_id, content_sha from brief order by 1").fetchall(),
            "ledger": state.execute("select entry_id, params_sha from ledger order by 1").fetchall(),
            "imports": state.execute("select sha256 from import order by 1").fetchall(),
        }
    found["published"] = [(str(file.relative_to(project)), file.read_bytes()) for file in sorted((project / "briefs").rglob("*.*"))]
    found["left"] = [(file.name,) for file in sorted((project / "outbox").iterdir())]
    return found
