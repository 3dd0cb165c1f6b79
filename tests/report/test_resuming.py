"""A run that is killed while it writes is gone on with: what was written is not written again, and nothing differs in the end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from opsengine.cli.main import run
from opsengine.demo import DemoPlan, write_exports, write_project
from opsengine.errors import Exit

COMMAND = "from opsengine.cli import main; main()"
WRITTEN = "draft.written"
NOW = datetime(2026, 6, 22, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A small demo whose day has been looked at, so that all that is left to do is to write."""
    folder = tmp_path_factory.mktemp("resuming") / "demo"
    plan = DemoPlan(accounts=4, days=45)
    write_project(folder, plan)
    write_exports(folder, plan)
    opsengine("run", folder)
    return folder


def opsengine(command, folder, fault=""):
    words = [command, "--project-dir", str(folder), "--as-of", "2026-06-21", "--format", "json"]
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *words], env={**os.environ, "OPSENGINE_FAULT": fault}, capture_output=True, check=False, timeout=300
    ).returncode


def run_here(folder, fault=""):
    """The report in this process; its exit code."""
    return run(["report", "--project-dir", str(folder), "--as-of", "2026-06-21"], {"OPSENGINE_FAULT": fault}, NOW)


def points(folder):
    trace = folder / "trace"
    opsengine("report", folder, f"trace:{trace}")
    return trace.read_text(encoding="utf-8").splitlines()


def papers(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in (folder / "briefs").rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def quiet(project, tmp_path_factory):
    """The same after a report that nothing disturbed, and the points it passed."""
    folder = shutil.copytree(project, tmp_path_factory.mktemp("quiet") / "demo")
    return folder, points(folder)


def test_only_what_was_not_written_is_written_after_a_kill(project, quiet, tmp_path):
    undisturbed, passed = quiet
    killed = shutil.copytree(project, tmp_path / "killed")
    wanted = passed.count(WRITTEN)

    assert opsengine("report", killed, f"kill@{WRITTEN}#3") == -signal.SIGKILL
    assert len(list((killed / ".opsengine" / "drafts").rglob("*.draft"))) == 3

    assert points(killed).count(WRITTEN) == wanted - 3
    assert papers(killed) == papers(undisturbed)
    assert len(list((killed / "outbox").iterdir())) == len(list((undisturbed / "outbox").iterdir()))
    assert not (killed / ".opsengine" / "drafts").exists()


def test_what_was_written_before_a_file_was_changed_is_written_again(project, tmp_path):
    killed = shutil.copytree(project, tmp_path / "killed")
    assert opsengine("report", killed, f"kill@{WRITTEN}#3") == -signal.SIGKILL
    goal = next((killed / "goals").glob("*.yaml"))
    goal.write_text(goal.read_text(encoding="utf-8") + "\n# reworded\n", encoding="utf-8")
    fresh = shutil.copytree(project, tmp_path / "fresh")
    shutil.copy(goal, fresh / "goals" / goal.name)

    assert points(killed).count(WRITTEN) == points(fresh).count(WRITTEN)
    assert papers(killed) == papers(fresh)


@pytest.mark.parametrize("point", [f"{WRITTEN}#3", "fs.write#20"], ids=["printing", "publishing"])
def test_a_full_disk_is_told_as_one_and_the_next_run_ends_as_if_nothing_had_been(project, quiet, tmp_path, capsys, point):
    undisturbed, _ = quiet
    full = shutil.copytree(project, tmp_path / "full")

    assert run_here(full, f"enospc@{point}") == Exit.DISK

    assert "the disk is full: [Errno 28]" in capsys.readouterr().err
    assert not (full / ".opsengine" / "drafts").exists()
    assert run_here(full) == Exit.SUCCESS
    assert papers(full) == papers(undisturbed)
    assert len(list((full / "outbox").iterdir())) == len(list((undisturbed / "outbox").iterdir()))
